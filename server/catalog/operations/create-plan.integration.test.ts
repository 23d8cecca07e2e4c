import { describe, expect, it } from "vitest";
import type { Tenant } from "../../platform/context";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { type Body, catalogCalls } from "../../testing/catalog-calls";
import { refusal } from "../../testing/refusal";
import { eachWithSamples, monthlyMessages } from "../../testing/sample-catalog";

const samples = eachWithSamples();
const { plans } = catalogCalls(samples);

const list = async (body: Body = {}, tenant: Tenant = samples.tenant) =>
  (await plans.list(body, { tenant })).list;

const usage = { interval: "month", billing_method: "usage_based" } as const;
const prepaid = { interval: "month", billing_method: "prepaid" } as const;

describe("plans.create", () => {
  it("publishes version 1 with every field of the contract", async () => {
    const created = await plans.create({ plan_id: "free", name: "Free", items: [monthlyMessages] });
    expect(created).toEqual({
      id: "free",
      name: "Free",
      description: null,
      group: null,
      version: 1,
      active: true,
      add_on: false,
      auto_enable: false,
      price: null,
      items: [
        {
          feature_id: "messages",
          feature: {
            id: "messages",
            name: "Messages",
            type: "single_use",
            display: null,
            archived: false,
          },
          included: 100,
          unlimited: false,
          pooled: false,
          reset: { interval: "month", interval_count: 1 },
          price: null,
          display: { primary_text: "100 Messages", secondary_text: "per month" },
        },
      ],
      created_at: expect.any(Number),
      env: "sandbox",
      archived: false,
      config: { ignore_past_due: false },
      billing_controls: {},
      metadata: {},
      base_variant_id: null,
    });
    expect(await plans.get("free")).toEqual(created);
    expect(await plans.get("free", 1)).toEqual(created);
  });

  it("takes what the published client sends by itself", async () => {
    const created = await plans.create({
      plan_id: "pro",
      group: "",
      name: "Pro",
      add_on: false,
      auto_enable: false,
      price: { amount: 20, interval: "month", interval_count: 1 },
      items: [
        {
          feature_id: "messages",
          included: 100,
          pooled: false,
          reset: { interval: "month", interval_count: 1 },
        },
      ],
      create_in_stripe: true,
    });
    expect(created.price).toEqual({
      amount: 20,
      interval: "month",
      interval_count: 1,
      display: { primary_text: "$20", secondary_text: "per month" },
    });
  });

  it("keeps every amount exactly", async () => {
    const tiers = [
      { to: 1000, amount: 0.1 },
      { to: 10_000, amount: 0.0000025, flat_amount: 50.01 },
      { to: "inf", amount: 0.3, flat_amount: 0 },
    ];
    const created = await plans.create({
      plan_id: "pro",
      name: "Pro",
      price: {
        amount: 1234567.89,
        interval: "semi_annual",
        interval_count: 2,
        additional_currencies: [
          { currency: "EUR", amount: 0.1 },
          { currency: "jpy", amount: 3000 },
        ],
      },
      items: [
        {
          feature_id: "messages",
          included: 0.5,
          price: { ...usage, tiers, max_purchase: 0, billing_units: 0.25 },
        },
        {
          feature_id: "seats",
          included: 20,
          price: {
            ...prepaid,
            interval: "year",
            amount: 12.5,
            billing_units: 10,
            additional_currencies: [{ currency: "eur", amount: 11.4 }],
          },
          proration: { on_increase: "bill_next_cycle", on_decrease: "prorate" },
        },
      ],
    });
    expect(created.price).toMatchObject({
      amount: 1234567.89,
      interval: "semi_annual",
      interval_count: 2,
      additional_currencies: [
        { currency: "eur", amount: 0.1 },
        { currency: "jpy", amount: 3000 },
      ],
    });
    expect(created.items[0]).toMatchObject({
      included: 0.5,
      reset: { interval: "month", interval_count: 1 },
      price: { tiers, tier_behavior: "graduated", max_purchase: 0, billing_units: 0.25 },
    });
    expect(created.items[0]?.price).not.toHaveProperty("amount");
    expect(created.items[1]).toMatchObject({
      included: 20,
      reset: null,
      price: {
        amount: 12.5,
        additional_currencies: [{ currency: "eur", amount: 11.4 }],
        interval: "year",
        billing_units: 10,
        billing_method: "prepaid",
        max_purchase: null,
      },
      proration: { on_increase: "bill_next_cycle", on_decrease: "prorate_immediately" },
    });
    const amounts = await db().query<{ to_units: string | null; amount: string }>(sql`
      SELECT a.to_units, a.amount FROM price_amount a JOIN price p USING (env_id)
      WHERE a.env_id = ${samples.tenant.envId} AND p.id = a.price_id AND p.method = 'usage_based'
      ORDER BY tier_no`);
    // Stored bounds begin after the included units.
    expect(amounts).toEqual([
      { to_units: "999.5000000000", amount: "0.1000000000" },
      { to_units: "9999.5000000000", amount: "0.0000025000" },
      { to_units: null, amount: "0.3000000000" },
    ]);
  });

  it.each([
    ["units given once", { feature_id: "messages", included: 5 }, { interval: "one_off" }],
    [
      "units given once, said",
      { feature_id: "messages", included: 5, reset: { interval: "one_off" } },
      { interval: "one_off" },
    ],
    ["no end of units", { feature_id: "messages", unlimited: true }, null],
    ["held units", { feature_id: "seats", included: 5, reset: { interval: "one_off" } }, null],
    ["on or off", { feature_id: "sso", included: 0, unlimited: false }, null],
    [
      "units renewed with the payment",
      { feature_id: "messages", price: { ...prepaid, interval: "week", amount: 1 } },
      { interval: "week" },
    ],
    [
      "units renewed more often than paid",
      { feature_id: "messages", reset: { interval: "day" }, price: { ...prepaid, amount: 1 } },
      { interval: "day" },
    ],
    [
      "a quarter that is three months",
      {
        feature_id: "messages",
        reset: { interval: "quarter" },
        price: { ...usage, interval_count: 3, amount: 1 },
      },
      { interval: "quarter" },
    ],
    [
      "a lot bought once",
      { feature_id: "messages", price: { ...prepaid, interval: "one_off", amount: 1 } },
      { interval: "one_off" },
    ],
  ])("reads the reset of %s", async (_what, item, reset) => {
    const created = await plans.create({ plan_id: "plan", name: "Plan", items: [item] });
    const expected = reset === null ? null : { interval_count: 1, ...reset };
    expect(created.items[0]?.reset).toEqual(expected);
  });

  it("accepts volume steps on usage, and a flat amount in rising steps", async () => {
    const volume = {
      ...usage,
      tier_behavior: "volume",
      tiers: [{ to: "inf", amount: 2 }],
    };
    const flat = { ...usage, tiers: [{ to: "inf", flat_amount: 9 }] };
    const created = await plans.create({
      plan_id: "pro",
      name: "Pro",
      items: [
        { feature_id: "messages", price: volume },
        { feature_id: "seats", price: flat },
      ],
    });
    expect(created.items.map((item) => item.price)).toMatchObject([
      { tier_behavior: "volume", tiers: [{ to: "inf", amount: 2 }] },
      { tier_behavior: "graduated", tiers: [{ to: "inf", amount: 0, flat_amount: 9 }] },
    ]);
  });

  it("lets a feature stand twice where interval or billing method differs", async () => {
    const created = await plans.create({
      plan_id: "pro",
      name: "Pro",
      items: [
        monthlyMessages,
        { feature_id: "messages", included: 5 },
        { feature_id: "messages", price: { ...prepaid, interval: "one_off", amount: 1 } },
        { feature_id: "messages", price: { ...usage, amount: 1 } },
      ],
    });
    expect(created.items).toHaveLength(4);
  });

  it("answers a repeat with the same key as the first time", async () => {
    const body = { plan_id: "free", name: "Free" };
    const first = await plans.create(body, { key: "key" });
    expect(await plans.create(body, { key: "key" })).toEqual(first);
    expect(await refusal(plans.create({ ...body, name: "F" }, { key: "key" }))).toMatchObject({
      reason: "duplicate_idempotency_key",
    });
    expect(await list()).toHaveLength(1);
  });
});
