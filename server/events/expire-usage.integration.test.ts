import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensurePartitions } from "../jobs/ensure-partitions";
import { wallNow } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { sql } from "../platform/sql";
import { call, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { featureIds } from "../testing/given-events";
import { expireUsage } from "./expire-usage";
import { aggregateEvents } from "./operations/aggregate-events";
import { listEvents } from "./operations/list-events";

let tenant: Tenant;
let customerId: string;
let featureId: number;

beforeEach(async () => {
  tenant = (await testOrganization()).sandbox;
  await givenFeature(tenant, { slug: "tokens" });
  featureId = (await featureIds(tenant)).tokens ?? 0;
  customerId = await givenCustomer(tenant, "ana");
  await db().query(sql`
    UPDATE customer SET created_at = '2000-01-01' WHERE env_id = ${tenant.envId}`);
  await db().query(sql`
    UPDATE feature SET created_at = '2000-01-01', rollup_keys = '{model}'
    WHERE env_id = ${tenant.envId}`);
});

afterEach(async () => {
  await ensurePartitions(db(), log);
});

/** The first instant of the month so many months back. */
function month(back: number): Date {
  const now = wallNow();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
}

/** An event of that month with its sums, as it was tracked at the time. */
async function givenMonth(back: number, value: number): Promise<void> {
  const at = month(back);
  const name = `meter_event_${at.toISOString().slice(0, 7).replace("-", "_")}`;
  const until = month(back - 1).toISOString();
  await db().prisma.$executeRawUnsafe(
    `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF meter_event
     FOR VALUES FROM ('${at.toISOString()}') TO ('${until}')`,
  );
  await db().query(sql`
    INSERT INTO meter_event (id, recorded_at, customer_id, occurred_at, seq, env_id, feature_id,
      value, ded_grants, ded_values, properties)
    VALUES (gen_random_uuid(), ${at}, ${customerId}::uuid, ${at}, 0, ${tenant.envId}, ${featureId},
      ${value}, '{}', '{}', '{"model": "small"}')`);
  await givenSums(back, value);
}

async function givenSums(back: number, value: number): Promise<void> {
  await db().query(sql`
    INSERT INTO usage_rollup (customer_id, feature_id, bucket_at, entity_id, env_id, count, tracked)
    VALUES (${customerId}::uuid, ${featureId}, ${month(back)},
      '00000000-0000-0000-0000-000000000000', ${tenant.envId}, 1, ${value})`);
  await db().query(sql`
    INSERT INTO usage_rollup_env (env_id, feature_id, bucket_at, slot, count, tracked)
    VALUES (${tenant.envId}, ${featureId}, ${month(back)}, 5, 1, ${value})`);
}

const sums = (body: Record<string, unknown>) =>
  call(aggregateEvents, "events.aggregate", tenant, {
    ...{ feature_id: "tokens", bin_size: "month" },
    custom_range: { start: month(40).getTime(), end: month(-1).getTime() },
    ...body,
  } as never);

const values = async () =>
  (await call(listEvents, "events.list", tenant, {})).list.map(({ value }) => value);

describe("events", () => {
  it("of months that ended 14 months ago are gone, their sums are not", async () => {
    await givenMonth(16, 1);
    await givenMonth(15, 2);
    await givenMonth(14, 4);
    await givenMonth(0, 8);
    expect(await values()).toEqual([8, 4, 2, 1]);
    expect(await expireUsage(db(), log)).toBe(2);
    expect(await values()).toEqual([8, 4]);
    expect((await sums({})).total).toEqual({ tokens: { count: 4, sum: 15 } });
    expect((await sums({ customer_id: "ana" })).total).toEqual({ tokens: { count: 4, sum: 15 } });
    expect(await expireUsage(db(), log)).toBe(0);
    expect(await ensurePartitions(db(), log)).toBe(0);
  });

  it("that expired are cut by whole quarters at the ends of a range", async () => {
    await givenMonth(16, 1);
    await expireUsage(db(), log);
    const at = month(16).getTime();
    const between = async (start: number, end: number) =>
      (await sums({ custom_range: { start, end } })).total.tokens?.sum;
    expect(await between(at - 60_000, at + 60_000)).toBe(1);
    expect(await between(at + 60_000, at + 3_600_000)).toBe(0);
  });

  it("keep their sums by property when those were folded in time", async () => {
    await givenMonth(13, 4);
    await expireUsage(db(), log);
    const byModel = await sums({ group_by: "properties.model" });
    expect(byModel.total).toEqual({ tokens: { count: 1, sum: 4 } });
    const folded = await db().query(sql`
      SELECT value FROM usage_rollup_key WHERE env_id = ${tenant.envId}`);
    expect(folded).toEqual([{ value: "small" }]);
  });
});

describe("sums", () => {
  it("are swept after 37 months", async () => {
    await givenSums(38, 1);
    await givenSums(37, 2);
    await expireUsage(db(), log);
    expect((await sums({})).total).toEqual({ tokens: { count: 1, sum: 2 } });
    expect((await sums({ customer_id: "ana" })).total).toEqual({ tokens: { count: 1, sum: 2 } });
  });
});
