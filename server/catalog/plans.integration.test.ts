import { describe, expect, it } from "vitest";
import { attach } from "../billing/operations/attach";
import { getOrCreateCustomer } from "../customers/operations/get-or-create-customer";
import { createEntity } from "../entities/operations/create-entity";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { call } from "../testing/ctx";
import { refusal } from "../testing/refusal";
import { eachWithSamples, monthlyMessages, samplePlan } from "../testing/sample-catalog";
import { createPlan } from "./operations/create-plan";
import { deletePlan } from "./operations/delete-plan";
import { getPlan } from "./operations/get-plan";
import { listPlans } from "./operations/list-plans";
import { updatePlan } from "./operations/update-plan";

const samples = eachWithSamples();

type Body = Record<string, unknown>;
const create = (body: Body, tenant: Tenant = samples.tenant, key?: string) =>
  call(
    createPlan,
    "plans.create",
    tenant,
    body as Parameters<typeof call<typeof createPlan.spec.input, never>>[3],
    key === undefined ? {} : { key },
  );
const get = (plan_id: string, version?: number, tenant: Tenant = samples.tenant) =>
  call(getPlan, "plans.get", tenant, { plan_id, ...(version === undefined ? {} : { version }) });
const list = async (body: Body = {}, tenant: Tenant = samples.tenant) =>
  (await call(listPlans, "plans.list", tenant, body)).list;
const remove = (plan_id: string, all_versions?: boolean, tenant: Tenant = samples.tenant) =>
  call(deletePlan, "plans.delete", tenant, { plan_id, all_versions: all_versions ?? null });
const update = (plan_id: string, change: Body) =>
  call(updatePlan, "plans.update", samples.tenant, { plan_id, ...change });

const usage = { interval: "month", billing_method: "usage_based" } as const;
const prepaid = { interval: "month", billing_method: "prepaid" } as const;

async function customer(customer_id: string): Promise<void> {
  await call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, { customer_id });
}
const attachTo = (customer_id: string, plan_id: string, entity_id?: string) =>
  call(attach, "billing.attach", samples.tenant, {
    customer_id,
    plan_id,
    ...(entity_id === undefined ? {} : { entity_id }),
  });

describe("plans.create", () => {
  it("publishes version 1 with every field of the contract", async () => {
    const created = await create({ plan_id: "free", name: "Free", items: [monthlyMessages] });
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
      metadata: {},
      base_variant_id: null,
    });
    expect(await get("free")).toEqual(created);
    expect(await get("free", 1)).toEqual(created);
  });

  it("takes what the published client sends by itself", async () => {
    const created = await create({
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
    const created = await create({
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
    const created = await create({ plan_id: "plan", name: "Plan", items: [item] });
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
    const created = await create({
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
    const created = await create({
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
    const first = await create(body, samples.tenant, "key");
    expect(await create(body, samples.tenant, "key")).toEqual(first);
    expect(await refusal(create({ ...body, name: "F" }, samples.tenant, "key"))).toMatchObject({
      reason: "duplicate_idempotency_key",
    });
    expect(await list()).toHaveLength(1);
  });
});

describe("plans.get and plans.list", () => {
  it("keeps environments apart", async () => {
    await samplePlan(samples.tenant, { id: "free" });
    expect(await list({}, samples.live)).toEqual([]);
    const missing = { kind: "not_found", reason: "product_not_found" };
    expect(await refusal(get("free", undefined, samples.live))).toMatchObject(missing);
    expect(await refusal(remove("free", true, samples.live))).toMatchObject(missing);
    expect(await refusal(get("nowhere"))).toMatchObject(missing);
    expect(await refusal(get("free", 2))).toMatchObject(missing);
  });

  it("lists active versions, every version on request, archived ones on request", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await samplePlan(samples.tenant, { id: "old" });
    await update("free", { force_version: true });
    await update("old", { archived: true });
    const shown = async (body: Body) =>
      (await list(body)).map((plan) => `${plan.id} ${plan.version} ${plan.active}`);
    expect(await shown({})).toEqual(["free 2 true"]);
    expect(await shown({ include_archived: true })).toEqual(["free 2 true", "old 1 true"]);
    expect(await shown({ all_versions: true })).toEqual(["free 2 true", "free 1 false"]);
    expect(await get("old")).toMatchObject({ archived: true });
  });

  it("says what attaching would be for a customer, an entity, and a stranger", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await samplePlan(samples.tenant, { id: "other", items: [{ feature_id: "sso" }] });
    await samplePlan(samples.tenant, { id: "apart", group: "second" });
    await samplePlan(samples.tenant, { id: "extra", addOn: true });
    await samplePlan(samples.tenant, { id: "pro", price: { amount: 20, interval: "month" } });
    await create({ plan_id: "lot", name: "Lot", price: { amount: 5, interval: "one_off" } });
    await customer("ann");
    await call(createEntity, "entities.create", samples.tenant, {
      customer_id: "ann",
      entity_id: "desk",
      feature_id: "seats",
      name: "Desk",
    });
    await attachTo("ann", "free");
    await attachTo("ann", "extra");
    const actions = async (body: Body) =>
      Object.fromEntries(
        (await list(body)).map((plan) => [
          plan.id,
          [plan.customer_eligibility?.attach_action, plan.customer_eligibility?.status],
        ]),
      );
    expect(await actions({ customer_id: "ann" })).toEqual({
      free: ["none", "active"],
      other: ["upgrade", undefined],
      apart: ["activate", undefined],
      extra: ["activate", "active"],
      pro: ["upgrade", undefined],
      lot: ["purchase", undefined],
    });
    expect(await actions({ customer_id: "ann", entity_id: "desk" })).toMatchObject({
      free: ["activate", undefined],
      extra: ["activate", undefined],
    });
    expect(await actions({ customer_id: "stranger" })).toMatchObject({
      free: [undefined, undefined],
    });
    for (const body of [{ customer_id: "ann", entity_id: "none" }, { entity_id: "desk" }]) {
      expect(await refusal(list(body))).toMatchObject({
        kind: "not_found",
        reason: "entity_not_found",
      });
    }
  });
});

describe("plans.delete", () => {
  it("deletes a plan that nobody had, with all its versions on request", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await update("free", { force_version: true });
    expect(await remove("free", true)).toEqual({ success: true });
    expect(await refusal(get("free"))).toMatchObject({ reason: "product_not_found" });
    await samplePlan(samples.tenant, { id: "free" });
    expect(await remove("free")).toEqual({ success: true });
    const [left] = await db().query<{ rows: number }>(sql`
      SELECT (SELECT count(*) FROM plan_version WHERE env_id = ${samples.tenant.envId})::int
           + (SELECT count(*) FROM plan_item WHERE env_id = ${samples.tenant.envId})::int AS rows`);
    expect(left?.rows).toBe(0);
  });

  it("takes back the active version of a plan that has others", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await customer("ann");
    await attachTo("ann", "free");
    await update("free", { items: [] });
    expect(await remove("free")).toEqual({ success: true });
    expect(await get("free")).toMatchObject({ version: 1, active: true });
    expect(await refusal(remove("free"))).toMatchObject({ reason: "plan_in_use" });
  });

  it("refuses when a customer has or had the plan, and says what to do", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await samplePlan(samples.tenant, { id: "other" });
    await customer("ann");
    await attachTo("ann", "free");
    await attachTo("ann", "other");
    for (const plan of ["free", "other"]) {
      const error = await refusal(remove(plan, true));
      expect(error).toMatchObject({ kind: "conflict", reason: "plan_in_use" });
      expect(error.message).toContain("archived: true");
    }
  });
});
