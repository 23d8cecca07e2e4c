import * as fc from "fast-check";
import { expect, it } from "vitest";
import { freezeClock } from "../../platform/clock";
import { balanceDesk } from "../../testing/balance-desk";

const { change, check, customer, desk, end, explain, finalize, grant, track, undo } = balanceDesk();

const start = Date.UTC(2026, 2, 30, 12);
const hour = 3_600_000;

type Step =
  | { kind: "grant"; included: number; reset: "hour" | "day" | "month" | null; rolls: boolean }
  | { kind: "expiring"; included: number; hours: number }
  | { kind: "track"; value: number }
  | { kind: "hold"; units: number; hours: number | null }
  | { kind: "finalize"; units: number | null }
  | { kind: "add"; units: number }
  | { kind: "move reset"; hours: number }
  | { kind: "undo" }
  | { kind: "end" }
  | { kind: "look" };

const units = fc.integer({ min: 0, max: 60 });
const hours = fc.integer({ min: 1, max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("grant" as const),
      included: units,
      reset: fc.constantFrom("hour" as const, "day" as const, "month" as const, null),
      rolls: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("expiring" as const), included: units, hours }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("track" as const),
      value: fc.integer({ min: -20, max: 40 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("hold" as const),
      units: fc.integer({ min: 0, max: 20 }),
      hours: fc.option(hours),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("finalize" as const),
      units: fc.option(fc.integer({ min: -10, max: 40 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      units: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("move reset" as const),
      hours: fc.integer({ min: 1, max: 10 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "undo" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "end" as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: "look" as const }) },
);

/** Steps with the time that passes before each. */
const run = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 * hour }), step), {
  minLength: 12,
  maxLength: 24,
});

interface Walk {
  now: number;
  readonly locks: string[];
  lastEdit: string | null;
}

/** Does a step as far as it is possible; what is refused has no effect, which is looked at too. */
async function take(walk: Walk, step: Step): Promise<void> {
  switch (step.kind) {
    case "grant":
      await grant({
        included_grant: step.included,
        ...(step.reset === null ? {} : { reset: { interval: step.reset } }),
        ...(step.reset !== null && step.rolls
          ? { rollover: { max: 40, duration: "month", length: 1 } }
          : {}),
      });
      return;
    case "expiring":
      await grant({ included_grant: step.included, expires_at: walk.now + step.hours * hour });
      return;
    case "track":
      await track({ value: step.value });
      return;
    case "hold": {
      const lock_id = `${desk.customer_id}-${walk.now}`;
      const expires_at = step.hours === null ? {} : { expires_at: walk.now + step.hours * hour };
      const lock = { enabled: true, lock_id, ...expires_at };
      const { allowed } = await check({ required_balance: step.units, lock });
      if (allowed) walk.locks.push(lock_id);
      return;
    }
    case "finalize": {
      const lock_id = walk.locks.pop();
      if (lock_id === undefined) return;
      if (step.units === null) await finalize({ lock_id, action: "release" });
      else await finalize({ lock_id, action: "confirm", override_value: step.units });
      return;
    }
    case "add":
      walk.lastEdit = (await change({ add_to_balance: step.units })).entry_id;
      return;
    case "move reset": {
      const { lots } = await explain();
      const lot = lots.find(({ next_reset_at, ended_at }) => next_reset_at !== null && !ended_at);
      if (lot === undefined) return;
      const next_reset_at = walk.now + step.hours * hour;
      walk.lastEdit = (await change({ balance_id: lot.balance_id, next_reset_at })).entry_id;
      return;
    }
    case "undo":
      if (walk.lastEdit !== null) await undo(walk.lastEdit);
      return;
    case "end": {
      const { lots } = await explain();
      const lot = lots.find(({ ended_at, kind }) => ended_at === null && kind === "manual");
      if (lot !== undefined) await end({ balance_id: lot.balance_id });
      return;
    }
    case "look":
      return;
    default:
      step satisfies never;
  }
}

interface Figures {
  readonly granted: number;
  readonly usage: number;
  readonly remaining: number;
}

function seen({ balance }: { balance: Figures | null }): Figures | null {
  if (balance === null) return null;
  const { granted, usage, remaining } = balance;
  return { granted, usage, remaining };
}

it("says of every instant what a check said then", async () => {
  await fc.assert(
    fc.asyncProperty(run, async (steps) => {
      const walk: Walk = { now: start, locks: [], lastEdit: null };
      freezeClock(new Date(start));
      await customer({ messages: 20 });
      const answers = new Map<number, ReturnType<typeof seen>>();
      for (const [pause, step] of steps) {
        walk.now += pause;
        freezeClock(new Date(walk.now));
        await take(walk, step).catch((error: unknown) => {
          if (!(error instanceof Error && "reason" in error)) throw error;
        });
        answers.set(walk.now, seen(await check()));
      }
      expect(seen(await explain())).toEqual(answers.get(walk.now));
      for (const [at, figures] of answers) {
        expect([at, seen(await explain({ as_of: at }))]).toEqual([at, figures]);
      }
    }),
    { numRuns: 8, seed: 20261121 },
  );
}, 120_000);

it("gives the same figures before and after what fell due was stored", async () => {
  freezeClock(new Date(start));
  await customer();
  await grant({ included_grant: 10, reset: { interval: "day" }, next_reset_at: start + 5 * hour });
  await track({ value: 3 });
  const lock_id = `${desk.customer_id}-due`;
  await check({ required_balance: 4, lock: { enabled: true, lock_id, expires_at: start + hour } });
  const instants = [0, 1, 2, 4, 5, 6].map((n) => start + n * hour);
  freezeClock(new Date(start + 7 * hour));
  const figures = () => Promise.all(instants.map(async (as_of) => seen(await explain({ as_of }))));
  const before = await figures();
  expect(before.map((one) => one?.remaining)).toEqual([3, 7, 7, 7, 10, 10]);
  await track({ value: 1 });
  expect(await figures()).toEqual(before);
  expect(await figures()).toEqual(before);
});
