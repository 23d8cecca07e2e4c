import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { noteKeyUse } from "../auth/key-use";
import { createBalance } from "../balances/operations/create-balance";
import { freezeClock, wallNow } from "../platform/clock";
import { db } from "../platform/db";
import { env, overrideEnv } from "../platform/env";
import { log } from "../platform/log";
import { sql } from "../platform/sql";
import { call, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { brokenInvariants } from "../testing/ledger-invariants";
import { answerTick } from "./answer-tick";
import { ensurePartitions } from "./ensure-partitions";
import { JOBS } from "./jobs";
import { type RunningJobs, startJobs } from "./start-jobs";

const DAY_MS = 86_400_000;
let running: RunningJobs | undefined;

/** Everything in the schema of the product: what a migration made and what rows it holds. */
async function storedState(): Promise<unknown> {
  const relations = await db().query<{ name: string }>(sql`
    SELECT c.relname AS name, c.relkind AS kind FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2`);
  const functions = await db().query(sql`
    SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`);
  const rows = await db().query(sql`
    SELECT (SELECT jsonb_agg(g ORDER BY customer_id, id) FROM grants g) AS grants,
      (SELECT count(*) FROM ledger_entry)::int AS entries,
      (SELECT jsonb_agg(h ORDER BY customer_id) FROM customer_head h) AS heads,
      (SELECT count(*) FROM meter_event)::int AS events,
      (SELECT jsonb_agg(i ORDER BY env_id, key_hash) FROM idempotency i) AS keys`);
  return { relations, functions, rows };
}

async function until<Result>(read: () => Promise<Result>, isDone: (result: Result) => boolean) {
  for (let n = 0; n < 400; n += 1) {
    const result = await read();
    if (isDone(result)) return result;
    await wait(50);
  }
  throw new Error("It did not happen within twenty seconds.");
}

/** A grant whose reset fell due yesterday. */
async function givenDueGrant(): Promise<string> {
  const { sandbox: tenant } = await testOrganization();
  await givenFeature(tenant, { slug: "messages" });
  freezeClock(new Date(wallNow().getTime() - 2 * DAY_MS));
  const customerId = await givenCustomer(tenant, "ana");
  await call(createBalance, "balances.create", tenant, {
    ...{ customer_id: "ana", feature_id: "messages", included_grant: 5 },
    reset: { interval: "day" },
  });
  freezeClock(null);
  return customerId;
}

async function isDue(customerId: string): Promise<boolean> {
  const rows = await db().query(sql`
    SELECT 1 FROM grants WHERE customer_id = ${customerId}::uuid AND next_reset_at < now()`);
  return rows.length > 0;
}

afterEach(async () => {
  await running?.stop();
  running = undefined;
  overrideEnv({ CRON_SECRET: "" });
  expect(await brokenInvariants(db())).toEqual([]);
});

describe("a job", () => {
  beforeAll(givenDueGrant);

  it.each(JOBS)("$name that runs again changes nothing", async ({ run }) => {
    const { signal } = new AbortController();
    await run(db(), log, signal);
    const before = await storedState();
    await run(db(), log, signal);
    expect(await storedState()).toEqual(before);
  });
});

describe("partitions", () => {
  it("that are missing are made, as the migration made them", async () => {
    const before = await storedState();
    const [last] = await db().query<{ name: string }>(sql`
      SELECT max(inhrelid::regclass::text) AS name FROM pg_inherits
      WHERE inhparent = 'meter_event'::regclass`);
    expect(last?.name).toMatch(/^meter_event_\d{4}_\d\d$/);
    await db().prisma.$executeRawUnsafe(`DROP TABLE ${last?.name}`);
    expect(await ensurePartitions(db(), log)).toBe(1);
    expect(await storedState()).toEqual(before);
    expect(await ensurePartitions(db(), log)).toBe(0);
  });
});

describe("the worker", () => {
  it("keeps to its own schema, works on its schedule's jobs and stops cleanly", async () => {
    const customerId = await givenDueGrant();
    const { relations, functions } = (await storedState()) as Record<string, unknown>;
    running = await startJobs(env().DATABASE_URL);
    const known = () =>
      db().query<{ identifier: string }>(
        sql`SELECT identifier FROM graphile_worker._private_known_crontabs ORDER BY 1`,
      );
    const scheduled = await until(known, (rows) => rows.length === JOBS.length);
    expect(scheduled.map(({ identifier }) => identifier)).toEqual(
      JOBS.map(({ name }) => name).sort(),
    );
    await db().query(sql`SELECT graphile_worker.add_job('reset_due')`);
    await until(
      () => isDue(customerId),
      (due) => !due,
    );
    expect(await storedState()).toMatchObject({ relations, functions });
    await running.stop();
    running = undefined;
    const connected = sql`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
        AND query ~* 'listen|graphile' AND pid <> pg_backend_pid()`;
    await until(
      () => db().query(connected),
      (rows) => rows.length === 0,
    );
  });

  it("takes up again what was left in the queue, and writes the last use of keys when it stops", async () => {
    const { sandbox } = await testOrganization();
    const [key] = await db().query<{ id: string }>(
      sql`SELECT id FROM api_key WHERE env_id = ${sandbox.envId}`,
    );
    running = await startJobs(env().DATABASE_URL);
    await running.stop();
    running = undefined;
    const customerId = await givenDueGrant();
    await db().query(sql`SELECT graphile_worker.add_job('reset_due')`);
    expect(await isDue(customerId)).toBe(true);
    running = await startJobs(env().DATABASE_URL);
    await until(
      () => isDue(customerId),
      (due) => !due,
    );
    noteKeyUse(key?.id ?? "");
    await running.stop();
    running = undefined;
    const used = await db().query(sql`
      SELECT 1 FROM api_key WHERE env_id = ${sandbox.envId} AND last_used_at IS NOT NULL`);
    expect(used).toHaveLength(1);
  });

  it("goes on after an outage of the database", async () => {
    running = await startJobs(env().DATABASE_URL);
    const name = new URL(env().DATABASE_URL).pathname.slice(1);
    const outside = new pg.Client({ connectionString: inject("serverUrl") });
    await outside.connect();
    try {
      await outside.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await outside.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
        [name],
      );
      await wait(3_000);
      await outside.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    } finally {
      await outside.end();
    }
    const customerId = await givenDueGrant();
    await db().query(sql`SELECT graphile_worker.add_job('reset_due')`);
    await until(
      () => isDue(customerId),
      (due) => !due,
    );
  });

  it("says so when there is no such database", async () => {
    const missing = new URL(env().DATABASE_URL);
    missing.pathname = "/no_such_database";
    await expect(startJobs(missing.href)).rejects.toThrow(/no_such_database/);
  });
});

