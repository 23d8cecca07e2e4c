import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildGrant, monthly } from "../../testing/grant-factory";
import { quantity, sum, zero } from "../quantity";
import type { UsageLimit, UsageWindow } from "./controls";
import {
  countUse,
  cycleAnchorOf,
  type LimitView,
  limitHash,
  limitHeadroom,
  replaceWindows,
  usedOf,
  windowAt,
} from "./usage-limit";

const at = (text: string) => new Date(text);
const utc = (interval: UsageLimit["interval"], now: string) => {
  const { startsAt, endsAt } = windowAt({ interval, anchor: "utc" }, at("2026-01-20"), at(now));
  return [startsAt.toISOString(), endsAt.toISOString()].map((text) => text.slice(0, 10));
};

const limit = (max: number, more: Partial<UsageLimit> = {}): UsageLimit => {
  const shape = { interval: "month", anchor: "utc", filter: null, ...more } as const;
  return { ...shape, limit: quantity(max), hash: limitHash(shape), scopeId: "customer", ...more };
};
const viewOf = (windows: readonly UsageWindow[], more: Partial<LimitView> = {}): LimitView => ({
  featureId: 1,
  windows,
  cycleAnchor: () => null,
  now: at("2026-03-10T12:00:00Z"),
  ...more,
});

describe("the window of a limit", () => {
  it("follows the calendar with UTC days, weeks from Monday, months and years", () => {
    expect(utc("day", "2026-03-11T23:59:59Z")).toEqual(["2026-03-11", "2026-03-12"]);
    expect(utc("week", "2026-03-11T00:00:00Z")).toEqual(["2026-03-09", "2026-03-16"]);
    expect(utc("week", "2026-03-09T00:00:00Z")).toEqual(["2026-03-09", "2026-03-16"]);
    expect(utc("month", "2026-03-01T00:00:00Z")).toEqual(["2026-03-01", "2026-04-01"]);
    expect(utc("year", "2026-12-31T23:00:00Z")).toEqual(["2026-01-01", "2027-01-01"]);
  });

  it("follows the feature's cycle where it has one, else the calendar", () => {
    const monthlyLimit = { interval: "month", anchor: "billing_cycle" } as const;
    const now = at("2026-03-10T12:00:00Z");
    expect(windowAt(monthlyLimit, at("2026-01-20T08:00:00Z"), now)).toEqual({
      startsAt: at("2026-02-20T08:00:00Z"),
      endsAt: at("2026-03-20T08:00:00Z"),
    });
    expect(windowAt(monthlyLimit, null, now).startsAt).toEqual(at("2026-03-01T00:00:00Z"));
  });

  it("contains its instant, is half open and has no gap to the next one", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("day", "week", "month", "year" as const),
        fc.constantFrom("utc", "billing_cycle" as const),
        fc.date({ min: at("2020-01-01"), max: at("2030-01-01"), noInvalidDate: true }),
        fc.date({ min: at("2020-01-01"), max: at("2030-01-01"), noInvalidDate: true }),
        (interval, anchor, cycle, now) => {
          const window = windowAt({ interval, anchor }, cycle, now);
          expect(window.startsAt <= now && now < window.endsAt).toBe(true);
          const following = windowAt({ interval, anchor }, cycle, window.endsAt);
          expect(following.startsAt).toEqual(window.endsAt);
        },
      ),
    );
  });
});

describe("the cycle of a feature", () => {
  const anchored = (id: string, day: string, more = {}) =>
    monthly(id, 10, { anchorAt: at(day), ...more });

  it("is that of the main plan's resetting grant, whatever else resets", () => {
    const grants = [
      anchored("addon", "2026-01-02", { kind: "addon" as const }),
      anchored("main", "2026-01-05"),
      buildGrant("lifetime", { included: 5 }),
      anchored("lot", "2026-01-01", { kind: "rollover" as const }),
    ];
    expect(cycleAnchorOf(grants, null)).toEqual(at("2026-01-05"));
    expect(cycleAnchorOf([buildGrant("lifetime", { included: 5 })], null)).toBeNull();
  });

  it("of a customer's limit does not depend on which entity uses it", () => {
    const grants = [
      anchored("seat", "2026-01-02", { entityId: "e1" }),
      anchored("customer", "2026-01-05"),
    ];
    expect(cycleAnchorOf(grants, null)).toEqual(at("2026-01-05"));
    expect(cycleAnchorOf(grants, "e1")).toEqual(at("2026-01-02"));
    expect(cycleAnchorOf(grants, "e2")).toEqual(at("2026-01-05"));
  });
});

