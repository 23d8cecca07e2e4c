import { describe, expect, it } from "vitest";
import { invariant } from "../core/invariant";
import { freezeClock } from "../platform/clock";
import { db } from "../platform/db";
import { auditTrail, catalogVersion } from "../testing/catalog-calls";
import { testCtx } from "../testing/ctx";
import { refusal } from "../testing/refusal";
import { eachWithSamples } from "../testing/sample-catalog";
import { listModelPrices, type ModelRatesWire, modelRates, setModelPrice } from "./model-prices";
import { readCatalog } from "./read-catalog";

const samples = eachWithSamples();
const ctx = () => testCtx(samples.tenant);

const textRates = (input: number, output: number) => ({
  input,
  output,
  cacheRead: null,
  cacheWrite: null,
  reasoning: null,
  audioInput: null,
  audioOutput: null,
});
const ownRates: ModelRatesWire = { ...textRates(1, 2), cacheRead: 0.0000000001, longContext: null };

const priceOf = async (model: string) => {
  const { models } = await listModelPrices(ctx());
  return models.find((price) => price.model === model) ?? null;
};
const set = (model: string, rates: ModelRatesWire | null) =>
  setModelPrice(ctx(), { model, rates, reason: "New contract" });

describe("model prices", () => {
  it("begin with a list of well-known models, dated", async () => {
    const { asOf, models } = await listModelPrices(ctx());
    expect(asOf).toMatch(/^\d{4}-\d{2}$/);
    expect(models.length).toBeGreaterThanOrEqual(30);
    for (const { model, rates, bundled, ownSince } of models) {
      expect(model).toMatch(/^[a-z]+\/[a-z0-9.-]+$/);
      invariant(rates !== null, model);
      expect(rates.output).toBeGreaterThanOrEqual(rates.input);
      expect(rates).toEqual(bundled);
      expect(ownSince).toBeNull();
    }
  });

  it("are the environment's own from the moment they are set", async () => {
    const version = await catalogVersion(samples.tenant);
    freezeClock(new Date("2027-01-01T00:00:00Z"));
    const bundled = (await priceOf("openai/gpt-4o"))?.rates;
    const price = await set("openai/gpt-4o", ownRates);
    expect(price).toEqual({
      model: "openai/gpt-4o",
      rates: ownRates,
      bundled,
      ownSince: Date.UTC(2027, 0, 1),
    });
    expect(await priceOf("openai/gpt-4o")).toEqual(price);
    expect(await catalogVersion(samples.tenant)).toBe(version + 1);
    const catalog = await readCatalog(db(), samples.tenant.envId);
    const input = (at: Date) => modelRates(catalog, "openai/gpt-4o", at)?.input.toNumber();
    expect(input(new Date("2026-12-31T23:59:59Z"))).toBe(bundled?.input);
    expect(input(new Date("2027-01-01T00:00:00Z"))).toBe(1);
  });

  it("are the newest that were set", async () => {
    await set("openai/gpt-4o", ownRates);
    const newest = { ...ownRates, longContext: { above: 5, rates: textRates(3, 4) } };
    expect(await set("openai/gpt-4o", newest)).toMatchObject({ rates: newest });
  });

  it("go back to the list", async () => {
    const before = await priceOf("openai/gpt-4o");
    await set("openai/gpt-4o", ownRates);
    expect(await set("openai/gpt-4o", null)).toEqual(before);
  });

  it("are also of models that the list does not know, until they are forgotten", async () => {
    expect(await set("acme/deep/thought", ownRates)).toMatchObject({ bundled: null });
    expect(await priceOf("acme/deep/thought")).toMatchObject({ rates: ownRates });
    await set("acme/deep/thought", null);
    expect(await priceOf("acme/deep/thought")).toBeNull();
  });

  it("leave an audit row with the reason", async () => {
    await set("openai/gpt-4o", ownRates);
    const [row, ...others] = await auditTrail(samples.tenant, "model_price");
    expect(others).toEqual([]);
    expect(row).toMatchObject({ action: "model_prices.update", after: { input: 1 } });
  });

  it.each(["gpt-4o", "/gpt-4o", "openai/", "open ai/gpt"])("refuse the name %s", async (model) => {
    expect(await refusal(set(model, ownRates))).toMatchObject({ reason: "invalid_inputs" });
  });

  it("refuse more digits than are kept", async () => {
    const rates = { ...ownRates, input: 0.12345678901 };
    expect(await refusal(set("openai/gpt-4o", rates))).toMatchObject({ reason: "invalid_inputs" });
  });
});
