import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantity, zero } from "../quantity";
import {
  type ControlEntry,
  type ControlSet,
  type ControlSources,
  effectiveControls,
  filterKey,
  matchesFilter,
  noControls,
  type SpendLimit,
  spendCap,
  type UsageAlertRule,
  type UsageLimitRule,
} from "./controls";
import { limitHash } from "./usage-limit";

const nothing: ControlSet = {
  overageAllowed: [],
  spendLimits: [],
  usageLimits: [],
  usageAlerts: [],
  autoTopups: [],
};
const set = (part: Partial<ControlSet>): ControlSet => ({ ...nothing, ...part });
const entry = <Control>(control: Control, more: Partial<ControlEntry<Control>> = {}) => ({
  featureId: 1,
  enabled: true,
  control,
  ...more,
});

const overage = (enabled: boolean) => set({ overageAllowed: [entry(null, { enabled })] });
const spend = (limit: number | null, type: SpendLimit["type"] = "absolute"): SpendLimit => ({
  type,
  overageLimit: limit === null ? null : quantity(limit),
  skipOverageBilling: false,
});
const rule = (limit: number, more: Partial<UsageLimitRule> = {}): UsageLimitRule => {
  const shape = { interval: "month", anchor: "billing_cycle", filter: null, ...more } as const;
  return { ...shape, limit: quantity(limit), hash: limitHash(shape) };
};
const alert = (threshold: number): UsageAlertRule => ({
  threshold: quantity(threshold),
  thresholdType: "usage",
  basis: "balance",
  name: null,
  filter: null,
});

const sources = (parts: {
  entity?: ControlSet;
  customer?: ControlSet;
  plans?: ControlSet[];
}): ControlSources => ({
  entity: parts.entity === undefined ? null : { id: "entity", set: parts.entity },
  customer: { id: "customer", set: parts.customer ?? null },
  plans: parts.plans ?? [],
});
const resolve = (from: ControlSources, featureId = 1, included = 100) =>
  effectiveControls(from, featureId, () => quantity(included));

