import { beforeAll, describe, expect, it } from "vitest";
import { setModelPrice } from "../../catalog/model-prices";
import { freezeClock, wallNow } from "../../platform/clock";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { balanceDesk } from "../../testing/balance-desk";
import { testCtx } from "../../testing/ctx";
import { domainExample } from "../../testing/domain-example";
import { refusal } from "../../testing/refusal";

const { customer, desk, events, feature, tokens } = balanceDesk();

const million = 1_000_000;
const day = 86_400_000;

beforeAll(async () => {
  await feature({
    feature_id: "ai",
    type: "ai_credit_system",
    default_markup: 20,
    provider_markups: { openai: { markup: 10 }, gift: { markup: -100 } },
    model_markups: {
      "custom/plain": { input_cost: 1, output_cost: 2, markup: 0 },
      "custom/thousand": { input_cost: 1000, output_cost: 2000, markup: 50 },
      "openai/gpt-4o": { markup: 5 },
    },
  });
  await feature({ feature_id: "ai-other", type: "ai_credit_system" });
  await feature({
    feature_id: "points",
    type: "credit_system",
    credit_schema: [{ metered_feature_id: "ai", credit_cost: 1000 }],
  });
});

/** The customer's latest event. */
async function lastEvent() {
  const [row] = await db().query<{ slug: string; value: string; properties: object }>(sql`
    SELECT f.slug, e.value::text, e.properties FROM meter_event e
    JOIN customer c ON c.id = e.customer_id JOIN feature f ON f.env_id = e.env_id AND f.id = e.feature_id
    WHERE c.external_id = ${desk.customer_id} ORDER BY e.recorded_at DESC, e.id DESC LIMIT 1`);
  return row;
}

it("E62: charges a custom model with its markup", async () => {
  const { given, when, then } = domainExample<
    { custom_model: { input_cost_per_M: number; output_cost_per_M: number; markup_pct: number } },
    { tokens: { input: number; output: number } },
    { base_cost: number; credits_deducted: number }
  >("E62");
  expect(given.custom_model).toMatchObject({ input_cost_per_M: 1000, markup_pct: 50 });
  await customer({ ai: 100 });
  const answer = await tokens({
    model_id: "custom/thousand",
    input_tokens: when.tokens.input,
    output_tokens: when.tokens.output,
  });
  expect(answer).toMatchObject({
    customer_id: desk.customer_id,
    value: then.credits_deducted,
    balance: { feature_id: "ai", granted: 100, usage: 3, remaining: 97 },
    deductions: [{ feature_id: "ai", value: then.credits_deducted }],
  });
  expect((await lastEvent())?.properties).toMatchObject({ base_cost: then.base_cost });
});

it("stores one event with the model, the tokens and the caller's own properties", async () => {
  await customer({ ai: 100 });
  await tokens({
    model_id: "custom/plain",
    input_tokens: 5000,
    output_tokens: 700,
    cache_read_tokens: 0,
    reasoning_tokens: 11,
    properties: { team: "red", model_id: "mine" },
  });
  expect(await events()).toBe(1);
  expect(await lastEvent()).toEqual({
    slug: "ai",
    value: "0.0064220000",
    properties: {
      team: "red",
      model_id: "custom/plain",
      input_tokens: 5000,
      output_tokens: 700,
      cache_read_tokens: 0,
      reasoning_tokens: 11,
      base_cost: 0.006422,
    },
  });
});

describe("the price of a model", () => {
  it.each([
    ["the markup of the model", "openai/gpt-4o", 2.5 * 1.05],
    ["else of its provider", "openai/gpt-4o-mini", 0.15 * 1.1],
    ["else the default", "mistral/mistral-large", 2.4],
  ])("has %s", async (_what, model_id, value) => {
    await customer({ ai: 100 });
    const answer = await tokens({ model_id, input_tokens: million });
    expect(answer.value).toBeCloseTo(value, 12);
  });

  it("has no markup where none was set", async () => {
    await customer({ "ai-other": 100 });
    expect(await tokens({ model_id: "openai/gpt-4o", input_tokens: million })).toMatchObject({
      value: 2.5,
      balance: { feature_id: "ai-other", remaining: 97.5 },
    });
  });

  it("is free at -100, and recorded all the same", async () => {
    await setModelPrice(testCtx(desk.tenant), {
      model: "gift/horse",
      rates: {
        ...{ input: 3, output: 4, cacheRead: null, cacheWrite: null, reasoning: null },
        ...{ audioInput: null, audioOutput: null, longContext: null },
      },
      reason: "a test",
    });
    await customer({ ai: 100 });
    const answer = await tokens({ model_id: "gift/horse", input_tokens: million });
    expect(answer).toMatchObject({ value: 0, balance: { remaining: 100 }, deductions: [] });
    expect((await lastEvent())?.properties).toMatchObject({ base_cost: 3 });
  });

  it("applies from its change on, to later calls only", async () => {
    const rates = {
      ...{ input: 7, output: 8, cacheRead: 0.5, cacheWrite: null, reasoning: null },
      ...{ audioInput: null, audioOutput: null, longContext: null },
    };
    const model = "mistral/mistral-small";
    await customer({ "ai-other": 100 });
    const call = { model_id: model, input_tokens: million, cache_read_tokens: million };
    expect(await tokens(call)).toMatchObject({ value: 0.2 });
    await setModelPrice(testCtx(desk.tenant), { model, rates, reason: "a test" });
    expect(await tokens(call)).toMatchObject({ value: 7.5, balance: { usage: 7.7 } });
    await setModelPrice(testCtx(desk.tenant), { model, rates: null, reason: "a test" });
    expect(await tokens(call)).toMatchObject({ value: 0.2, balance: { usage: 7.9 } });
  });

  it("is kept to the tenth decimal", async () => {
    await customer({ ai: 1 });
    const answer = await tokens({ model_id: "openai/gpt-4.1-nano", cache_read_tokens: 1 });
    expect(answer).toMatchObject({ value: 0.0000000275, balance: { usage: 0.0000000275 } });
  });
});

