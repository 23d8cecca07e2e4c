import { describe, expect, it } from "vitest";
import { toWire } from "../core/quantity";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { type Body, catalogCalls } from "../testing/catalog-calls";
import { refusal } from "../testing/refusal";
import { eachWithSamples } from "../testing/sample-catalog";
import { readCatalog } from "./read-catalog";

const samples = eachWithSamples();
const { features, plans } = catalogCalls(samples);

const messages = (cost: Body = { credit_cost: 2 }) => ({ metered_feature_id: "messages", ...cost });

const creditSystem = (credit_schema: unknown, more: Body = {}) =>
  features.create({
    feature_id: "credits",
    name: "Credits",
    type: "credit_system",
    credit_schema,
    ...more,
  });

const aiCredits = (more: Body = {}) =>
  features.create({ feature_id: "ai", name: "AI credits", type: "ai_credit_system", ...more });

const compiled = () => readCatalog(db(), samples.tenant.envId);

const everyForm = {
  metered_feature_id: "messages",
  billing_units: 1000,
  tier_behavior: "graduated",
  tiers: [
    { to: 500, credit_cost: 0.2 },
    { to: "inf", credit_cost: 0.15 },
  ],
  dimensions: {
    zebra: { match: { size: "large", region: "eu" }, priority: 10, credit_cost: 3 },
    ant: {
      match: { size: "tiny" },
      priority: 0,
      tier_behavior: "graduated",
      tiers: [
        { to: 10, credit_cost: 0 },
        { to: "inf", credit_cost: 1 },
      ],
    },
  },
  multipliers: {
    peak: { match: { peak: "true" }, factor: 1.5, add: 0.25 },
    plain: { match: { peak: "false" } },
  },
};