describe("whose control counts", () => {
  it("is nobody's where nothing was set for the feature", () => {
    expect(resolve(sources({ customer: overage(true) }), 2)).toBe(noControls);
    expect(resolve(sources({}))).toBe(noControls);
  });

  it("is the entity's before the customer's before the plan's, switched off or not", () => {
    const all = { entity: overage(false), customer: overage(true), plans: [overage(true)] };
    expect(resolve(sources(all)).overageAllowed).toBe(false);
    expect(resolve(sources({ ...all, entity: nothing })).overageAllowed).toBe(true);
    expect(resolve(sources({ plans: [overage(true)] })).overageAllowed).toBe(true);
    const hidden = set({ spendLimits: [entry(spend(5), { enabled: false })] });
    const plan = set({ spendLimits: [entry(spend(3))] });
    expect(resolve(sources({ customer: hidden, plans: [plan] })).spendLimit).toBeNull();
    expect(resolve(sources({ plans: [plan] })).spendLimit).toEqual(spend(3));
  });

  it("is that of the feature itself before that of every feature", () => {
    const customer = set({
      spendLimits: [entry(spend(9), { featureId: null }), entry(spend(5), { enabled: false })],
    });
    expect(resolve(sources({ customer })).spendLimit).toBeNull();
    expect(resolve(sources({ customer }), 2).spendLimit).toEqual(spend(9));
  });

  it("is the strictest of several plans", () => {
    expect(resolve(sources({ plans: [overage(true), overage(false)] })).overageAllowed).toBe(false);
    const limits = (...all: SpendLimit[]) =>
      all.map((limit) => set({ spendLimits: [entry(limit)] }));
    const lowest = (...all: SpendLimit[]) => resolve(sources({ plans: limits(...all) })).spendLimit;
    expect(lowest(spend(50), spend(30, "usage_percentage"))).toEqual(spend(30, "usage_percentage"));
    expect(lowest(spend(20), spend(30, "usage_percentage"))).toEqual(spend(20));
    expect(lowest(spend(null), spend(40))).toEqual(spend(40));
  });

  it("of usage limits is the lowest a day, then the lower, then that of the calendar", () => {
    const limits = (...rules: UsageLimitRule[]) =>
      resolve(
        sources({ plans: rules.map((one) => set({ usageLimits: [entry(one)] })) }),
      ).usageLimits.map(({ scopeId: _, ...one }) => one);
    const daily = rule(2, { interval: "day" });
    expect(limits(rule(59), daily)).toEqual([rule(59)]);
    expect(limits(rule(61), daily)).toEqual([daily]);
    expect(limits(rule(60), daily)).toEqual([daily]);
    const calendar = rule(60, { anchor: "utc" });
    expect(limits(rule(60), calendar)).toEqual([calendar]);
  });

  it("of usage limits is one for each filter, each with its own counter", () => {
    const big = rule(5, { filter: { model: "big" } });
    const entity = set({ usageLimits: [entry(big)] });
    const customer = set({ usageLimits: [entry(rule(9)), entry({ ...big, limit: quantity(7) })] });
    expect(resolve(sources({ entity, customer })).usageLimits).toEqual([
      { ...big, scopeId: "entity" },
      { ...rule(9), scopeId: "customer" },
    ]);
  });

  it("of alerts is the customer's and also the entity's; plans only where the customer has none", () => {
    const alerts = (...thresholds: number[]) =>
      set({ usageAlerts: thresholds.map((one) => entry(alert(one))) });
    const found = (from: ControlSources) =>
      resolve(from).usageAlerts.map(({ threshold, scopeId }) => [threshold.toNumber(), scopeId]);
    const plans = [alerts(1), alerts(2)];
    expect(found(sources({ entity: alerts(5), customer: alerts(7, 8), plans }))).toEqual([
      [5, "entity"],
      [7, "customer"],
      [8, "customer"],
    ]);
    expect(found(sources({ entity: alerts(5), plans }))).toEqual([
      [5, "entity"],
      [2, "customer"],
    ]);
    const off = set({ usageAlerts: [entry(alert(7), { enabled: false })] });
    expect(found(sources({ customer: off, plans }))).toEqual([]);
  });

  it("of top-ups is never the entity's, and the newest of several plans'", () => {
    const topup = (threshold: number) =>
      set({
        autoTopups: [
          entry({
            threshold: quantity(threshold),
            quantity: quantity(1),
            purchaseLimit: null,
            invoiceMode: false,
          }),
        ],
      });
    const found = (from: ControlSources) => resolve(from).autoTopup?.threshold.toNumber() ?? null;
    expect(found(sources({ entity: topup(1) }))).toBeNull();
    expect(found(sources({ plans: [topup(1), topup(2), nothing] }))).toBe(2);
    expect(found(sources({ customer: topup(-3), plans: [topup(1)] }))).toBe(-3);
  });
});

describe("a spend limit", () => {
  it("in percent is of what the main plans include; of nothing it is no cap", () => {
    expect(spendCap(spend(120, "usage_percentage"), quantity(100))).toEqual(quantity(120));
    expect(spendCap(spend(120, "usage_percentage"), zero)).toBeNull();
    expect(spendCap(spend(0), zero)).toEqual(zero);
    expect(spendCap(spend(null), quantity(100))).toBeNull();
  });
});

describe("a filter", () => {
  it("matches only where all its values are there, compared as text", () => {
    expect(matchesFilter(null, null)).toBe(true);
    expect(matchesFilter({ n: "5" }, { n: 5, other: true })).toBe(true);
    expect(matchesFilter({ n: "5", on: "true" }, { n: "5", on: true })).toBe(true);
    expect(matchesFilter({ n: "5", on: "true" }, { n: "5" })).toBe(false);
    expect(matchesFilter({ n: "5" }, null)).toBe(false);
    expect(matchesFilter({ toString: "5" }, {})).toBe(false);
    expect(matchesFilter({ a: "null" }, { a: null })).toBe(false);
    expect(matchesFilter({ a: "[object Object]" }, { a: {} })).toBe(false);
  });

  it("is the same whatever the order of its names, and tells counters apart", () => {
    const values = fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const turned = Object.fromEntries(Object.entries(a).reverse());
        expect(filterKey(turned)).toBe(filterKey(a));
        const hash = (filter: Record<string, string>) =>
          limitHash({ interval: "day", anchor: "utc", filter });
        expect(hash(a) === hash(b)).toBe(filterKey(a) === filterKey(b));
      }),
    );
  });
});
