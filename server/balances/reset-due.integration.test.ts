import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { freezeClock } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { sql } from "../platform/sql";
import { call, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { brokenInvariants } from "../testing/ledger-invariants";
import { check } from "./operations/check";
import { createBalance } from "./operations/create-balance";
import { track } from "./operations/track";
import { resetDue } from "./reset-due";

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 31, 9);

let at = start;
function setTime(time: number): void {
  at = time;
  freezeClock(new Date(time));
}

/** A customer who has a bit of everything that falls due. */
async function givenHolder(tenant: Tenant, customer_id: string): Promise<string> {
  const id = await givenCustomer(tenant, customer_id);
  const grant = { customer_id, feature_id: "messages" };
  for (const body of [
    { included_grant: 100, reset: { interval: "month" } },
    { included_grant: 10, reset: { interval: "day" } },
    { included_grant: 50, expires_at: start + 10 * day },
    { included_grant: 40 },
  ] as const) {
    await call(createBalance, "balances.create", tenant, { ...grant, ...body });
  }
  return id;
}

/** An own tenant; whatever earlier tests left falls due long after this one. */
async function sandbox(): Promise<Tenant> {
  setTime(start + 400 * day);
  await resetDue(db(), log);
  setTime(start);
  const { sandbox: tenant } = await testOrganization();
  await givenFeature(tenant, { slug: "messages" });
  return tenant;
}

/** A customer's rows and entries as they are stored, without the ids that chance made. */
async function storedOf(customerId: string): Promise<unknown> {
  const grants = await db().query(sql`
    SELECT balance, adjustment, anchor_at, next_reset_at, expires_at, ended_at, included
    FROM grants WHERE customer_id = ${customerId}::uuid ORDER BY included`);
  const entries = await db().query(sql`
    SELECT g.included, l.at, l.cause, l.delta, l.balance_after, l.granted_delta, l.granted_after
    FROM ledger_entry l JOIN grants g ON g.customer_id = l.customer_id AND g.id = l.grant_id
    WHERE l.customer_id = ${customerId}::uuid ORDER BY g.included, l.recorded_at, l.seq`);
  return { grants, entries };
}

afterEach(async () => {
  freezeClock(null);
  expect(await brokenInvariants(db())).toEqual([]);
});

