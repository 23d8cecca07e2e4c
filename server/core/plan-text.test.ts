import { describe, expect, it } from "vitest";
import { amount } from "./money";
import { type ItemPrice, plainRules } from "./plan";
import {
  everyText,
  itemText,
  moneyText,
  type NamedItem,
  priceText,
  rolloverText,
} from "./plan-text";
import { quantity, zero } from "./quantity";

const credits = {
  slug: "credits",
  name: "Credits",
  type: "metered",
  consumable: true,
  display: { singular: "credit", plural: "credits" },
} as const;

const bare: NamedItem = {
  feature: credits,
  included: zero,
  unlimited: false,
  reset: null,
  price: null,
  ...plainRules,
};

const penny: ItemPrice = {
  interval: "month",
  intervalCount: 1,
  billingUnits: quantity(1),
  method: "usage_based",
  tierBehavior: "graduated",
  tiers: [{ to: null, amounts: [{ currency: "usd", amount: amount(0.01), flatAmount: null }] }],
  maxPurchase: null,
  onIncrease: "prorate_immediately",
  onDecrease: "prorate_immediately",
};

describe("moneyText", () => {
  it.each([
    [20, "usd", "$20"],
    [20.5, "usd", "$20.50"],
    [1234567.89, "usd", "$1,234,567.89"],
    [0.0000025, "usd", "$0.0000025"],
    [3000, "jpy", "¥3,000"],
    [1.234, "kwd", "KWD 1.234"],
  ])("writes %s %s as %s", (value, currency, text) => {
    expect(moneyText(amount(value), currency).replace(/\s/g, " ")).toBe(text);
  });
});

describe("everyText", () => {
  it.each([
    ["month", 1, "per month"],
    ["month", 3, "every 3 months"],
    ["semi_annual", 1, "per half-year"],
    ["one_off", 1, "once"],
  ] as const)("says %s × %s as %s", (unit, count, text) => {
    expect(everyText(unit, count)).toBe(text);
  });
});

describe("priceText", () => {
  it("is the amount and its rhythm, in one currency", () => {
    const price = {
      interval: "month",
      intervalCount: 1,
      amounts: [{ currency: "usd", amount: amount(20) }],
    } as const;
    expect(priceText(price, "usd")).toEqual({ primary: "$20", secondary: "per month" });
    expect(priceText(price, "eur").primary).toBe("No price in this currency");
  });
});

describe("itemText", () => {
  const month = { unit: "month", count: 1 } as const;
  const packs = { ...penny, billingUnits: quantity(1000) };
  const flat = amount(5);
  const steps: ItemPrice = {
    ...penny,
    tiers: [
      { to: quantity(10), amounts: [{ currency: "usd", amount: amount(2), flatAmount: flat }] },
      ...penny.tiers,
    ],
  };
  it.each<[string, Partial<NamedItem>, string, string | null]>([
    ["a monthly amount", { included: quantity(100), reset: month }, "100 credits", "per month"],
    ["a single one", { included: quantity(1) }, "1 credit", null],
    ["a large one", { included: quantity("10000.5") }, "10,000.5 credits", null],
    ["no limit", { unlimited: true }, "Unlimited credits", null],
    ["a switch", { feature: { ...credits, type: "boolean" } }, "Credits", null],
    ["no words", { feature: { ...credits, display: null } }, "0 Credits", null],
    ["a price alone", { price: penny }, "$0.01 per credit", "per month"],
    [
      "a price without a word for one",
      { feature: { ...credits, display: null }, price: penny },
      "$0.01 per unit",
      "per month",
    ],
    ["packages", { price: packs }, "$0.01 per 1,000 credits", "per month"],
    [
      "an amount and a price beyond",
      { included: quantity(100), reset: month, price: penny },
      "100 credits per month",
      "then $0.01 per credit",
    ],
    ["steps", { price: steps }, "$5 plus $2 per credit in the first step", "per month"],
  ])("says %s", (_what, item, primary, secondary) => {
    expect(itemText({ ...bare, ...item }, "usd")).toEqual({ primary, secondary });
  });

  it("says so where a price has no amount in the currency", () => {
    expect(itemText({ ...bare, price: penny }, "eur").primary).toBe("No price in this currency");
  });
});

describe("whom an item is for", () => {
  const seats = {
    slug: "seats",
    name: "Seats",
    type: "metered",
    consumable: false,
    display: { singular: "seat", plural: "seats" },
  } as const;
  const hundred = { ...bare, included: quantity(100), reset: { unit: "month", count: 1 } } as const;

  it("is said where it is not the customer alone", () => {
    expect(itemText({ ...hundred, entityFeature: seats }, "usd")).toEqual({
      primary: "100 credits for each seat",
      secondary: "per month",
    });
    const nameless = { ...seats, display: null };
    expect(itemText({ ...bare, unlimited: true, entityFeature: nameless }, "usd").primary).toBe(
      "Unlimited credits for each entity of Seats",
    );
    expect(itemText({ ...hundred, pooled: true }, "usd").primary).toBe("100 credits into one pool");
  });
});

describe("rolloverText", () => {
  const rule = { max: null, maxPercentage: null, expiryMonths: null };
  it.each([
    [rule, "what is left rolls over for good"],
    [{ ...rule, expiryMonths: 1 }, "what is left rolls over for a month"],
    [
      { ...rule, max: quantity(1500), expiryMonths: 3 },
      "up to 1,500 of what is left rolls over for 3 months",
    ],
    [{ ...rule, maxPercentage: quantity(50) }, "up to 50% of the grant rolls over for good"],
  ])("%#", (given, text) => {
    expect(rolloverText(given)).toBe(text);
  });
});
