import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toPublicId } from "../core/id";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { type Sql, sql } from "../platform/sql";
import { call, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { createBalance } from "./operations/create-balance";
import { explainBalance } from "./operations/explain-balance";
import { track } from "./operations/track";
import { reconcile } from "./reconcile";

let tenant: Tenant;
let customerId: string;
const undo: Sql[] = [];

/** Changes rows behind the application's back, where no trigger looks. */
async function corrupt(change: Sql, restore: Sql): Promise<void> {
  await unguarded(change);
  undo.unshift(restore);
}

async function unguarded(change: Sql): Promise<void> {
  await db().transact(async (tx) => {
    await tx.query(sql`SET LOCAL session_replication_role = replica`);
    await tx.query(change);
  });
}

beforeEach(async () => {
  tenant = (await testOrganization()).sandbox;
  await givenFeature(tenant, { slug: "messages" });
  customerId = await givenCustomer(tenant, "ana");
  const use = { customer_id: "ana", feature_id: "messages" };
  await call(createBalance, "balances.create", tenant, { ...use, included_grant: 100 });
  for (const value of [5, 2.5, 12.5]) {
    await call(track, "balances.track", tenant, { ...use, value });
  }
});

afterEach(async () => {
  for (const restore of undo.splice(0)) await unguarded(restore);
  expect(await reconcile(db(), log)).toEqual([]);
});

describe("reconcile", () => {
  it("finds nothing where nothing is wrong", async () => {
    expect(await reconcile(db(), log)).toEqual([]);
  });

  it("reports both numbers of a corrupted balance, as explain does, and repairs nothing", async () => {
    await corrupt(
      sql`UPDATE grants SET balance = balance + 7 WHERE customer_id = ${customerId}::uuid`,
      sql`UPDATE grants SET balance = balance - 7 WHERE customer_id = ${customerId}::uuid`,
    );
    const found = await reconcile(db(), log);
    expect(found).toEqual([
      {
        envId: tenant.envId,
        customer: "ana",
        feature: "messages",
        grantId: expect.stringMatching(/^grt_/),
        stored: { balance: "87", granted: "100" },
        ledger: { balance: "80", granted: "100" },
        brokenEntries: 0,
        aheadOfGate: false,
      },
    ]);
    expect(await reconcile(db(), log)).toEqual(found);
    const explained = await call(explainBalance, "balances.explain", tenant, {
      customer_id: "ana",
      feature_id: "messages",
    });
    expect(explained.reconciles).toBe(false);
    expect(explained.lots).toMatchObject([
      {
        id: found[0]?.grantId,
        reconciles: false,
        stored: { balance: 87, granted: 100 },
        ledger: { balance: 80, granted: 100 },
      },
    ]);
  });

  it("reports a granted amount that its ledger does not know", async () => {
    await corrupt(
      sql`UPDATE grants SET adjustment = 25 WHERE customer_id = ${customerId}::uuid`,
      sql`UPDATE grants SET adjustment = 0 WHERE customer_id = ${customerId}::uuid`,
    );
    expect(await reconcile(db(), log)).toMatchObject([
      { stored: { balance: "80", granted: "125" }, ledger: { balance: "80", granted: "100" } },
    ]);
  });

  it("reports a broken chain although the sums agree", async () => {
    const second = sql`customer_id = ${customerId}::uuid AND delta = -2.5`;
    await corrupt(
      sql`UPDATE ledger_entry SET balance_after = balance_after + 1 WHERE ${second}`,
      sql`UPDATE ledger_entry SET balance_after = balance_after - 1 WHERE ${second}`,
    );
    expect(await reconcile(db(), log)).toMatchObject([
      { stored: { balance: "80" }, ledger: { balance: "80" }, brokenEntries: 2 },
    ]);
  });

  it("reports a grant that is newer than its gate", async () => {
    await corrupt(
      sql`UPDATE customer_head SET seq = 1 WHERE customer_id = ${customerId}::uuid`,
      sql`UPDATE customer_head SET seq = 4 WHERE customer_id = ${customerId}::uuid`,
    );
    expect(await reconcile(db(), log)).toMatchObject([{ customer: "ana", aheadOfGate: true }]);
  });

  it("reports a grant without any ledger", async () => {
    const entries = sql`customer_id = ${customerId}::uuid`;
    await unguarded(sql`CREATE TABLE kept_entries AS SELECT * FROM ledger_entry WHERE ${entries}`);
    await corrupt(
      sql`DELETE FROM ledger_entry WHERE ${entries}`,
      sql`INSERT INTO ledger_entry SELECT * FROM kept_entries WHERE ${entries}`,
    );
    expect(await reconcile(db(), log)).toMatchObject([
      { stored: { balance: "80", granted: "100" }, ledger: { balance: "0", granted: "0" } },
    ]);
  });

  it("goes through all grants, many chunks of them", async () => {
    const grants = 1203;
    await unguarded(sql`
      WITH made AS (
        INSERT INTO grants (customer_id, id, env_id, feature_id, kind, set_id, included, balance,
          starts_at, last_seq)
        SELECT g.customer_id, gen_random_uuid(), g.env_id, g.feature_id, 'manual', gen_random_uuid(),
          n, n, now(), 1
        FROM grants g, generate_series(1, ${grants}::int) n WHERE g.customer_id = ${customerId}::uuid
        RETURNING *)
      INSERT INTO ledger_entry (customer_id, grant_id, recorded_at, seq, at, env_id, feature_id, cause,
        delta, balance_after, granted_delta, granted_after)
      SELECT customer_id, id, now(), 1, now(), env_id, feature_id, 3, included, included, included,
        included FROM made`);
    expect(await reconcile(db(), log)).toEqual([]);
    const every = sql`customer_id = ${customerId}::uuid AND included IN (1, 600, ${grants}::int)`;
    await corrupt(
      sql`UPDATE grants SET balance = balance - 1 WHERE ${every}`,
      sql`UPDATE grants SET balance = balance + 1 WHERE ${every}`,
    );
    const found = await reconcile(db(), log);
    expect(found.map(({ ledger }) => Number(ledger.balance)).sort((a, b) => a - b)).toEqual([
      ...[1, 600, grants],
    ]);
  });

  it("names a customer without an own id by ours", async () => {
    await corrupt(
      sql`UPDATE customer SET external_id = NULL WHERE id = ${customerId}::uuid`,
      sql`UPDATE customer SET external_id = 'ana' WHERE id = ${customerId}::uuid`,
    );
    await corrupt(
      sql`UPDATE grants SET balance = 0 WHERE customer_id = ${customerId}::uuid`,
      sql`UPDATE grants SET balance = 80 WHERE customer_id = ${customerId}::uuid`,
    );
    expect(await reconcile(db(), log)).toMatchObject([{ customer: toPublicId("cus", customerId) }]);
  });

  it("stops between chunks when it is told to", async () => {
    await expect(reconcile(db(), log, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});