describe("a credit system", () => {
  it("is used up, and answers its schema as it was written", async () => {
    const created = await creditSystem([messages()]);
    expect(created).toEqual({
      id: "credits",
      name: "Credits",
      type: "credit_system",
      consumable: true,
      event_names: [],
      credit_schema: [{ metered_feature_id: "messages", credit_cost: 2 }],
      archived: false,
    });
    expect(await features.get("credits")).toEqual(created);
    expect((await features.list()).list).toContainEqual(created);
  });

  it("keeps every form of a cost, its names in their order", async () => {
    const created = await creditSystem([everyForm]);
    expect(created.credit_schema).toEqual([everyForm]);
    expect(Object.keys(created.credit_schema?.[0]?.dimensions ?? {})).toEqual(["zebra", "ant"]);
    const member = (await compiled()).featureBySlug.get("credits")?.creditItems[0];
    expect(member?.dimensions.map(({ name }) => name)).toEqual(["zebra", "ant"]);
    expect(member?.multipliers.map(({ factor, add }) => [toWire(factor), toWire(add)])).toEqual([
      [1.5, 0.25],
      [1, 0],
    ]);
  });

  it("compares properties as text", async () => {
    const created = await creditSystem([
      messages({ credit_cost: 1, multipliers: { big: { match: { gb: 4, hd: true }, factor: 2 } } }),
    ]);
    expect(created.credit_schema?.[0]?.multipliers?.big?.match).toEqual({ gb: "4", hd: "true" });
  });

  it("is found from its members, the oldest system first", async () => {
    await creditSystem([messages()]);
    await creditSystem([messages({ credit_cost: 7 })], { feature_id: "points" });
    const catalog = await compiled();
    const id = catalog.featureBySlug.get("messages")?.id ?? -1;
    expect(catalog.creditSystemsOf.get(id)?.map(({ slug }) => slug)).toEqual(["credits", "points"]);
  });

  it("may hold an AI credit system", async () => {
    await aiCredits();
    const points = await creditSystem([{ metered_feature_id: "ai", credit_cost: 1000 }]);
    expect(points.credit_schema).toEqual([{ metered_feature_id: "ai", credit_cost: 1000 }]);
  });

  it.each([
    ["no schema", undefined, "invalid_inputs", "credit_schema"],
    ["an empty schema", [], "invalid_inputs", "at least one member"],
    ["a member twice", [messages(), messages()], "invalid_inputs", "a member twice"],
    [
      "an unknown member",
      [{ metered_feature_id: "x", credit_cost: 1 }],
      "feature_not_found",
      "'x'",
    ],
    ["a seat", [{ metered_feature_id: "seats", credit_cost: 1 }], "invalid_inputs", "'seats'"],
    ["a boolean", [{ metered_feature_id: "sso", credit_cost: 1 }], "invalid_inputs", "'sso'"],
    ["no cost", [messages({})], "invalid_inputs", "either 'credit_cost' or 'tiers'"],
    [
      "two costs",
      [messages({ credit_cost: 1, tiers: [{ to: "inf", credit_cost: 1 }] })],
      "invalid_inputs",
      "either",
    ],
    ["a negative cost", [messages({ credit_cost: -1 })], "invalid_inputs", "0 or more"],
    ["no units", [messages({ credit_cost: 1, billing_units: 0 })], "invalid_inputs", "above 0"],
    [
      "volume tiers",
      [messages({ tier_behavior: "volume", tiers: [{ to: "inf", credit_cost: 1 }] })],
      "invalid_inputs",
      "graduated",
    ],
    [
      "tiers that end",
      [messages({ tiers: [{ to: 5, credit_cost: 1 }] })],
      "invalid_inputs",
      "'inf'",
    ],
    [
      "tiers that fall",
      [
        messages({
          tiers: [
            { to: 5, credit_cost: 1 },
            { to: 4, credit_cost: 1 },
            { to: "inf", credit_cost: 1 },
          ],
        }),
      ],
      "invalid_inputs",
      "above the one before",
    ],
    [
      "a dimension of nothing",
      [messages({ credit_cost: 1, dimensions: { d: { match: {}, credit_cost: 1 } } })],
      "invalid_inputs",
      "at least one property",
    ],
    [
      "a dimension without cost",
      [messages({ credit_cost: 1, dimensions: { d: { match: { a: "b" } } } })],
      "invalid_inputs",
      "either",
    ],
    [
      "more digits than are kept",
      [messages({ credit_cost: 0.12345678901 })],
      "invalid_inputs",
      "10 decimals",
    ],
  ])("is refused with %s", async (_what, schema, reason, words) => {
    const refused = await refusal(creditSystem(schema));
    expect(refused).toMatchObject({ reason });
    expect(JSON.stringify(refused) + refused.message).toContain(words);
    expect((await features.list()).list).toHaveLength(3);
  });

  it("has no credit system among its members, and no markups", async () => {
    await creditSystem([messages()]);
    const member = { metered_feature_id: "credits", credit_cost: 1 };
    for (const wrong of [
      () => creditSystem([member], { feature_id: "points" }),
      () => creditSystem([messages()], { feature_id: "points", default_markup: 5 }),
      () => features.update("credits", { credit_schema: [member] }),
    ]) {
      expect(await refusal(wrong())).toMatchObject({ reason: "invalid_inputs" });
    }
  });

  it("changes its costs as a whole, and keeps them when nothing is said", async () => {
    await features.create({ feature_id: "words", name: "Words", type: "metered" });
    await creditSystem([messages()]);
    const renamed = await features.update("credits", { name: "Tokens" });
    expect(renamed).toMatchObject({ name: "Tokens", credit_schema: [messages()] });
    const next = [{ metered_feature_id: "words", credit_cost: 0.5 }];
    expect(await features.update("credits", { credit_schema: next })).toMatchObject({
      credit_schema: next,
    });
    const catalog = await compiled();
    expect(catalog.creditSystemsOf.has(catalog.featureBySlug.get("messages")?.id ?? -1)).toBe(
      false,
    );
    expect(await refusal(features.update("credits", { credit_schema: [] }))).toMatchObject({
      reason: "invalid_inputs",
    });
    expect(await refusal(features.update("credits", { type: "metered" }))).toMatchObject({
      reason: "invalid_inputs",
    });
  });

  it("keeps its members: they are neither deleted nor retyped, but may be renamed", async () => {
    await creditSystem([messages()]);
    const refused = await refusal(features.delete("messages"));
    expect(refused).toMatchObject({ kind: "conflict", reason: "feature_in_use" });
    expect(refused.message).toContain("'credits'");
    expect(await refusal(features.update("messages", { consumable: false }))).toMatchObject({
      reason: "feature_in_use",
    });
    await features.update("messages", { new_feature_id: "mails" });
    expect((await features.get("credits")).credit_schema?.[0]?.metered_feature_id).toBe("mails");
    expect(await features.delete("credits")).toEqual({ success: true });
    expect(await features.delete("mails")).toEqual({ success: true });
  });

  it("keeps a member that was archived, but takes no archived one in", async () => {
    await features.create({ feature_id: "old", name: "Old", type: "metered" });
    await creditSystem([messages()]);
    for (const archived of ["messages", "old"]) await features.update(archived, { archived: true });
    await features.update("credits", { credit_schema: [messages({ credit_cost: 3 })] });
    const both = [messages(), { metered_feature_id: "old", credit_cost: 1 }];
    expect(await refusal(features.update("credits", { credit_schema: both }))).toMatchObject({
      reason: "invalid_inputs",
    });
  });

  it("may be included in a plan", async () => {
    await creditSystem([messages()]);
    const plan = await plans.create({
      plan_id: "pro",
      name: "Pro",
      items: [{ feature_id: "credits", included: 500, reset: { interval: "month" } }],
    });
    expect(plan.items[0]).toMatchObject({
      feature_id: "credits",
      included: 500,
      reset: { interval: "month", interval_count: 1 },
      feature: { type: "single_use" },
    });
  });
});

