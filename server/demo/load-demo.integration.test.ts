import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { reconcile } from "../balances/reconcile";
import { wallNow } from "../platform/clock";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { sql } from "../platform/sql";
import { type TestOrganization, testOrganization } from "../testing/ctx";
import { brokenInvariants } from "../testing/ledger-invariants";
import { type LoadedDemo, loadDemo } from "./load-demo";

const DAY_MS = 86_400_000;

describe("the demo", () => {
  let organization: TestOrganization;
  let loaded: LoadedDemo;

  beforeAll(async () => {
    organization = await testOrganization();
    loaded = await loadDemo(db(), organization.sandbox);
  }, 240_000);

  afterEach(async () => {
    expect(await brokenInvariants(db())).toEqual([]);
  });

  const count = async (statement: ReturnType<typeof sql>) => {
    const [row] = await db().query<{ n: number }>(statement);
    return row?.n ?? 0;
  };

  it("holds 13 features, several plans, and customers with a history", async () => {
    const { envId } = organization.sandbox;
    expect(loaded).toMatchObject({ features: 13, plans: 7, customers: 150 });
    expect(loaded.entities).toBeGreaterThan(150);
    expect(loaded.events).toBeGreaterThan(20_000);
    expect(
      await count(
        sql`SELECT count(*)::int AS n FROM customer WHERE env_id = ${envId} AND deleted_at IS NULL`,
      ),
    ).toBe(loaded.customers);
    expect(
      await count(sql`SELECT count(*)::int AS n FROM meter_event WHERE env_id = ${envId}`),
    ).toBe(loaded.events);
    expect(await count(sql`SELECT count(*)::int AS n FROM entity WHERE env_id = ${envId}`)).toBe(
      loaded.entities,
    );
  });

  it("lies in the past, in the ledger as in the events, and never in the future", async () => {
    const { envId } = organization.sandbox;
    const [events] = await db().query<{ first: Date; last: Date; late: number }>(sql`
      SELECT min(occurred_at) AS first, max(occurred_at) AS last,
        count(*) FILTER (WHERE recorded_at <> occurred_at)::int AS late
      FROM meter_event WHERE env_id = ${envId}`);
    const [ledger] = await db().query<{ first: Date; last: Date; ahead: number }>(sql`
      SELECT min(recorded_at) AS first, max(recorded_at) AS last,
        count(*) FILTER (WHERE at > recorded_at)::int AS ahead
      FROM ledger_entry WHERE env_id = ${envId}`);
    const now = wallNow().getTime();
    expect(now - (events?.first.getTime() ?? now)).toBeGreaterThan(85 * DAY_MS);
    expect(now - (events?.last.getTime() ?? 0)).toBeLessThan(DAY_MS);
    expect(events?.late).toBe(0);
    expect(now - (ledger?.first.getTime() ?? now)).toBeGreaterThan(100 * DAY_MS);
    expect(ledger?.last.getTime()).toBeLessThanOrEqual(now);
    expect(ledger?.ahead).toBe(0);
  });

  it("shows customers at zero, customers over on seats, and grants with a reason", async () => {
    const { envId } = organization.sandbox;
    const holders = (condition: ReturnType<typeof sql>) =>
      count(sql`SELECT count(DISTINCT g.customer_id)::int AS n FROM grants g
        JOIN feature f ON f.env_id = g.env_id AND f.id = g.feature_id
        WHERE g.env_id = ${envId} AND g.ended_at IS NULL AND ${condition}`);
    expect(await holders(sql`f.consumable AND NOT g.unlimited AND g.balance = 0`)).toBeGreaterThan(
      9,
    );
    expect(await holders(sql`f.slug = 'seats' AND g.balance < 0`)).toBeGreaterThan(4);
    expect(
      await count(sql`SELECT count(*)::int AS n FROM balance_edit
        WHERE env_id = ${envId} AND length(reason) > 10`),
    ).toBeGreaterThan(9);
    expect(
      await count(sql`SELECT count(DISTINCT v.version)::int AS n FROM subscription s
        JOIN plan p ON p.env_id = s.env_id AND p.id = s.plan_id
        JOIN plan_version v ON v.env_id = s.env_id AND v.id = s.plan_version_id
        WHERE s.env_id = ${envId} AND p.slug = 'team'`),
    ).toBe(2);
  });

  it("satisfies the nightly comparison of balances and ledger", async () => {
    expect(await reconcile(db(), log)).toMatchObject([]);
  });

  it("is not loaded twice unless that is asked for, and then changes nothing", async () => {
    await expect(loadDemo(db(), organization.sandbox)).rejects.toMatchObject({
      reason: "environment_in_use",
    });
    expect(await loadDemo(db(), organization.sandbox, { force: true })).toEqual({
      features: 0,
      plans: 0,
      customers: 0,
      entities: 0,
      events: 0,
    });
  });

  it("never touches live", async () => {
    const { live } = organization;
    await expect(loadDemo(db(), live, { force: true })).rejects.toMatchObject({
      reason: "sandbox_only",
    });
    expect(
      await count(sql`SELECT count(*)::int AS n FROM feature WHERE env_id = ${live.envId}`),
    ).toBe(0);
  });
});