describe("a usage limit", () => {
  const use = (amount: number, properties: Record<string, unknown> | null = null) => ({
    amount: quantity(amount),
    properties,
  });

  it("leaves what it has not counted, and never less than nothing", () => {
    const counted = countUse([limit(5)], viewOf([]), use(3));
    expect(limitHeadroom([limit(5)], viewOf(counted), null)).toEqual(quantity(2));
    const beyond = countUse([limit(5)], viewOf(counted), use(10));
    expect(beyond[0]?.used).toEqual(quantity(13));
    expect(limitHeadroom([limit(5)], viewOf(beyond), null)).toEqual(zero);
    expect(limitHeadroom([], viewOf(beyond), null)).toBeNull();
  });

  it("keeps its counter when it is raised, and starts afresh in a window that moved", () => {
    const counted = countUse([limit(5)], viewOf([]), use(5));
    expect(limitHeadroom([limit(8)], viewOf(counted), null)).toEqual(quantity(3));
    const later = viewOf(counted, { now: at("2026-04-01T00:00:00Z") });
    expect(limitHeadroom([limit(5)], later, null)).toEqual(quantity(5));
    const followed = limit(5, { anchor: "billing_cycle" });
    const before = viewOf([], { cycleAnchor: () => at("2026-01-20") });
    const full = countUse([followed], before, use(5));
    const moved = viewOf(full, { cycleAnchor: () => at("2026-03-10") });
    expect(limitHeadroom([followed], { ...before, windows: full }, null)).toEqual(zero);
    expect(limitHeadroom([followed], moved, null)).toEqual(quantity(5));
    expect(limitHeadroom([limit(5, { interval: "week" })], viewOf(counted), null)).toEqual(
      quantity(5),
    );
  });

  it("counts only what its filter lets through; the tightest of those that apply counts", () => {
    const big = limit(2, { filter: { model: "big" } });
    const limits = [limit(5), big];
    const counted = countUse(limits, viewOf([]), use(1, { model: "big" }));
    expect(counted).toHaveLength(2);
    expect(limitHeadroom(limits, viewOf(counted), { model: "big" })).toEqual(quantity(1));
    expect(limitHeadroom(limits, viewOf(counted), { model: "small" })).toEqual(quantity(4));
    expect(limitHeadroom([big], viewOf(counted), null)).toBeNull();
  });

  it("has one counter for each scope", () => {
    const own = limit(5, { scopeId: "e1" });
    const counted = countUse([own], viewOf([]), use(5));
    expect(limitHeadroom([own], viewOf(counted), null)).toEqual(zero);
    expect(limitHeadroom([limit(5)], viewOf(counted), null)).toEqual(quantity(5));
  });

  it("counts up and down as the uses sum, but never below nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 })), (uses) => {
        let windows: UsageWindow[] = [];
        for (const amount of uses) {
          windows = replaceWindows(windows, countUse([limit(9)], viewOf(windows), use(amount)));
        }
        expect(usedOf(limit(9), viewOf(windows))).toEqual(sum(uses.map((one) => quantity(one))));
        const given = countUse([limit(9)], viewOf(windows), use(-10_000_000));
        expect(usedOf(limit(9), viewOf(replaceWindows(windows, given)))).toEqual(zero);
      }),
    );
  });

  it("says nothing where nothing moves", () => {
    expect(countUse([limit(5)], viewOf([]), use(0))).toEqual([]);
    expect(countUse([limit(5)], viewOf([]), use(-3))).toEqual([]);
  });
});
