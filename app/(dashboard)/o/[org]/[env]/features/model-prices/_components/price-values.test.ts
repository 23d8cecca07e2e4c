import { describe, expect, it } from "vitest";
import { type ModelPrice, PriceValues, priceFieldsOf, sampleCost } from "./price-values";

const text = { input: 2.5, output: 10, cacheRead: 1.25, cacheWrite: null, reasoning: null };
const rates = { ...text, audioInput: 0, audioOutput: null, longContext: null };
const long = { input: 5, output: 20, cacheRead: null, cacheWrite: null, reasoning: null };
const longContext = { above: 128_000, rates: { ...long, audioInput: null, audioOutput: null } };

const price = (more: Partial<ModelPrice> = {}): ModelPrice => ({
  model: "openai/gpt-4o",
  rates,
  bundled: rates,
  ownSince: null,
  ...more,
});
const fields = (given: ModelPrice) => ({ ...priceFieldsOf(given), reason: "Contract" });

describe("a model's price as typed", () => {
  it.each([[rates], [{ ...rates, longContext }]])("gives back what it was made of", (given) => {
    expect(PriceValues.parse(fields(price({ rates: given })))).toEqual({
      model: "openai/gpt-4o",
      reason: "Contract",
      rates: given,
    });
  });

  it("looks at no number for the bundled price", () => {
    const typed = fields(price());
    const given = { ...typed, source: "bundled" as const, rates: { ...typed.rates, input: "x" } };
    expect(PriceValues.parse(given)).toMatchObject({ rates: null });
  });

  it("looks at the long prices only where there are some", () => {
    const typed = { ...fields(price()), above: "nonsense" };
    expect(PriceValues.safeParse(typed).success).toBe(true);
    expect(PriceValues.safeParse({ ...typed, hasLong: true }).success).toBe(false);
  });

  it("says what is wrong at its field", () => {
    const typed = fields(price());
    const given = { ...typed, model: "gpt", reason: " ", rates: { ...typed.rates, output: "" } };
    const paths = PriceValues.safeParse(given).error?.issues.map(({ path }) => path.join("."));
    expect(paths).toEqual(["model", "reason", "rates.output"]);
  });
});

it("prices a small call exactly", () => {
  expect(sampleCost({ input: 2.5, output: 10 })).toBe("$0.0125");
  expect(sampleCost({ input: 0.05, output: 0.4 })).toBe("$0.00045");
});
