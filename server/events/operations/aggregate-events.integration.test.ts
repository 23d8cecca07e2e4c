import { Decimal } from "decimal.js";
import * as fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createBalance } from "../../balances/operations/create-balance";
import { track } from "../../balances/operations/track";
import { attach } from "../../billing/operations/attach";
import { createPlan } from "../../catalog/operations/create-plan";
import { freezeClock } from "../../platform/clock";
import type { Tenant } from "../../platform/context";
import { call, testOrganization } from "../../testing/ctx";
import { givenCustomer, givenFeature } from "../../testing/factory";
import { featureIds, type GivenEvent, givenEvents } from "../../testing/given-events";
import { aggregateEvents } from "./aggregate-events";
import { listEvents } from "./list-events";

type Body = Record<string, unknown>;
const aggregate = (tenant: Tenant, body: Body) =>
  call(aggregateEvents, "events.aggregate", tenant, { feature_id: "a", ...body } as never);

const hour = 3_600_000;
const day = 24 * hour;
const at = (text: string) => new Date(text).getTime();
const total = (values: Iterable<number>) =>
  [...values].reduce((sum, value) => sum.plus(value), new Decimal(0)).toNumber();

let tenant: Tenant;
let ids: Record<string, number>;
const customers: Record<string, string> = {};

/** A fresh sandbox with features a and b and customers x, y and z. */
async function freshSandbox(): Promise<void> {
  tenant = (await testOrganization()).sandbox;
  for (const slug of ["a", "b"]) await givenFeature(tenant, { slug });
  ids = await featureIds(tenant);
  for (const name of ["x", "y", "z"]) customers[name] = await givenCustomer(tenant, name);
}

function event(
  when: number,
  rest: Partial<GivenEvent> & { of?: string; from?: string } = {},
): GivenEvent {
  const { of = "a", from = "x", ...given } = rest;
  return {
    customerId: customers[from] ?? "",
    featureId: ids[of] ?? 0,
    occurredAt: new Date(when),
    ...given,
  };
}

afterEach(() => freezeClock(null));

describe("bins", () => {
  beforeAll(freshSandbox);

  it("are zero where nothing happened, and half open at both ends", async () => {
    const start = at("2026-01-10T06:00:00Z");
    const end = start + 3 * day;
    await givenEvents(
      tenant,
      [start - 1, start, start + 2 * day, end - 1, end].map((when, n) =>
        event(when, { value: String(10 ** n) }),
      ),
    );
    const { list, total } = await aggregate(tenant, { custom_range: { start, end } });
    expect(list).toEqual([
      { period: at("2026-01-10"), values: { a: 10 } },
      { period: at("2026-01-11"), values: { a: 0 } },
      { period: at("2026-01-12"), values: { a: 100 } },
      { period: at("2026-01-13"), values: { a: 1000 } },
    ]);
    expect(total).toEqual({ a: { count: 3, sum: 1110 } });
  });

  it.each([
    ["hour", [at("2026-01-31T22:00Z"), at("2026-01-31T23:00Z"), at("2026-02-01T00:00Z")]],
    ["day", [at("2026-01-31"), at("2026-02-01")]],
    ["week", [at("2026-01-26")]],
    ["month", [at("2026-01-01"), at("2026-02-01")]],
  ])("of a %s begin where the calendar says", async (bin_size, periods) => {
    const custom_range = { start: at("2026-01-31T22:30Z"), end: at("2026-02-01T00:10Z") };
    const { list } = await aggregate(tenant, { bin_size, custom_range });
    expect(list.map(({ period }) => period)).toEqual(periods);
  });

  it("follow the days of another zone across its clock change", async () => {
    const custom_range = { start: at("2026-03-27T23:00Z"), end: at("2026-03-30T22:00Z") };
    const zone = { time_zone: "Europe/Vienna", custom_range };
    const { list } = await aggregate(tenant, zone);
    const begins = [at("2026-03-27T23:00Z"), at("2026-03-28T23:00Z"), at("2026-03-29T22:00Z")];
    expect(list.map(({ period }) => period)).toEqual(begins);
    const hours = await aggregate(tenant, { ...zone, bin_size: "hour" });
    expect(hours.list).toHaveLength(71);
  });

  it("begin at quarter hours where the zone does", async () => {
    const custom_range = { start: at("2026-01-10T00:00Z"), end: at("2026-01-11T00:00Z") };
    const { list } = await aggregate(tenant, { time_zone: "Asia/Kathmandu", custom_range });
    expect(list.map(({ period }) => period)).toEqual([
      at("2026-01-09T18:15Z"),
      at("2026-01-10T18:15Z"),
    ]);
  });
});