describe("resetDue", () => {
  it("stores resets and expiries as of the instant they fell due", async () => {
    const tenant = await sandbox();
    const customerId = await givenHolder(tenant, "ana");
    await call(track, "balances.track", tenant, {
      ...{ customer_id: "ana", feature_id: "messages", value: 15 },
    });
    setTime(start + 45 * day);
    expect(await resetDue(db(), log)).toBe(3);
    const [row] = await db().query(sql`
      SELECT balance::int, next_reset_at FROM grants
      WHERE customer_id = ${customerId}::uuid AND included = 100`);
    expect(row).toEqual({ balance: 100, next_reset_at: new Date("2026-03-31T09:00:00Z") });
    const entries = await db().query(sql`
      SELECT l.cause, l.at FROM ledger_entry l
      WHERE l.customer_id = ${customerId}::uuid AND l.cause IN (1, 2) ORDER BY l.at`);
    expect(entries).toEqual([
      { cause: 1, at: new Date(start + day) },
      { cause: 2, at: new Date(start + 10 * day) },
      { cause: 1, at: new Date("2026-02-28T09:00:00Z") },
    ]);
  });

  it("changes nothing when it runs again, or at once with itself", async () => {
    const tenant = await sandbox();
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.push(await givenHolder(tenant, `customer ${n}`));
    setTime(start + 40 * day);
    const moved = await Promise.all([resetDue(db(), log), resetDue(db(), log)]);
    expect(moved[0] + moved[1]).toBe(15);
    const before = await Promise.all(ids.map(storedOf));
    const gates = sql`SELECT * FROM customer_head ORDER BY customer_id`;
    const gatesBefore = await db().query(gates);
    expect(await resetDue(db(), log)).toBe(0);
    expect(await Promise.all(ids.map(storedOf))).toEqual(before);
    expect(await db().query(gates)).toEqual(gatesBefore);
  });

  it("leads to the same rows and entries as due work in passing", async () => {
    const tenant = await sandbox();
    const step = fc.record({
      wait: fc.integer({ min: 1, max: 30 * 24 }).map((hours) => hours * hour),
      value: fc.integer({ min: -30, max: 90 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        run += 1;
        const live = async (name: string, sweeps: boolean) => {
          setTime(start);
          const customer_id = `${name} ${run}`;
          const customerId = await givenHolder(tenant, customer_id);
          const answers = [];
          for (const { wait, value } of steps) {
            setTime(at + wait);
            if (sweeps) await resetDue(db(), log);
            const use = { customer_id, feature_id: "messages" };
            answers.push((await call(track, "balances.track", tenant, { ...use, value })).balance);
            answers.push((await call(check, "balances.check", tenant, use)).balance);
          }
          // The lazy one is brought up to date once, at the end.
          await resetDue(db(), log);
          return { answers: withoutIds(answers), stored: await storedOf(customerId) };
        };
        expect(await live("swept", true)).toEqual(await live("lazy", false));
      }),
      { numRuns: 12 },
    );
  });

  it("leaves suspended, unlimited and ended grants alone, and does not look at them again", async () => {
    const tenant = await sandbox();
    const customerId = await givenHolder(tenant, "ana");
    await db().query(sql`
      UPDATE grants SET suspended_at = ${new Date(start + hour)}
      WHERE customer_id = ${customerId}::uuid AND included = 100`);
    await db().query(sql`
      UPDATE grants SET unlimited = true WHERE customer_id = ${customerId}::uuid AND included = 10`);
    setTime(start + 40 * day);
    expect(await resetDue(db(), log)).toBe(1);
    expect(await resetDue(db(), log)).toBe(0);
  });

  it("goes through more customers than one chunk holds", async () => {
    const tenant = await sandbox();
    const first = await givenHolder(tenant, "first");
    await db().query(sql`
      WITH n AS (SELECT gen_random_uuid() AS id FROM generate_series(1, 250)),
      c AS (INSERT INTO customer (env_id, id, created_at)
            SELECT ${tenant.envId}, id, ${new Date(start)} FROM n RETURNING id),
      h AS (INSERT INTO customer_head (customer_id, env_id, seq, recorded_at)
            SELECT id, ${tenant.envId}, 1, ${new Date(start)} FROM c RETURNING customer_id),
      g AS (INSERT INTO grants (customer_id, id, env_id, feature_id, kind, set_id, included, balance,
              reset_by, reset_unit, reset_count, anchor_at, next_reset_at, starts_at, last_seq)
            SELECT h.customer_id, gen_random_uuid(), t.env_id, t.feature_id, 'manual', t.set_id, 10, 10,
              0, 'day', 1, t.anchor_at, t.next_reset_at, t.starts_at, 1
            FROM h, grants t WHERE t.customer_id = ${first}::uuid AND t.included = 10 RETURNING *)
      INSERT INTO ledger_entry (customer_id, grant_id, recorded_at, seq, at, env_id, feature_id, cause,
        delta, balance_after, granted_delta, granted_after)
      SELECT customer_id, id, starts_at, 1, starts_at, env_id, feature_id, 3, 10, 10, 10, 10 FROM g`);
    setTime(start + 2 * day);
    expect(await resetDue(db(), log)).toBe(251);
    expect(await resetDue(db(), log)).toBe(0);
  });
});

type Answer = Awaited<ReturnType<typeof call<typeof check.spec.input, typeof check.spec.output>>>;

/** Balances without the ids of their parts, which differ from customer to customer. */
function withoutIds(balances: readonly Answer["balance"][]): unknown {
  return balances.map((balance) => ({
    ...balance,
    breakdown: balance?.breakdown
      .map(({ id: _id, ...part }) => part)
      .sort((a, b) => a.included_grant - b.included_grant),
  }));
}
