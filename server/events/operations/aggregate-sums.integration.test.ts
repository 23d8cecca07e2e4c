import { Decimal } from "decimal.js";
import * as fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createBalance } from "../../balances/operations/create-balance";
import { track } from "../../balances/operations/track";
import { attach } from "../../billing/operations/attach";
import { createFeature } from "../../catalog/operations/create-feature";
import { createPlan } from "../../catalog/operations/create-plan";
import { createEntity } from "../../entities/operations/create-entity";
import { freezeClock } from "../../platform/clock";
import type { Tenant } from "../../platform/context";
import { db } from "../../platform/db";
import { log } from "../../platform/log";
import { sql } from "../../platform/sql";
import { call, testOrganization } from "../../testing/ctx";
import { givenCustomer, givenFeature } from "../../testing/factory";
import { featureIds, givenEvents } from "../../testing/given-events";
import { brokenInvariants } from "../../testing/ledger-invariants";
import { foldAllUsage } from "../fold-usage";
import { aggregateEvents } from "./aggregate-events";
import { listEvents } from "./list-events";

type Body = Record<string, unknown>;
const now = new Date("2026-11-20T10:07:30.500Z");
const at = (text: string) => new Date(text).getTime();
const aggregate = (tenant: Tenant, body: Body) =>
  call(aggregateEvents, "events.aggregate", tenant, body as never);
const total = (values: Iterable<number>) =>
  [...values].reduce((sum, value) => sum.plus(value), new Decimal(0)).toNumber();

afterEach(async () => {
  freezeClock(null);
  expect(await brokenInvariants(db())).toEqual([]);
});

/** A sandbox with customers x and y, seats one and two of x, and features a and b, a folded by color. */
async function freshSandbox() {
  freezeClock(now);
  const tenant = (await testOrganization()).sandbox;
  for (const slug of ["a", "b"]) await givenFeature(tenant, { slug });
  await givenFeature(tenant, { slug: "seats", consumable: false });
  await db().query(sql`
    UPDATE feature SET rollup_keys = '{color}' WHERE env_id = ${tenant.envId} AND slug = 'a'`);
  const customers = { x: await givenCustomer(tenant, "x"), y: await givenCustomer(tenant, "y") };
  await call(createBalance, "balances.create", tenant, {
    ...{ customer_id: "x", feature_id: "seats", included_grant: 2 },
  });
  for (const entity_id of ["one", "two"]) {
    const body = { customer_id: "x", entity_id, feature_id: "seats" };
    await call(createEntity, "entities.create", tenant, body);
  }
  const entities = await db().query<{ id: string; name: string }>(sql`
    SELECT id, external_id AS name FROM entity WHERE customer_id = ${customers.x}::uuid`);
  const entityIds = Object.fromEntries(entities.map(({ id, name }) => [name, id]));
  return { tenant, customers, entityIds, features: await featureIds(tenant) };
}

const zones = [
  ...["UTC", "Europe/Vienna", "America/New_York", "Asia/Kathmandu", "Asia/Kolkata"],
  ...["Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham"],
];

