import { describe, expect, it } from "vitest";
import { amount } from "./money";
import { type BasePrice, type ItemPrice, type PriceInterval, plainRules } from "./plan";
import { isOneOff, isUpgrade, planDifferences } from "./plan-diff";
import type { NamedItem } from "./plan-text";
import { quantity, zero } from "./quantity";

function feature(slug: string) {
  const name = slug.charAt(0).toUpperCase() + slug.slice(1);
  return { slug, name, type: "metered", consumable: true, display: null } as const;
}

function item(slug: string, included: number, price: ItemPrice | null = null): NamedItem {
  const reset = { unit: "month", count: 1 } as const;
  return {
    feature: feature(slug),
    included: quantity(included),
    unlimited: false,
    reset,
    price,
    ...plainRules,
  };
}

function base(value: number, interval: PriceInterval = "month", intervalCount = 1): BasePrice {
  return { interval, intervalCount, amounts: [{ currency: "usd", amount: amount(value) }] };
}

function rate(
  method: ItemPrice["method"],
  value: number,
  more: Partial<ItemPrice> = {},
): ItemPrice {
  return {
    interval: "month",
    intervalCount: 1,
    billingUnits: quantity(1),
    method,
    tierBehavior: "graduated",
    tiers: [{ to: null, amounts: [{ currency: "usd", amount: amount(value), flatAmount: null }] }],
    maxPurchase: null,
    onIncrease: "prorate_immediately",
    onDecrease: "prorate_immediately",
    ...more,
  };
}

const none = { price: null, items: [] };
const textsOf = (before: Parameters<typeof planDifferences>[0], after: typeof before) =>
  planDifferences(before, after ?? none, "usd").map((difference) => difference.text);

describe("planDifferences", () => {
  it("says what a price and an amount were and are", () => {
    const before = { price: base(20), items: [item("credits", 100)] };
    const after = { price: base(25), items: [item("credits", 200)] };
    expect(textsOf(before, after)).toEqual([
      "Price $20 per month → $25 per month (+$5)",
      "Credits: 100 Credits per month → 200 Credits per month",
    ]);
    expect(textsOf(after, before)[0]).toBe("Price $25 per month → $20 per month (−$5)");
  });

  it("says what came and what went", () => {
    const before = { price: base(20), items: [item("credits", 100)] };
    const after = { price: null, items: [item("seats", 5)] };
    expect(planDifferences(before, after, "usd")).toEqual([
      expect.objectContaining({ kind: "removed", subject: "price", after: null }),
      expect.objectContaining({ kind: "added", subject: "seats", before: null }),
      expect.objectContaining({ kind: "removed", subject: "credits", after: null }),
    ]);
  });

  it("gives everything of a first version as added", () => {
    expect(textsOf(null, { price: base(20), items: [item("credits", 1)] })).toEqual([
      "Price added: $20 per month",
      "Credits added: 1 Credits per month",
    ]);
  });

  it("pairs lines of one feature in order", () => {
    const before = { price: null, items: [item("credits", 1), item("credits", 2)] };
    const after = { price: null, items: [item("credits", 1), item("credits", 3)] };
    expect(textsOf(before, after)).toHaveLength(1);
    expect(textsOf(before, before)).toEqual([]);
  });

  const steps = (second: number) => [
    ...rate("prepaid", 1).tiers.map((tier) => ({ ...tier, to: quantity(10) })),
    ...rate("prepaid", second).tiers,
  ];
  const inEuro = (value: number): ItemPrice["tiers"] => [
    {
      to: null,
      amounts: [
        { currency: "usd", amount: amount(1), flatAmount: null },
        { currency: "eur", amount: amount(value), flatAmount: null },
      ],
    },
  ];
  it.each<[string, ItemPrice, ItemPrice]>([
    ["the amount", rate("prepaid", 1), rate("prepaid", 2)],
    ["the method", rate("prepaid", 1), rate("usage_based", 1)],
    ["the cap", rate("prepaid", 1), rate("prepaid", 1, { maxPurchase: zero })],
    ["the package", rate("prepaid", 1), rate("prepaid", 1, { billingUnits: quantity(10) })],
    ["the rhythm", rate("prepaid", 1), rate("prepaid", 1, { interval: "year" })],
    ["increases", rate("prepaid", 1), rate("prepaid", 1, { onIncrease: "bill_next_cycle" })],
    ["decreases", rate("prepaid", 1), rate("prepaid", 1, { onDecrease: "none" })],
    ["a step", rate("prepaid", 1, { tiers: steps(2) }), rate("prepaid", 1, { tiers: steps(3) })],
    ["volume", rate("prepaid", 1), rate("prepaid", 1, { tierBehavior: "volume" })],
    ["euros", rate("prepaid", 1, { tiers: inEuro(1) }), rate("prepaid", 1, { tiers: inEuro(2) })],
  ])("lets no difference in %s go unsaid", (_what, before, after) => {
    for (const included of [0, 100]) {
      const texts = textsOf(
        { price: null, items: [item("credits", included, before)] },
        { price: null, items: [item("credits", included, after)] },
      );
      expect(texts).toHaveLength(1);
    }
  });

  it("says the rules of an item, so that no change of them goes unsaid", () => {
    const plain = item("credits", 100);
    const rollover = { max: quantity(50), maxPercentage: null, expiryMonths: 2 };
    const changes: [Partial<NamedItem>, string][] = [
      [{ rollover }, "per month, up to 50 of what is left rolls over for 2 months"],
      [{ resetOnSwitch: false }, "per month, use is carried over a switch"],
      [{ resetOnSwitch: true }, "per month, use starts afresh on a switch"],
      [{ pooled: true }, "into one pool per month"],
      [{ entityFeature: feature("seats") }, "for each entity of Seats per month"],
    ];
    for (const [rules, words] of changes) {
      const after = { price: null, items: [{ ...plain, ...rules }] };
      expect(textsOf({ price: null, items: [plain] }, after)).toEqual([
        `Credits: 100 Credits per month → 100 Credits ${words}`,
      ]);
    }
  });

  it("names a base price in another currency", () => {
    const euros = {
      ...base(20),
      amounts: [...base(20).amounts, { currency: "eur", amount: amount(18) }],
    };
    expect(textsOf({ ...none, price: base(20) }, { ...none, price: euros })).toEqual([
      "Price $20 per month → $20 per month, €18",
    ]);
  });
});

