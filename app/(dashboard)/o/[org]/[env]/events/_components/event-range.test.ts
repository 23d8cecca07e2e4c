import { describe, expect, it } from "vitest";
import { suitingStep, tableRange } from "./event-range";

const now = Date.UTC(2026, 10, 20, 12, 34, 56);
const day = 86_400_000;

describe("ranges", () => {
  it("suit their bars", () => {
    expect(suitingStep({ preset: "24h" })).toBe("hour");
    expect(suitingStep({ preset: "90d" })).toBe("day");
    expect(suitingStep({ start: now - 2 * day, end: now })).toBe("hour");
    expect(suitingStep({ start: now - 30 * day, end: now })).toBe("day");
    expect(suitingStep({ start: now - 300 * day, end: now })).toBe("month");
  });

  it("give the table the chart's instants", () => {
    expect(tableRange({ preset: "24h" }, now)).toEqual({
      start: Date.UTC(2026, 10, 19, 12, 34),
    });
    expect(tableRange({ start: 1, end: 2 }, now)).toEqual({ start: 1, end: 2 });
  });
});
