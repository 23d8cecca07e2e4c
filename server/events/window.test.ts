import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  closedWindow,
  countBins,
  cycleWindow,
  isCycleRange,
  RANGES,
  requireReadableSize,
  spanWindow,
} from "./window";

const now = new Date("2026-05-20T10:30:00Z");
const monthly = {
  anchor: new Date("2026-01-31T08:00:00Z"),
  interval: { unit: "month", count: 1 },
} as const;

describe("a range back from now", () => {
  it("starts exactly so long ago and holds what happens now", () => {
    const window = spanWindow("24h", now);
    expect(window.start).toEqual(new Date("2026-05-19T10:30:00Z"));
    expect(window.end.getTime()).toBeGreaterThan(now.getTime());
    expect(window.shownUntil.getTime()).toBe(now.getTime() + 1);
  });

  it("is told in billing cycles or in days, and every range is one of the two", () => {
    expect(RANGES.filter(isCycleRange)).toEqual(["last_cycle", "1bc", "3bc"]);
  });
});

describe("billing cycles", () => {
  it("clamp to the month's end as invoices do", () => {
    expect(cycleWindow("1bc", monthly, now).start).toEqual(new Date("2026-04-30T08:00:00Z"));
    expect(cycleWindow("3bc", monthly, now).start).toEqual(new Date("2026-02-28T08:00:00Z"));
    expect(cycleWindow("last_cycle", monthly, now)).toEqual(
      closedWindow(new Date("2026-03-31T08:00:00Z"), new Date("2026-04-30T08:00:00Z")),
    );
  });

  it("follow one another without a gap", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true }),
        fc.constantFrom("week", "month", "quarter", "year"),
        (anchor, unit) => {
          const cycle = { anchor, interval: { unit, count: 1 } } as const;
          const running = cycleWindow("1bc", cycle, now);
          const last = cycleWindow("last_cycle", cycle, now);
          expect(last.end).toEqual(running.start);
          expect(last.start.getTime()).toBeLessThan(last.end.getTime());
          expect(running.start.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(cycleWindow("3bc", cycle, now).start.getTime()).toBeLessThan(last.start.getTime());
        },
      ),
    );
  });
});

describe("sizes", () => {
  it.each(["hour", "day", "week", "month"] as const)(
    "of %s bins are never underestimated",
    (size) => {
      const year = closedWindow(new Date("2026-01-01T00:30:00Z"), new Date("2027-01-01T00:30:00Z"));
      const real = { hour: 8761, day: 366, week: 54, month: 13 }[size];
      expect(countBins(year, size)).toBeGreaterThanOrEqual(real);
    },
  );

  it("beyond what anybody reads are refused with what to do", () => {
    expect(() => requireReadableSize(10_000, 10)).not.toThrow();
    expect(() => requireReadableSize(10_001, 1)).toThrow(/larger bin_size/);
    expect(() => requireReadableSize(9_000, 12)).toThrow(/fewer features/);
  });

  it("of nothing are refused: a range ends after it starts", () => {
    expect(() => closedWindow(now, now)).toThrow(/must end after/);
  });
});