describe("the sums of any question", () => {
  let given: Awaited<ReturnType<typeof freshSandbox>>;
  /** Around the change of clocks in Europe, in America and on Lord Howe. */
  const first = at("2026-10-01");
  const span = 40 * 24 * 3_600_000;
  const quarters = fc.integer({ min: 0, max: span / 900_000 }).map((n) => first + n * 900_000);
  const moments = fc.oneof(
    fc.integer({ min: 0, max: span }).map((n) => first + n),
    quarters,
    quarters.map((moment) => moment - 1),
  );

  beforeAll(async () => {
    given = await freshSandbox();
  });

  it("are bin by bin those of the list, to the millisecond, in every zone", async () => {
    const drawn = fc.record({
      when: moments,
      value: fc.integer({ min: -10_000, max: 100_000 }).map((n) => String(n / 1000)),
      of: fc.constantFrom("a", "b"),
      from: fc.constantFrom("x", "x/one", "x/two", "y"),
      color: fc.constantFrom("red", "green", "", undefined),
    });
    const asked = fc.record({
      ends: fc.tuple(moments, moments),
      bin_size: fc.constantFrom("hour", "day", "week", "month"),
      time_zone: fc.constantFrom(...zones),
      subject: fc.constantFrom({}, { customer_id: "x" }, { customer_id: "x", entity_id: "one" }),
      group_by: fc.constantFrom(
        undefined,
        "properties.color",
        "$customer_id",
        "$plan_id",
        "$entity_id",
      ),
      filter_by: fc.constantFrom(undefined, undefined, { color: "red" }),
      fold: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { maxLength: 40 }), asked, async (events, question) => {
        freezeClock(now);
        await givenEvents(given.tenant, events.map(toGiven));
        const { ends, fold, subject, group_by, ...rest } = question;
        if (fold) await foldAllUsage(db(), log);
        const custom_range = { start: Math.min(...ends), end: Math.max(...ends) + 1 };
        const isGroupable = group_by !== "$entity_id" || "customer_id" in subject;
        const answer = await aggregate(given.tenant, {
          ...{ ...rest, ...subject, custom_range, feature_id: ["a", "b"] },
          ...(isGroupable ? { group_by } : {}),
        });
        const { list } = await call(listEvents, "events.list", given.tenant, {
          ...{ ...subject, custom_range, limit: 5000 },
          ...(rest.filter_by ? { filter_by: rest.filter_by } : {}),
        });
        for (const slug of ["a", "b"]) {
          const own = list.filter(({ feature_id }) => feature_id === slug);
          const sum = total(own.map(({ value }) => value));
          expect(answer.total[slug]).toEqual({ count: own.length, sum });
          for (const [n, { period, values, grouped_values }] of answer.list.entries()) {
            const next = answer.list[n + 1]?.period ?? Number.POSITIVE_INFINITY;
            const inside = own.filter((e) => e.timestamp >= period && e.timestamp < next);
            expect(values[slug]).toBe(total(inside.map(({ value }) => value)));
            const groups = grouped_values?.[slug];
            if (groups) expect(total(Object.values(groups))).toBe(values[slug]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  function toGiven(drawn: {
    when: number;
    value: string;
    of: string;
    from: string;
    color?: string | undefined;
  }) {
    const [customer = "x", entity] = drawn.from.split("/");
    return {
      customerId: given.customers[customer as "x" | "y"],
      featureId: given.features[drawn.of] ?? 0,
      occurredAt: new Date(drawn.when),
      value: drawn.value,
      ...(entity === undefined ? {} : { entityId: given.entityIds[entity] ?? "" }),
      ...(drawn.color === undefined ? {} : { properties: { color: drawn.color } }),
    };
  }
});

describe("what was tracked", () => {
  it("counts at once, and in the quarter that it happened in", async () => {
    const { tenant } = await freshSandbox();
    const use = { customer_id: "x", feature_id: "a" };
    await call(track, "balances.track", tenant, { ...use, value: 2 });
    const late = at("2026-10-25T00:44:59.999Z");
    await call(track, "balances.track", tenant, { ...use, value: 4, timestamp: late });
    await call(track, "balances.track", tenant, { ...use, value: 8, entity_id: "one" });
    for (const subject of [{}, { customer_id: "x" }]) {
      const body = { ...subject, feature_id: "a", bin_size: "hour", time_zone: "Europe/Vienna" };
      const before = { start: late - 899_999, end: late + 1 };
      expect((await aggregate(tenant, { ...body, custom_range: before })).total.a?.sum).toBe(4);
      const without = { start: late - 899_999, end: late };
      expect((await aggregate(tenant, { ...body, custom_range: without })).total.a?.sum).toBe(0);
      expect((await aggregate(tenant, { ...body, range: "24h" })).total.a?.sum).toBe(10);
    }
    const seats = { feature_id: "a", range: "24h", bin_size: "month", customer_id: "x" };
    const { list } = await aggregate(tenant, { ...seats, group_by: "$entity_id" });
    expect(list[0]?.grouped_values).toEqual({ a: { one: 8, "(none)": 2 } });
  });

  it("is grouped by the plan that it drew on first", async () => {
    const { tenant } = await freshSandbox();
    const items = [{ feature_id: "a", included: 10, reset: { interval: "month" } }];
    const plan = { plan_id: "pro", name: "Pro", items };
    await call(createPlan, "plans.create", tenant, plan as never);
    await call(attach, "billing.attach", tenant, { customer_id: "x", plan_id: "pro" });
    const use = { feature_id: "a", value: 3 };
    await call(track, "balances.track", tenant, { ...use, customer_id: "x" });
    await call(track, "balances.track", tenant, { ...use, customer_id: "y" });
    const { list, deductions } = await aggregate(tenant, {
      ...{ feature_id: "a", range: "24h", bin_size: "month" },
      ...{ group_by: "$plan_id", aggregate_on: "deducted" },
    });
    expect(list[0]?.grouped_values).toEqual({ a: { pro: 3, "(none)": 3 } });
    expect(deductions?.[0]?.grouped_values).toEqual({
      a: { pro: { deducted: 3, credit_cost: null } },
    });
  });
});

describe("what a credit system paid", () => {
  it("stands under it, in credits, by balance and by what was tracked", async () => {
    const { tenant } = await freshSandbox();
    await call(createFeature, "features.create", tenant, {
      ...{ feature_id: "credits", name: "Credits", type: "credit_system" },
      credit_schema: [
        { metered_feature_id: "a", credit_cost: 2 },
        { metered_feature_id: "b", credit_cost: 0.5 },
      ],
    } as never);
    const grants = { a: 1, credits: 100 };
    for (const [feature_id, included_grant] of Object.entries(grants)) {
      const balance = { customer_id: "x", feature_id, included_grant };
      await call(createBalance, "balances.create", tenant, balance);
    }
    const uses = { a: 4, b: 10 };
    for (const [feature_id, value] of Object.entries(uses)) {
      await call(track, "balances.track", tenant, { customer_id: "x", feature_id, value });
    }
    const body = { range: "24h", bin_size: "month", aggregate_on: "deducted" };
    const ofA = await aggregate(tenant, { ...body, feature_id: "a" });
    expect(ofA.total).toEqual({ a: { count: 1, sum: 4 } });
    const { a, credits } = ofA.deductions?.[0]?.values ?? {};
    expect(a).toMatchObject({ feature_type: "metered", deducted: 1, events: 1 });
    expect(a?.balances).toMatchObject([{ deducted: 1, credit_cost: null }]);
    expect(credits).toMatchObject({ feature_type: "credit_system", deducted: 6, events: 1 });
    expect(credits?.balances).toMatchObject([{ deducted: 6, credit_cost: 2 }]);
    const ofCredits = await aggregate(tenant, {
      ...{ ...body, feature_id: "credits", group_by: "$feature_id" },
    });
    expect(ofCredits.total).toEqual({ credits: { count: 0, sum: 0 } });
    expect(ofCredits.deductions?.[0]?.values.credits).toMatchObject({ deducted: 11, events: 2 });
    expect(ofCredits.deductions?.[0]?.grouped_values).toEqual({
      credits: { a: { deducted: 6, credit_cost: 2 }, b: { deducted: 5, credit_cost: 0.5 } },
    });
    const { list } = await call(listEvents, "events.list", tenant, { feature_id: "a" });
    expect(list[0]?.deductions).toMatchObject([
      { feature_id: "a", value: 1 },
      { feature_id: "credits", value: 6 },
    ]);
  });
});
