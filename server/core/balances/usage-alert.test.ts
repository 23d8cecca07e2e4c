import { describe, expect, it } from "vitest";
import { domainExample } from "../../testing/domain-example";
import { larger, quantity, zero } from "../quantity";
import type { UsageAlert } from "./controls";
import { type AlertFigures, alertKey, crossesThreshold, isRepeat } from "./usage-alert";

const alert = (thresholdType: UsageAlert["thresholdType"], threshold: number): UsageAlert => ({
  threshold: quantity(threshold),
  thresholdType,
  basis: "balance",
  name: null,
  filter: null,
  scopeId: "customer",
});
const figures = (granted: number, usage: number, unlimited = false): AlertFigures => ({
  granted: quantity(granted),
  usage: quantity(usage),
  remaining: larger(zero, quantity(granted).minus(quantity(usage))),
  unlimited,
});
const crosses = (one: UsageAlert, granted: number, ...[before, after]: [number, number]) =>
  crossesThreshold(one, figures(granted, before), figures(granted, after));

describe("a usage alert", () => {
  it("E101: fires when the share is reached, and not again beyond it", () => {
    const { given, then } = domainExample<
      { granted: number; alert: string },
      { usage: string },
      { fires: boolean[] }
    >("E101");
    const [, percent = ""] = given.alert.split(" ");
    const eighty = alert("usage_percentage", Number(percent));
    const fires = [
      [799, 800],
      [800, 900],
    ].map(([before = 0, after = 0]) => crosses(eighty, given.granted, before, after));
    expect(fires).toEqual(then.fires);
  });

  it.each([
    ["usage", 10, 9, 10, true],
    ["usage", 10, 10, 11, false],
    ["usage", 10, 11, 9, false],
    ["usage", 0, 0, 5, false],
    ["remaining", 10, 89, 90, true],
    ["remaining", 10, 90, 91, false],
    ["remaining", 10, 95, 80, false],
    ["remaining", 0, 99, 130, true],
    ["remaining_percentage", 10, 50, 95, true],
    ["remaining_percentage", 10, 90, 95, false],
    ["usage_percentage", 120, 110, 125, true],
  ] as const)(
    "of %s at %d of 100, from %d to %d used: %s",
    (type, threshold, before, after, fires) => {
      expect(crosses(alert(type, threshold), 100, before, after)).toBe(fires);
    },
  );

  it("is exact where a share of floats would not be", () => {
    const share = alert("usage_percentage", 33.3);
    expect(crosses(share, 1000, 332.9999999, 333)).toBe(true);
    expect(crosses(share, 1000, 333, 333.0000001)).toBe(false);
  });

  it("has no share of nothing, and none where use is unlimited", () => {
    expect(crosses(alert("usage_percentage", 50), 0, 0, 10)).toBe(false);
    expect(crosses(alert("usage", 5), 0, 0, 10)).toBe(true);
    const unlimited = figures(0, 100, true);
    expect(crossesThreshold(alert("usage", 5), figures(0, 0, true), unlimited)).toBe(false);
  });

  it("repeats only after a minute, and is told from others by what it says", () => {
    const fired = new Date("2026-01-01T00:00:00Z");
    const plusMs = (ms: number) => new Date(fired.getTime() + ms);
    expect(isRepeat(null, fired)).toBe(false);
    expect(isRepeat(fired, plusMs(59_999))).toBe(true);
    expect(isRepeat(fired, plusMs(60_000))).toBe(false);
    const keys = [
      alert("usage", 5),
      alert("usage", 6),
      alert("remaining", 5),
      { ...alert("usage", 5), filter: { a: "b" } },
      { ...alert("usage", 5), basis: "usage_limit" as const },
    ].map(alertKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(alertKey({ ...alert("usage", 5), name: "other" })).toBe(alertKey(alert("usage", 5)));
  });
});
