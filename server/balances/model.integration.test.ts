import * as fc from "fast-check";
import { afterEach, beforeAll, expect, it } from "vitest";
import { freezeClock, wallNow } from "../platform/clock";
import { testOrganization } from "../testing/ctx";
import { advances, commands } from "../testing/model/commands";
import { Product } from "../testing/model/product";
import { play, type Round } from "../testing/model/scenario";
import { shrink } from "../testing/model/shrink";

// MODEL_SEED takes another path through the commands, MODEL_RUNS a longer one.
const seed = Number(process.env.MODEL_SEED ?? 20_261_121);
const runs = Number(process.env.MODEL_RUNS ?? 7);
const customers = 16;
const rounds = 100;

let product: Product;

beforeAll(async () => {
  product = new Product((await testOrganization()).sandbox);
  await product.openShop();
});

afterEach(() => freezeClock(null));

/** Ten months back and ten ahead have a place to be stored in. */
const bounds = (() => {
  const now = wallNow();
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { startsAt: Date.UTC(year, month - 10, 0, 21, 30), endsAt: Date.UTC(year, month + 10, 1) };
})();

function roundsOf(run: number): Round[] {
  const round = fc.record({
    advance: advances,
    sweeps: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    commands: fc.array(commands, { minLength: customers, maxLength: customers }),
  });
  return fc.sample(round, { seed: seed + run, numRuns: rounds });
}

async function explain(failed: readonly Round[], customer: number): Promise<string> {
  const alone = failed.map((round) => ({
    ...round,
    commands: round.commands.slice(customer, customer + 1),
  }));
  const fails = async (tried: readonly Round[]) => (await play(product, tried, bounds)) !== null;
  if (!(await fails(alone))) return "It happens only together with the other customers.";
  const shortest = await shrink(alone, fails, 120);
  const last = await play(product, shortest, bounds);
  const lines = shortest.map(({ advance, sweeps, commands: [command] }) =>
    JSON.stringify({ advance, sweeps, command }),
  );
  return `${lines.join("\n")}\n${JSON.stringify(last)}`;
}

it(`answers as the model does: ${runs * rounds * customers} commands, seed ${seed}`, {
  timeout: 600_000,
}, async () => {
  for (let run = 0; run < runs; run++) {
    const played = roundsOf(run);
    const difference = await play(product, played, bounds);
    if (difference !== null) {
      const failed = played.slice(0, difference.round + 1);
      const shortest = await explain(failed, difference.customer);
      freezeClock(null);
      expect.fail(`MODEL_SEED=${seed}, run ${run}: ${JSON.stringify(difference)}\n${shortest}`);
    }
    freezeClock(null);
    expect(await product.brokenInvariants()).toEqual([]);
  }
});
