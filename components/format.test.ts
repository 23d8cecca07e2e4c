import { describe, expect, it } from "vitest";
import {
  formatCompact,
  formatCount,
  formatDay,
  formatDelta,
  formatInstant,
  formatInstantSeconds,
  formatQuantity,
  formatRelative,
  zoneName,
} from "./format";

describe("formatQuantity", () => {
  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["100", "100"],
    ["1000", "1,000"],
    ["1234567.5", "1,234,567.5"],
    ["-5", "−5"],
    ["-12345.00010", "−12,345.0001"],
    ["0.0000000001", "0.0000000001"],
    ["9999999999999999999999999999.0000000001", "9,999,999,999,999,999,999,999,999,999.0000000001"],
  ])("writes %s as %s", (quantity, expected) => {
    expect(formatQuantity(quantity)).toBe(expected);
  });

  it("keeps a missing quantity apart from zero", () => {
    expect(formatQuantity(null)).toBe("—");
    expect(formatQuantity(undefined)).toBe("—");
    expect(formatQuantity(0)).toBe("0");
  });

  it("takes bigints", () => {
    expect(formatQuantity(12345678901234567890n)).toBe("12,345,678,901,234,567,890");
  });
});

describe("formatDelta", () => {
  it.each([
    ["50", "+50"],
    ["-1000", "−1,000"],
    ["0", "0"],
  ])("writes %s as %s", (quantity, expected) => {
    expect(formatDelta(quantity)).toBe(expected);
  });
});

describe("counts", () => {
  it("agrees in number", () => {
    expect(formatCount(1, "customer")).toBe("1 customer");
    expect(formatCount(0, "customer")).toBe("0 customers");
    expect(formatCount(1204, "entry", "entries")).toBe("1,204 entries");
  });

  it("shortens for chart axes", () => {
    expect(formatCompact(1200)).toBe("1.2K");
    expect(formatCompact(0)).toBe("0");
  });
});

describe("instants", () => {
  const at = Date.UTC(2026, 10, 20, 21, 24, 5);

  it("names the zone and the year", () => {
    expect(formatInstant(at, "UTC")).toBe("20 Nov 2026, 21:24 UTC");
    expect(formatInstant(at, "America/New_York")).toBe("20 Nov 2026, 16:24 EST");
    expect(formatInstantSeconds(at, "UTC")).toBe("20 Nov 2026, 21:24:05 UTC");
  });

  it("writes midnight as 00:00 and follows the zone over a day's end", () => {
    expect(formatInstant(Date.UTC(2026, 0, 1), "UTC")).toBe("1 Jan 2026, 00:00 UTC");
    expect(formatDay(at, "Asia/Tokyo")).toBe("21 Nov 2026");
  });

  it("names a zone", () => {
    expect(zoneName(at, "UTC")).toBe("UTC");
    expect(zoneName(at, "Europe/Berlin")).toBe("GMT+1");
  });

  it("takes ISO strings and dates", () => {
    expect(formatDay("2026-09-03T00:00:00Z", "UTC")).toBe("3 Sep 2026");
    expect(formatDay(new Date(at), "UTC")).toBe("20 Nov 2026");
  });
});

describe("formatRelative", () => {
  const now = Date.UTC(2026, 10, 20);
  it.each([
    [12 * 86_400_000, "in 12 days"],
    [-180_000, "3 minutes ago"],
    [-86_400_000, "1 day ago"],
    [400, "now"],
    [400 * 86_400_000, "in 1 year"],
  ])("%d ms away is %s", (distance, expected) => {
    expect(formatRelative(now + distance, now)).toBe(expected);
  });
});
