import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainExample } from "../../testing/domain-example";
import { quantity, zero } from "../quantity";
import {
  baseCost,
  type ModelRates,
  type TokenCounts,
  type TokenPool,
  tokenPools,
  withMarkup,
} from "./token-cost";

const rates = (given: Partial<Record<TokenPool, number>>): ModelRates => ({
  input: quantity(given.input ?? 0),
  output: quantity(given.output ?? 0),
  cacheRead: given.cacheRead === undefined ? null : quantity(given.cacheRead),
  cacheWrite: given.cacheWrite === undefined ? null : quantity(given.cacheWrite),
  reasoning: given.reasoning === undefined ? null : quantity(given.reasoning),
  audioInput: given.audioInput === undefined ? null : quantity(given.audioInput),
  audioOutput: given.audioOutput === undefined ? null : quantity(given.audioOutput),
  longContext: null,
});

const tokens = (given: Partial<Record<TokenPool, number>>): TokenCounts => {
  const none = Object.fromEntries(tokenPools.map((pool) => [pool, zero]));
  const counts = Object.entries(given).map(([pool, count]) => [pool, quantity(count)]);
  return { ...none, ...Object.fromEntries(counts) } as TokenCounts;
};

const cost = (model: ModelRates, given: Partial<Record<TokenPool, number>>) =>
  baseCost(model, tokens(given)).toString();

describe("the cost of tokens", () => {
  it("E62: a custom model with a markup", () => {
    const { given, when, then } = domainExample<
      {
        custom_model: { input_cost_per_M: number; output_cost_per_M: number; markup_pct: number };
      },
      { tokens: { input: number; output: number } },
      { base_cost: number; credits_deducted: number }
    >("E62");
    const { input_cost_per_M: input, output_cost_per_M: output, markup_pct } = given.custom_model;
    const base = baseCost(rates({ input, output }), tokens(when.tokens));
    expect(base.toNumber()).toBe(then.base_cost);
    expect(withMarkup(base, quantity(markup_pct)).toNumber()).toBe(then.credits_deducted);
  });

  it("is exact for prices far below a cent", () => {
    const nano = rates({ input: 0.05, output: 0.4 });
    expect(cost(nano, { input: 1 })).toBe("0.00000005");
    expect(cost(nano, { input: 3, output: 7 })).toBe("0.00000295");
  });

  it("adds every pool at its own rate", () => {
    const each = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4, reasoning: 5 };
    const all = { ...each, audioInput: 6, audioOutput: 7 };
    const million = Object.fromEntries(tokenPools.map((pool) => [pool, 1_000_000]));
    expect(cost(rates(all), million)).toBe("28");
  });

  it.each([
    ["cacheRead", "10"],
    ["cacheWrite", "10"],
    ["audioInput", "10"],
    ["reasoning", "20"],
    ["audioOutput", "20"],
  ])("charges %s as text when it has no rate", (pool, expected) => {
    expect(cost(rates({ input: 10, output: 20 }), { [pool]: 1_000_000 })).toBe(expected);
  });

  it("takes a rate of zero as free, not as missing", () => {
    expect(cost(rates({ input: 10, output: 20, cacheRead: 0 }), { cacheRead: 500 })).toBe("0");
  });

  describe("of a long request", () => {
    const model: ModelRates = {
      ...rates({ input: 1, output: 2, cacheRead: 0.1 }),
      longContext: { above: quantity(1000), rates: rates({ input: 10, output: 20 }) },
    };

    it("is the usual one up to the threshold", () => {
      expect(cost(model, { input: 600, cacheRead: 400, output: 5 })).toBe("0.00065");
    });

    it("is all of it at the long rates beyond the threshold", () => {
      expect(cost(model, { input: 600, cacheRead: 401, output: 5 })).toBe("0.01011");
      expect(cost(model, { cacheWrite: 1001 })).toBe("0.01001");
    });

    it("is not reached by output, reasoning and audio", () => {
      const rest = { output: 1000, reasoning: 1000, audioInput: 1000, audioOutput: 1000 };
      expect(cost(model, { input: 1000, ...rest })).toBe("0.008");
    });
  });

  it("grows with every token, and splits without loss below the threshold", () => {
    const model = rates({ input: 2.5, output: 10, cacheRead: 1.25, audioOutput: 80 });
    const counts = fc.record(
      Object.fromEntries(tokenPools.map((pool) => [pool, fc.nat(100_000_000)])) as Record<
        TokenPool,
        fc.Arbitrary<number>
      >,
    );
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const both = tokenPools.map((pool) => [pool, a[pool] + b[pool]]);
        const sum = baseCost(model, tokens(a)).plus(baseCost(model, tokens(b)));
        expect(baseCost(model, tokens(Object.fromEntries(both))).toString()).toBe(sum.toString());
      }),
    );
  });
});

describe("a markup", () => {
  it.each([
    [null, "2"],
    [0, "2"],
    [50, "3"],
    [-25, "1.5"],
    [-100, "0"],
    [0.5, "2.01"],
  ])("of %s percent makes 2 dollars %s credits", (percent, credits) => {
    const markup = percent === null ? null : quantity(percent);
    expect(withMarkup(quantity(2), markup).toString()).toBe(credits);
  });
});