describe("an AI credit system", () => {
  const markups = {
    default_markup: 20,
    provider_markups: { openai: { markup: 10 }, free: { markup: -100 } },
    model_markups: {
      "openai/gpt-4o": { markup: 5 },
      "custom/llama/7b": { input_cost: 1000, output_cost: 2000, markup: 50 },
      "custom/plain": { input_cost: 0.1, output_cost: 0 },
    },
  };

  it("answers its markups as they were written", async () => {
    const created = await aiCredits({ ...markups, credit_schema: [] });
    expect(created).toMatchObject({ type: "ai_credit_system", consumable: true, ...markups });
    expect(created).not.toHaveProperty("credit_schema");
    expect(await features.get("ai")).toEqual(created);
  });

  it("has none to begin with", async () => {
    expect(await aiCredits()).toMatchObject({
      default_markup: 0,
      provider_markups: {},
      model_markups: {},
    });
  });

  it("replaces each kind of markup by itself; null clears it", async () => {
    await aiCredits(markups);
    expect(await features.update("ai", { default_markup: 1 })).toMatchObject({
      ...markups,
      default_markup: 1,
    });
    expect(
      await features.update("ai", { default_markup: null, provider_markups: null }),
    ).toMatchObject({
      default_markup: 0,
      provider_markups: {},
      model_markups: markups.model_markups,
    });
  });

  it.each([
    ["a schema", { credit_schema: [messages()] }, "no schema"],
    ["less than free", { default_markup: -101 }, "-100"],
    ["a provider less than free", { provider_markups: { a: { markup: -100.5 } } }, "-100"],
    ["a provider with a model", { provider_markups: { "a/b": { markup: 1 } } }, "provider alone"],
    ["a model without provider", { model_markups: { gpt: { markup: 1 } } }, "provider/model"],
    ["half a custom model", { model_markups: { "custom/a": { input_cost: 1 } } }, "both"],
    ["a custom model without costs", { model_markups: { "custom/a": { markup: 1 } } }, "both"],
    ["half the costs", { model_markups: { "openai/a": { output_cost: 1 } } }, "neither"],
    [
      "a negative cost",
      { model_markups: { "custom/a": { input_cost: -1, output_cost: 1 } } },
      "0 or more",
    ],
  ])("is refused with %s", async (_what, more, words) => {
    const refused = await refusal(aiCredits(more));
    expect(refused).toMatchObject({ reason: "invalid_inputs" });
    expect(JSON.stringify(refused) + refused.message).toContain(words);
  });
});

describe("the organization's settings", () => {
  it.each([
    ["{}", { persistFreeOverage: false, reverseDeductionOrder: false }],
    [
      '{"persist_free_overage": true, "reverse_deduction_order": true}',
      { persistFreeOverage: true, reverseDeductionOrder: true },
    ],
    [
      '{"persist_free_overage": "yes"}',
      { persistFreeOverage: false, reverseDeductionOrder: false },
    ],
  ])("%s are compiled into the catalog", async (stored, expected) => {
    await db().query(sql`
      UPDATE organization SET settings = ${stored}::jsonb WHERE id = ${samples.tenant.orgId}`);
    expect((await compiled()).settings).toEqual(expected);
  });
});