describe("sums", () => {
  beforeAll(freshSandbox);

  it("of all bins, and of all groups, are the sum of the list", async () => {
    const first = at("2026-03-20");
    const moments = fc.integer({ min: 0, max: 20 * 24 * 60 }).map((n) => first + n * 60_000);
    const names = ["red", "green", "blue", "", undefined];
    const drawn = fc.record({
      when: moments,
      value: fc.integer({ min: -10_000, max: 100_000 }).map((n) => String(n / 1000)),
      of: fc.constantFrom("a", "b"),
      from: fc.constantFrom("x", "y", "z"),
      color: fc.constantFrom(...names),
    });
    const asked = fc.record({
      ends: fc.tuple(moments, moments),
      bin_size: fc.constantFrom("hour", "day", "week", "month"),
      time_zone: fc.constantFrom("UTC", "Europe/Vienna", "Asia/Kathmandu", "Australia/Lord_Howe"),
      group_by: fc.constantFrom("properties.color", "$customer_id"),
      max_groups: fc.integer({ min: 1, max: 4 }),
      customer_id: fc.constantFrom("x", undefined),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { maxLength: 30 }), asked, async (events, question) => {
        await givenEvents(
          tenant,
          events.map(({ when, color, ...rest }) =>
            event(when, { ...rest, ...(color === undefined ? {} : { properties: { color } }) }),
          ),
        );
        const { ends, ...rest } = question;
        const custom_range = { start: Math.min(...ends), end: Math.max(...ends) + 1 };
        const body = { ...rest, feature_id: ["a", "b"], custom_range };
        const answer = await aggregate(tenant, body);
        const { list } = await call(listEvents, "events.list", tenant, {
          ...{ customer_id: question.customer_id, custom_range, limit: 5000 },
        });
        for (const slug of ["a", "b"]) {
          const own = list.filter(({ feature_id }) => feature_id === slug);
          const sum = total(own.map(({ value }) => value));
          expect(answer.total[slug]).toEqual({ count: own.length, sum });
          expect(total(answer.list.map(({ values }) => values[slug] ?? Number.NaN))).toBe(sum);
          for (const { values, grouped_values } of answer.list) {
            const groups = Object.values(grouped_values?.[slug] ?? {});
            expect(total(groups)).toBe(values[slug]);
            expect(groups.length).toBeLessThanOrEqual(question.max_groups + 1);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it("are exact where binary numbers are not", async () => {
    const when = at("2025-06-01");
    await givenEvents(
      tenant,
      ["0.1", "0.2", "0.0000000001", "1000000000000"].map((value) => event(when, { value })),
    );
    const { total } = await aggregate(tenant, { custom_range: { start: when, end: when + 1 } });
    expect(total.a?.sum).toBe(1000000000000.3);
  });
});

describe("groups", () => {
  const start = at("2026-01-10");
  const range = { custom_range: { start, end: start + day } };

  beforeAll(async () => {
    await freshSandbox();
    const colored = (color: string | number | undefined, value: string, from = "x") =>
      event(start, { value, from, ...(color === undefined ? {} : { properties: { color } }) });
    await givenEvents(tenant, [
      colored("red", "5"),
      colored("red", "6", "y"),
      colored("blue", "-20", "y"),
      colored("green", "3"),
      colored(7, "2", "z"),
      colored(undefined, "4", "z"),
      event(start, { of: "b", value: "9", from: "z" }),
    ]);
  });

  it("keep their name when they weigh most, the rest is Other", async () => {
    const { list } = await aggregate(tenant, {
      ...range,
      group_by: "properties.color",
      max_groups: 2,
    });
    expect(list[0]?.grouped_values).toEqual({ a: { blue: -20, red: 11, Other: 9 } });
    const whole = await aggregate(tenant, { ...range, group_by: "properties.color" });
    expect(whole.list[0]?.grouped_values?.a).toEqual({
      ...{ blue: -20, red: 11, "(none)": 4, green: 3, "7": 2 },
    });
  });

  it("are customers by their own ids", async () => {
    const { list } = await aggregate(tenant, {
      ...{ ...range, group_by: "$customer_id", feature_id: ["a", "b"] },
    });
    expect(list[0]?.grouped_values).toEqual({ a: { x: 8, y: -14, z: 6 }, b: { z: 9 } });
  });

  it("are narrowed by property and by customer", async () => {
    const red = { ...range, filter_by: { color: "red" } };
    expect((await aggregate(tenant, red)).total.a).toEqual({ count: 2, sum: 11 });
    expect((await aggregate(tenant, { ...red, customer_id: "y" })).total.a?.sum).toBe(6);
  });

  it.each([
    [{ group_by: "$feature_id" }, /needs aggregate_on deducted/],
    [{ group_by: "color" }, /not a grouping/],
    [{ group_by: "$entity_id" }, /needs a customer_id/],
  ])("refuse %j", async (body, message) => {
    await expect(aggregate(tenant, { ...range, ...body })).rejects.toThrow(message);
  });
});

describe("ranges", () => {
  const now = new Date("2026-05-20T10:30:00Z");

  beforeAll(async () => {
    freezeClock(new Date("2026-01-31T08:00:00Z"));
    await freshSandbox();
    const items = [{ feature_id: "a", included: 100, reset: { interval: "month" } }];
    await call(createPlan, "plans.create", tenant, {
      plan_id: "free",
      name: "Free",
      items,
    } as never);
    await call(attach, "billing.attach", tenant, { customer_id: "x", plan_id: "free" });
    await givenEvents(
      tenant,
      ["2026-02-28T08:00Z", "2026-03-31T08:00Z", "2026-04-30T08:00Z", "2026-05-20T10:30Z"].map(
        (when, n) => event(at(when), { value: String(10 ** n) }),
      ),
    );
  });

  it.each([
    [{ range: "24h" }, { bins: 25, sum: 1000 }],
    [
      { range: "24h", bin_size: "day" },
      { bins: 2, sum: 1000 },
    ],
    [{ range: "7d" }, { bins: 8, sum: 1000 }],
    [{ range: "30d" }, { bins: 31, sum: 1100 }],
    [
      { range: "90d", bin_size: "month" },
      { bins: 4, sum: 1111 },
    ],
    [
      { range: "1bc", customer_id: "x" },
      { bins: 21, sum: 1100 },
    ],
    [{ customer_id: "x" }, { bins: 21, sum: 1100 }],
    [
      { range: "3bc", customer_id: "x" },
      { bins: 82, sum: 1111 },
    ],
    [
      { range: "last_cycle", customer_id: "x" },
      { bins: 31, sum: 10 },
    ],
    [{ customer_id: "y" }, { bins: 31, sum: 0 }],
    [{}, { bins: 31, sum: 1100 }],
    [
      { start_date: "2026-04-30", end_date: "2026-05-01T00:00:00Z" },
      { bins: 1, sum: 100 },
    ],
    [
      { aggregate_by: "MONTH", customer_id: "x" },
      { bins: 2, sum: 1100 },
    ],
  ])("%j has %j", async (body, expected) => {
    freezeClock(now);
    const answer = await aggregate(tenant, body);
    expect({ bins: answer.list.length, sum: answer.total.a?.sum }).toEqual(expected);
  });

  it.each([
    [{ range: "1bc" }, /Pass customer_id/],
    [{ range: "3bc", customer_id: "y" }, /has no plan/],
    [{ range: "7d", custom_range: { start: 1, end: 2 } }, /either range or custom_range/],
    [{ custom_range: { start: 2, end: 2 } }, /must end after it starts/],
    [{ custom_range: { start: 0, end: at("2026-01-01") }, bin_size: "hour" }, /larger bin_size/],
    [{ range: "90d", bin_size: "hour", group_by: "$customer_id", max_groups: 250 }, /figures/],
    [{ start_date: "2026-01-01" }, /go together/],
    [{ time_zone: "+05:30" }, /IANA/],
    [{ time_zone: "Mars/Olympus" }, /IANA/],
    [{ range: "12d" }, /range/],
    [{ max_groups: 251 }, /max_groups/],
    [{ aggregate_on: "tracked" }, /aggregate_on/],
    [{ customer_id: "nobody" }, /Customer nobody not found/],
    [{ feature_id: "nothing" }, /Feature nothing not found/],
    [{ entity_id: "nobody" }, /Entity nobody not found/],
    [{ feature_id: undefined }, /feature_id/],
  ])("refuses %j", async (body, message) => {
    await expect(aggregate(tenant, body)).rejects.toThrow(message);
  });
});

describe("what balances gave", () => {
  it("stands beside what was tracked, by balance and by group", async () => {
    freezeClock(new Date("2026-05-20T10:00:00Z"));
    await freshSandbox();
    for (const [customer_id, included_grant] of Object.entries({ x: 5, y: 100 })) {
      await call(createBalance, "balances.create", tenant, {
        ...{ customer_id, feature_id: "a", included_grant, reset: { interval: "month" } },
      });
    }
    for (const [customer_id, value] of [
      ["x", 4],
      ["x", 3],
      ["y", 10],
    ] as const) {
      await call(track, "balances.track", tenant, { customer_id, feature_id: "a", value });
    }
    const body = { range: "24h", bin_size: "day", aggregate_on: "deducted" };
    const answer = await aggregate(tenant, { ...body, group_by: "$customer_id", max_groups: 1 });
    expect(answer.total.a).toEqual({ count: 3, sum: 17 });
    expect(answer.deductions?.map(({ period }) => period)).toEqual(
      answer.list.map(({ period }) => period),
    );
    const [yesterday, today] = answer.deductions ?? [];
    expect(yesterday?.values.a).toEqual({
      ...{ feature_type: "metered", deducted: 0, events: 0, balances: [] },
    });
    expect(today?.values.a).toMatchObject({ deducted: 15, events: 3 });
    const balances = [...(today?.values.a?.balances ?? [])].sort((p, q) => p.deducted - q.deducted);
    expect(balances).toMatchObject([
      {
        ...{ deducted: 5, events: 2, entity_id: null, plan_id: null, credit_cost: null },
        reset: { interval: "month", resets_at: at("2026-06-20T10:00:00Z") },
      },
      { deducted: 10, events: 1 },
    ]);
    expect(balances[0]?.balance_id).toMatch(/^grt_/);
    expect(today?.grouped_values?.a).toEqual({
      y: { deducted: 10, credit_cost: null },
      Other: { deducted: 5, credit_cost: null },
    });
    const alone = await aggregate(tenant, { ...body, customer_id: "y" });
    expect(alone.deductions?.[1]?.values.a).toMatchObject({ deducted: 10, events: 1 });
  });
});

describe("tenants", () => {
  it("never count each other's events, nor those of their other environment", async () => {
    const [own, other] = [await testOrganization(), await testOrganization()];
    for (const one of [own.sandbox, own.live, other.sandbox]) {
      await givenFeature(one, { slug: "a" });
      await givenCustomer(one, "ana");
    }
    const use = { customer_id: "ana", feature_id: "a" };
    await call(track, "balances.track", other.sandbox, use);
    await call(track, "balances.track", own.live, use);
    for (const body of [{}, { customer_id: "ana" }, { group_by: "$customer_id" }]) {
      const counted = await aggregate(own.sandbox, { ...body, range: "24h" });
      expect(counted.total).toEqual({ a: { count: 0, sum: 0 } });
    }
  });
});
