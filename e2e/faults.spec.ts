import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import { FaultyApp, freePort } from "./faults/app";
import { Callers } from "./faults/callers";
import { FaultyDatabase } from "./faults/database";
import { CuttingProxy, cuts } from "./faults/proxy";
import { judge } from "./faults/verdict";

// `node scripts/faults.mjs` sets how many rounds are played; each kind of fault gets its share.
const rounds = Number(process.env.FAULT_ROUNDS ?? 110);
const share = (percent: number) => Math.max(1, Math.round((rounds * percent) / 100));
const CALLERS = 24;
const ROUNDS_BETWEEN_VERDICTS = 20;
const RECOVERY_LIMIT_MS = 30_000;
const key = "am_sk_test_faults0123456789";

const folder = mkdtempSync(join(tmpdir(), "windfall-faults-"));
let database: FaultyDatabase;
let proxy: CuttingProxy;
let app: FaultyApp;

test.describe.configure({ mode: "serial", timeout: Math.max(600_000, rounds * 10_000) });

test.beforeAll(async () => {
  test.setTimeout(300_000);
  database = await FaultyDatabase.start(join(folder, "database"));
  proxy = await CuttingProxy.listen();
  app = await givenApp();
  await app.start();
  for (const feature_id of ["messages", "words"]) {
    await post("features.create", {
      feature_id,
      name: feature_id,
      type: "metered",
      consumable: true,
    });
  }
});

test.afterAll(async () => {
  await app.stop();
  await proxy.stop();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function givenApp(): Promise<FaultyApp> {
  return new FaultyApp({
    port: await freePort(),
    key,
    // The secrets in it are shared, as those of processes of one installation are.
    folder: join(folder, "app"),
    databaseUrl: proxy.aim(database.url),
  });
}

async function post(name: string, body: unknown) {
  const answer = await fetch(`${app.url}/v1/${name}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

test("64 callers spend exactly 1,000 with 2,000 tracks", async () => {
  await post("customers.get_or_create", { customer_id: "exact" });
  await post("balances.create", {
    ...{ customer_id: "exact", feature_id: "messages", included_grant: 1000 },
  });
  let left = 2000;
  let deducted = 0;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const track = { customer_id: "exact", feature_id: "messages", value: 1 };
      const { deductions } = await post("balances.track", track);
      for (const { value } of deductions as { value: number }[]) deducted += value;
    }
  };
  await Promise.all(Array.from({ length: 64 }, caller));
  expect(deducted).toBe(1000);
  const { balance } = await post("balances.check", {
    ...{ customer_id: "exact", feature_id: "messages" },
  });
  expect(balance).toMatchObject({ granted: 1000, usage: 1000, remaining: 0 });
});

test("two processes on one database keep exact sums", async () => {
  const second = await givenApp();
  await second.start();
  const callers = new Callers(() => [app.url, second.url], key, "pair");
  await callers.prepare();
  callers.start(CALLERS);
  await wait(5_000);
  await callers.pause();
  await second.stop();
  const { broken, ...counts } = await judge(database, callers, "pair");
  console.log("pair", counts);
  expect(broken).toEqual([]);
  expect(counts.acknowledged).toBe(counts.sent);
});

/** Plays one fault after the other while callers go on, and holds everybody to their word. */
async function withstand(name: string, times: number, fault: (round: number) => Promise<unknown>) {
  const callers = new Callers(() => [app.url], key, name);
  await callers.prepare();
  try {
    await playRounds(callers, { name, times, fault });
  } finally {
    callers.abandon();
  }
}

async function playRounds(
  callers: Callers,
  { name, times, fault }: { name: string; times: number; fault: (n: number) => Promise<unknown> },
) {
  let slowest = 0;
  callers.start(CALLERS);
  await callers.untilAnswered(RECOVERY_LIMIT_MS);
  for (let round = 1; round <= times; round++) {
    await wait(20 + Math.random() * 300);
    await fault(round);
    slowest = Math.max(slowest, await callers.untilAnswered(RECOVERY_LIMIT_MS));
    if (round % ROUNDS_BETWEEN_VERDICTS === 0 && round < times) {
      await callers.pause();
      expect((await judge(database, callers, name)).broken).toEqual([]);
      callers.start(CALLERS);
    }
  }
  await callers.pause();
  const verdict = await judge(database, callers, name);
  const { broken, ...counts } = verdict;
  console.log(name, { rounds: times, ...counts, slowestRecoveryMs: Math.round(slowest) });
  expect(broken).toEqual([]);
  expect(counts.acknowledged).toBeGreaterThan(times);
}

test("connections cut before, during and after a write lose and repeat nothing", async () => {
  await withstand("cut", share(60), (round) => proxy.cutNext(cuts[round % cuts.length] ?? "reply"));
});

test("kill -9 of the app loses and repeats nothing", async () => {
  await withstand("killed", share(20), async () => {
    await app.kill();
    await app.start();
  });
});

test("kill -9 of Postgres loses and repeats nothing", async () => {
  await withstand("crash", share(20), async (round) => {
    if (round % 2 === 0) return database.killBackend();
    await database.killServer();
    proxy.aim(database.url);
  });
});