describe("the tick", () => {
  const secret = "a-secret-of-the-scheduler";
  const tick = (query: string, token?: string) =>
    answerTick(
      new Request(`http://localhost/api/jobs/tick${query}`, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      }),
    );

  it("does not exist without a secret, and refuses a wrong one", async () => {
    expect((await tick("", secret)).status).toBe(404);
    overrideEnv({ CRON_SECRET: secret });
    expect((await tick("")).status).toBe(401);
    expect((await tick("", `${secret}x`)).status).toBe(401);
    expect((await tick("?rhythm=year", secret)).status).toBe(400);
  });

  it("does the work of its rhythm before it answers", async () => {
    overrideEnv({ CRON_SECRET: secret });
    const customerId = await givenDueGrant();
    const answer = await tick("", secret);
    const named = (rhythm: string) =>
      JOBS.filter((job) => job.rhythm === rhythm).map(({ name }) => name);
    expect([answer.status, await answer.json()]).toEqual([200, { jobs: named("minute") }]);
    expect(await isDue(customerId)).toBe(false);
    const nightly = await tick("?rhythm=day", secret);
    expect(await nightly.json()).toEqual({ jobs: named("day") });
    const left = await db().query(sql`SELECT * FROM graphile_worker._private_jobs`);
    expect(left).toEqual([]);
  });
});
