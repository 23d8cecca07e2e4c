import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainExample } from "../../testing/domain-example";
import { amounts } from "../../testing/grant-factory";
import { quantity, toWire, zero } from "../quantity";
import { type CreditItem, costOf, ownUnits, roundUnits } from "./credit-cost";

type Steps = readonly (readonly [to: number | null, cost: number])[];

const tiersOf = (steps: Steps) =>
  steps.map(([to, cost]) => ({
    to: to === null ? null : quantity(to),
    creditCost: quantity(cost),
  }));

function creditItem(steps: number | Steps, rest: Partial<CreditItem> = {}): CreditItem {
  return {
    featureId: 1,
    billingUnits: quantity(1),
    tiers: tiersOf(typeof steps === "number" ? [[null, steps]] : steps),
    dimensions: [],
    multipliers: [],
    ...rest,
  };
}

const credits = (item: CreditItem, units: number, properties: Record<string, unknown> = {}) =>
  toWire(roundUnits(costOf(item, properties).creditsFor(quantity(units))));
const units = (item: CreditItem, paid: number) =>
  toWire(roundUnits(costOf(item, null).unitsFor(quantity(paid))));

describe("what units cost in credits", () => {
  it("E59: is the cost times the units", () => {
    type Given = { cost: { premium: number }; credits: number };
    const { given, when, then } = domainExample<
      Given,
      { track_premium: number },
      { credits_deducted: number; remaining: number }
    >("E59");
    const cost = credits(creditItem(given.cost.premium), when.track_premium);
    expect(cost).toBe(then.credits_deducted);
    expect(given.credits - cost).toBe(then.remaining);
  });

  it("is a share of the cost for a part of the billing units", () => {
    const item = creditItem(3, { billingUnits: quantity(1000) });
    expect([1000, 500, 1].map((n) => credits(item, n))).toEqual([3, 1.5, 0.003]);
    expect(units(item, 1)).toBe(333.3333333333);
  });

  it("follows the steps of one use", () => {
    const item = creditItem([
      [10, 2],
      [20, 1],
      [null, 0.5],
    ]);
    expect([0, 5, 10, 15, 20, 30].map((n) => credits(item, n))).toEqual([0, 10, 20, 25, 30, 35]);
    expect([0, 10, 20, 25, 30, 35].map((n) => units(item, n))).toEqual([0, 5, 10, 15, 20, 30]);
    const inPackages = creditItem(
      [
        [10, 2],
        [null, 1],
      ],
      { billingUnits: quantity(10) },
    );
    expect(credits(inPackages, 20)).toBe(3);
  });

  it("counts free units in passing, but not without end", () => {
    const firstFree = creditItem([
      [100, 0],
      [null, 1],
    ]);
    expect([credits(firstFree, 100), credits(firstFree, 101)]).toEqual([0, 1]);
    expect([units(firstFree, 0), units(firstFree, 1)]).toEqual([100, 101]);
    const lastFree = creditItem([
      [100, 1],
      [null, 0],
    ]);
    expect([credits(lastFree, 500), units(lastFree, 100)]).toEqual([100, 100]);
    expect([credits(creditItem(0), 7), units(creditItem(0), 7)]).toEqual([0, 0]);
  });

  it("is that of the dimension with the highest priority, of equals the first", () => {
    const dimension = (match: Record<string, string>, priority: number, cost: number) => ({
      match,
      priority,
      tiers: tiersOf([[null, cost]]),
    });
    const item = creditItem(1, {
      dimensions: [
        dimension({ size: "big" }, 0, 2),
        dimension({ size: "big", region: "eu" }, 5, 3),
        dimension({ region: "eu" }, 5, 4),
      ],
    });
    expect(credits(item, 1)).toBe(1);
    expect(credits(item, 1, { size: "small" })).toBe(1);
    expect(credits(item, 1, { size: "big" })).toBe(2);
    expect(credits(item, 1, { size: "big", region: "eu" })).toBe(3);
    expect(credits(item, 1, { region: "eu" })).toBe(4);
  });

  it("is multiplied by the factor of every match, then raised", () => {
    const item = creditItem(2, {
      multipliers: [
        { match: { fast: "true" }, factor: quantity(1.5), add: quantity(1) },
        { match: { retries: "3" }, factor: quantity(2), add: zero },
        { match: { refund: "true" }, factor: quantity(1), add: quantity(-100) },
      ],
    });
    expect(credits(item, 10)).toBe(20);
    expect(credits(item, 10, { fast: true })).toBe(40);
    expect(credits(item, 10, { fast: "true", retries: 3 })).toBe(80);
    expect(credits(item, 10, { refund: true })).toBe(0);
  });

  it("is itself in the feature's own units", () => {
    expect(ownUnits.creditsFor(quantity(7))).toEqual(quantity(7));
    expect(ownUnits.unitsFor(quantity(7))).toEqual(quantity(7));
  });

  it("rounds halves away from zero, to ten places", () => {
    const third = quantity(1).dividedBy(3);
    expect(roundUnits(third).toString()).toBe("0.3333333333");
    const half = quantity("0.0000000001").dividedBy(2);
    expect(roundUnits(half).toString()).toBe("0.0000000001");
    expect(roundUnits(half.negated()).toString()).toBe("-0.0000000001");
  });
});

const costs = fc.integer({ min: 1, max: 50_000 }).map((n) => n / 1000);
const items = fc
  .record({
    widths: fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 3 }),
    rates: fc.array(costs, { minLength: 4, maxLength: 4 }),
    billingUnits: fc.integer({ min: 1, max: 1000 }),
  })
  .map(({ widths, rates, billingUnits }) => {
    let to = 0;
    const bounds = widths.map((width) => {
      to += width;
      return to;
    });
    const steps = [...bounds, null].map((bound, n) => [bound, rates[n] ?? 1] as const);
    return creditItem(steps, { billingUnits: quantity(billingUnits) });
  });

describe("properties of costs", () => {
  it("are undone by their inverse", () => {
    fc.assert(
      fc.property(items, amounts, (item, amount) => {
        const cost = costOf(item, null);
        const back = cost.unitsFor(cost.creditsFor(quantity(amount)));
        expect(back.minus(amount).abs().lessThan("1e-10")).toBe(true);
      }),
    );
  });

  it("never fall when more is used", () => {
    fc.assert(
      fc.property(items, amounts, amounts, (item, a, b) => {
        const { creditsFor } = costOf(item, null);
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(creditsFor(quantity(less)).lessThanOrEqualTo(creditsFor(quantity(more)))).toBe(true);
      }),
    );
  });
});