describe("isUpgrade", () => {
  const plan = (price: BasePrice | null, ...items: NamedItem[]) => ({ price, items });
  const prepaid = (value: number) => item("units", 0, rate("prepaid", value));
  const usage = (value: number) => item("units", 0, rate("usage_based", value));
  const seats = (value: number) => ({ ...usage(value), billingBehavior: "prorated" as const });

  it.each([
    ["E38 the same price", plan(base(20)), plan(base(20)), true],
    ["E39 a cheaper month", plan(base(300, "year")), plan(base(20)), false],
    ["E40 a longer interval", plan(base(20)), plan(base(200, "year")), true],
    ["E41 a dearer unit left", plan(null, prepaid(50)), plan(base(20), prepaid(10)), false],
    ["E42 only usage differs", plan(base(50), usage(2)), plan(base(50), usage(1)), true],
    ["free to paid", plan(null), plan(base(1)), true],
    ["paid to free", plan(base(1)), plan(null), false],
    ["free to free", plan(null), plan(null), true],
    ["usage to usage", plan(null, usage(5)), plan(null, usage(1)), true],
    ["a dearer month", plan(base(20)), plan(base(25)), true],
    ["a cheaper month", plan(base(25)), plan(base(20)), false],
    ["a week that is dearer by the month", plan(base(20)), plan(base(6, "week")), true],
    ["a quarter in months", plan(base(30, "quarter")), plan(base(30, "month", 3)), true],
    ["seats count", plan(base(20), seats(10)), plan(base(25)), false],
    ["from a single payment", plan(base(99, "one_off")), plan(base(1)), true],
    ["to a single payment", plan(base(99)), plan(base(1, "one_off")), true],
  ])("%s", (_what, from, to, expected) => {
    expect(isUpgrade(from, to, "usd")).toBe(expected);
  });
});

describe("isOneOff", () => {
  it.each([
    ["a single payment", { price: base(5, "one_off"), items: [] }, true],
    [
      "a recurring one beside",
      { price: base(5, "one_off"), items: [item("units", 0, rate("prepaid", 1))] },
      false,
    ],
    ["nothing to pay", none, false],
    ["a month", { price: base(5), items: [] }, false],
  ])("%s", (_what, content, expected) => {
    expect(isOneOff(content)).toBe(expected);
  });
});