describe("the credits that pay", () => {
  it("are first the AI system's own, then those of a system that contains it", async () => {
    await customer({ ai: 1, points: 5000 });
    const answer = await tokens({ input_tokens: 3 * million });
    expect(answer).toMatchObject({
      value: 3,
      balance: { feature_id: "ai", remaining: 0, usage: 1 },
      balances: { points: { remaining: 3000, usage: 2000 } },
      deductions: [
        { feature_id: "ai", value: 1 },
        { feature_id: "points", value: 2000 },
      ],
    });
  });

  it("are found in a system that contains the AI system, without any of its own", async () => {
    await customer({ points: 5000 });
    expect(await tokens({ output_tokens: million })).toMatchObject({
      value: 2,
      balance: { feature_id: "points", remaining: 3000 },
      deductions: [{ feature_id: "points", value: 2000 }],
    });
  });

  it("end at zero, or go below it on demand", async () => {
    await customer({ ai: 1 });
    const call = { input_tokens: 3 * million };
    expect(await tokens(call)).toMatchObject({ value: 3, balance: { remaining: 0, usage: 1 } });
    expect(await tokens({ ...call, overage_behavior: "overflow" })).toMatchObject({
      balance: { remaining: 0, usage: 4 },
    });
  });

  it("may be none, when the system is named", async () => {
    await customer();
    expect(await tokens({ feature_id: "ai", input_tokens: million })).toMatchObject({
      value: 1,
      balance: null,
      deductions: [],
    });
    expect(await events()).toBe(1);
  });
});

it("takes once for one key", async () => {
  await customer({ ai: 10 });
  const call = { input_tokens: million };
  const first = await tokens(call, "once");
  expect(await tokens(call, "once")).toEqual(first);
  expect(await events()).toBe(1);
});

it("asks for the feature when the customer has several, and names them", async () => {
  await customer({ ai: 1, "ai-other": 1 });
  const refused = await refusal(tokens({}));
  expect(refused).toMatchObject({ kind: "invalid_request", reason: "invalid_inputs" });
  expect(refused.message).toContain("'ai', 'ai-other'");
  expect(await tokens({ feature_id: "ai" })).toMatchObject({ balance: { feature_id: "ai" } });
  expect(await events()).toBe(1);
});

it("asks for the feature when the customer has none", async () => {
  await customer({ messages: 1 });
  expect((await refusal(tokens({}))).message).toContain("no AI credits");
  expect(await events()).toBe(0);
});

it.each([
  ["a model that nobody priced", { model_id: "openai/gpt-99" }, "model_markups of 'ai'"],
  ["a model of another system", { model_id: "custom/unknown" }, "Nobody priced"],
  ["a name out of JavaScript", { model_id: "constructor/toString" }, "Nobody priced"],
  ["a model without provider", { model_id: "gpt-4o" }, "provider/model"],
  ["another kind of feature", { feature_id: "messages" }, "balances.track"],
  ["half a token", { input_tokens: 1.5 }, "input_tokens"],
  ["tokens below zero", { output_tokens: -1 }, "output_tokens"],
  ["an old time", { timestamp: Date.UTC(2001, 0, 1) }, "timestamp"],
  ["async", { async: true }, "async"],
])("refuses %s", async (_what, extra, words) => {
  await customer({ ai: 1 });
  const refused = await refusal(tokens({ input_tokens: 1, ...extra }));
  expect(refused.kind).toBe("invalid_request");
  expect(JSON.stringify(refused) + refused.message).toContain(words);
  expect(await events()).toBe(0);
});

it.each([
  [{ feature_id: "nothing" }, "feature_not_found"],
  [{ customer_id: "nobody" }, "customer_not_found"],
  [{ entity_id: "nobody" }, "entity_not_found"],
])("refuses %j with %s", async (extra, reason) => {
  await customer({ ai: 1 });
  expect(await refusal(tokens(extra))).toMatchObject({ kind: "not_found", reason });
});

it("answers late tokens again under their key when their time is long past", async () => {
  await customer({ ai: 10 });
  const now = wallNow().getTime();
  const late = { input_tokens: million, timestamp: now - 360 * day };
  const first = await tokens(late, "late");
  freezeClock(new Date(now + 60 * day));
  expect(await tokens(late, "late")).toEqual(first);
  expect(await refusal(tokens(late, "another"))).toMatchObject({ reason: "invalid_inputs" });
  expect(await events()).toBe(1);
});
