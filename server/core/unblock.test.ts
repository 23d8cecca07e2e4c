import { describe, expect, it } from "vitest";
import type { FeatureType } from "./feature";
import { amount } from "./money";
import { type PlanItem, type PlanVersion, plainRules } from "./plan";
import { quantity } from "./quantity";
import { plansThatUnblock } from "./unblock";

const messages = 1;
const credits = 2;
const sso = 3;

function item(featureId: number, included: number, more: Partial<PlanItem> = {}): PlanItem {
  const type: FeatureType = featureId === sso ? "boolean" : "metered";
  return {
    id: 1n,
    feature: { id: featureId, slug: `f${featureId}`, type, consumable: featureId !== sso },
    included: quantity(included),
    unlimited: false,
    reset: { unit: "month", count: 1 },
    price: null,
    ...plainRules,
    ...more,
  };
}

function plan(
  planId: number,
  price: number,
  items: readonly PlanItem[],
  more: Partial<PlanVersion> = {},
): PlanVersion {
  const slug = `plan${planId}`;
  const amounts = [{ currency: "usd", amount: amount(price) }];
  return {
    id: BigInt(planId),
    planId,
    slug,
    name: slug,
    version: 1,
    groupKey: "",
    isAddOn: false,
    autoEnable: false,
    price: price === 0 ? null : { interval: "month", intervalCount: 1, amounts },
    items,
    ...more,
  };
}

function unblock(
  offers: readonly PlanVersion[],
  held: readonly PlanVersion[],
  featureIds: readonly number[] = [messages],
): number[] {
  const found = plansThatUnblock({
    offers,
    held,
    featureIds: new Set(featureIds),
    currency: "usd",
  });
  return found.map(({ planId }) => planId);
}

describe("plansThatUnblock", () => {
  const free = plan(1, 0, [item(messages, 100)]);
  const pro = plan(2, 20, [item(messages, 1000), item(sso, 0)]);
  const team = plan(3, 50, [item(messages, 5000), item(sso, 0)]);
  const pack = plan(4, 5, [item(messages, 200, { reset: null })], { isAddOn: true });

  it("offers what gives more than the plan held, the cheapest first", () => {
    expect(unblock([team, pro, free, pack], [free])).toEqual([4, 2, 3]);
    expect(unblock([team, pro, free], [pro])).toEqual([3]);
    expect(unblock([free, pro, team], [])).toEqual([1, 2, 3]);
  });

  it("offers neither a plan that is held nor a step down", () => {
    expect(unblock([free, pro], [team])).toEqual([]);
    expect(unblock([pack], [free, pack])).toEqual([]);
  });

  it("leaves out an upgrade that gives no more of the feature", () => {
    const same = plan(5, 30, [item(messages, 100), item(sso, 0)]);
    expect(unblock([same], [free])).toEqual([]);
    expect(unblock([same], [free], [sso])).toEqual([5]);
  });

  it("compares amounts by their rhythm, and unlimited beats any amount", () => {
    const daily = plan(6, 30, [item(messages, 50, { reset: { unit: "day", count: 1 } })]);
    const endless = plan(7, 90, [item(messages, 0, { unlimited: true })]);
    expect(unblock([daily, endless], [pro])).toEqual([6, 7]);
    expect(unblock([team], [endless])).toEqual([]);
  });

  it("counts a plan of another group beside the one held", () => {
    const other = plan(8, 1, [item(messages, 10)], { groupKey: "support" });
    expect(unblock([other], [team])).toEqual([8]);
  });

  it("finds plans whose credit system pays for the feature, but none that gives nothing", () => {
    const credited = plan(9, 10, [item(credits, 500)]);
    const empty = plan(10, 15, [item(messages, 0)]);
    expect(unblock([credited, empty], [free], [messages, credits])).toEqual([9]);
    expect(unblock([credited, empty], [free])).toEqual([]);
  });
});
