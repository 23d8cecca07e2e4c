import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freezeClock } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { sql } from "../platform/sql";
import { call, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { featureIds, givenEvents } from "../testing/given-events";
import { foldAllUsage, foldRecentUsage } from "./fold-usage";
import { aggregateEvents } from "./operations/aggregate-events";

const now = new Date("2026-05-20T10:40:00Z");
let tenant: Tenant;
let customerId: string;
let featureId: number;

beforeEach(async () => {
  freezeClock(now);
  tenant = (await testOrganization()).sandbox;
  await givenFeature(tenant, { slug: "tokens" });
  featureId = (await featureIds(tenant)).tokens ?? 0;
  await db().query(sql`
    UPDATE feature SET rollup_keys = '{model}' WHERE env_id = ${tenant.envId}`);
  customerId = await givenCustomer(tenant, "ana");
});

afterEach(() => freezeClock(null));

const given = (events: readonly (readonly [when: string, value: string, model?: string])[]) =>
  givenEvents(
    tenant,
    events.map(([when, value, model]) => ({
      ...{ customerId, featureId, value, occurredAt: new Date(when) },
      ...(model === undefined ? {} : { properties: { model } }),
    })),
  );

/** Sums by model from 1 April on, as the API answers. */
async function byModel(): Promise<Record<string, number>> {
  const { list } = await call(aggregateEvents, "events.aggregate", tenant, {
    ...{ feature_id: "tokens", group_by: "properties.model", bin_size: "month" },
    custom_range: { start: Date.parse("2026-04-01"), end: now.getTime() },
  } as never);
  const sums: Record<string, number> = {};
  for (const { grouped_values } of list) {
    for (const [group, value] of Object.entries(grouped_values?.tokens ?? {})) {
      sums[group] = (sums[group] ?? 0) + value;
    }
  }
  return sums;
}

const foldedRows = () =>
  db().query<{ bucket: Date; value: string; count: bigint; tracked: string }>(sql`
    SELECT bucket_at AS bucket, value, count, trim_scale(tracked)::text AS tracked
    FROM usage_rollup_key WHERE env_id = ${tenant.envId} ORDER BY bucket_at, value`);

/** What only the fold can know: the events are there, but their properties say something else. */
async function markFold(): Promise<void> {
  await db().query(sql`
    UPDATE usage_rollup_key SET value = 'folded ' || value WHERE env_id = ${tenant.envId}`);
}

describe("usage by property", () => {
  it("is folded by quarters, with the events that have no such property", async () => {
    await given([
      ["2026-05-20T08:01Z", "1.5", "small"],
      ["2026-05-20T08:14Z", "2", "small"],
      ["2026-05-20T08:14Z", "4", "large"],
      ["2026-05-20T08:15Z", "8"],
    ]);
    expect(await foldRecentUsage(db(), log)).toBe(2);
    expect(await foldedRows()).toEqual([
      { bucket: new Date("2026-05-20T08:00Z"), value: "large", count: 1n, tracked: "4" },
      { bucket: new Date("2026-05-20T08:00Z"), value: "small", count: 2n, tracked: "3.5" },
      { bucket: new Date("2026-05-20T08:15Z"), value: "", count: 1n, tracked: "8" },
    ]);
    expect(await foldRecentUsage(db(), log)).toBe(0);
  });

  it("is answered from the fold where it is whole, and from the events elsewhere", async () => {
    await given([
      ["2026-04-03T08:00Z", "1", "small"],
      ["2026-05-20T08:00Z", "2", "small"],
      ["2026-05-20T09:00Z", "4", "small"],
      ["2026-05-20T10:39Z", "8", "small"],
    ]);
    await foldRecentUsage(db(), log);
    await markFold();
    expect(await byModel()).toEqual({ small: 9, "folded small": 6 });
    await given([["2026-05-20T08:05Z", "16", "large"]]);
    expect(await byModel()).toEqual({ small: 11, "folded small": 4, large: 16 });
  });

  it("takes in what comes late, once", async () => {
    await given([["2026-05-20T08:00Z", "2", "small"]]);
    await foldRecentUsage(db(), log);
    await given([
      ["2026-05-20T08:05Z", "16", "large"],
      ["2026-04-03T08:00Z", "1", "small"],
    ]);
    expect(await foldRecentUsage(db(), log)).toBe(1);
    expect(await foldAllUsage(db(), log)).toBeGreaterThan(0);
    expect(await foldAllUsage(db(), log)).toBe(0);
    await markFold();
    expect(await byModel()).toEqual({ "folded small": 3, "folded large": 16 });
  });

  it("is folded once by two runs at the same time", async () => {
    await given(
      Array.from({ length: 40 }, (_, n) => [
        new Date(Date.parse("2026-05-19T00:00Z") + n * 600_000).toISOString(),
        "1",
        n % 3 === 0 ? "small" : "large",
      ]),
    );
    await Promise.all([foldRecentUsage(db(), log), foldRecentUsage(db(), log)]);
    expect(await byModel()).toEqual({ small: 14, large: 26 });
    await markFold();
    expect(await byModel()).toEqual({ "folded small": 14, "folded large": 26 });
  });

  it("waits with quarters that may still fill, and leaves other features alone", async () => {
    await givenFeature(tenant, { slug: "calls" });
    const calls = (await featureIds(tenant)).calls ?? 0;
    const occurredAt = new Date("2026-05-20T08:00Z");
    await givenEvents(tenant, [{ customerId, featureId: calls, occurredAt }]);
    await given([["2026-05-20T10:20Z", "1", "small"]]);
    await foldAllUsage(db(), log);
    expect(await foldedRows()).toEqual([]);
    expect(await byModel()).toEqual({ small: 1 });
  });
});
