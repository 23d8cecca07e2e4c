import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainExample } from "../testing/domain-example";
import {
  boundary,
  type Interval,
  intervalWeightMinutes,
  nextBoundary,
  previousBoundary,
} from "./interval";
import { currentPeriod } from "./period";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Reads "31 Mar", "31 Jan 10:00" or "29 Feb 2024 12:00"; without a year it is 2025. */
function read(text: string): Date {
  const match = /^(\d+) (\w{3})(?: (\d{4}))?(?: (\d\d):(\d\d))?$/.exec(text);
  if (match === null) throw new Error(`Not a date: ${text}`);
  const [, day, month = "", year = "2025", hour = "0", minute = "0"] = match;
  return new Date(
    Date.UTC(Number(year), months.indexOf(month), Number(day), Number(hour), Number(minute)),
  );
}

/** Writes an instant as exactly as the expected text is written. */
function writeLike(expected: string, instant: Date): string {
  const iso = instant.toISOString();
  const parts = [`${instant.getUTCDate()} ${months[instant.getUTCMonth()]}`];
  if (/\d{4}/.test(expected)) parts.push(iso.slice(0, 4));
  if (expected.includes(":")) parts.push(iso.slice(11, 16));
  return parts.join(" ");
}

type PeriodGiven = { anchor: string; interval: Interval["unit"]; interval_count?: number };
type PeriodThen = { cycle_start?: string; cycle_end?: string };

describe("worked examples of periods", () => {
  it.each(["E22", "E23", "E24", "E25", "E26", "E28"])("%s", (id) => {
    const { given, when, then } = domainExample<PeriodGiven, { now: string }, PeriodThen>(id);
    const interval = { unit: given.interval, count: given.interval_count ?? 1 };
    const period = currentPeriod(read(given.anchor), interval, read(when.now));
    const { cycle_start: first, cycle_end: last } = then;
    expect(first ?? last).toBeDefined();
    if (first !== undefined) expect(writeLike(first, period.start)).toBe(first);
    if (last !== undefined) expect(writeLike(last, period.end)).toBe(last);
  });
});

const units = fc.constantFrom<Interval["unit"]>(
  "minute",
  "hour",
  "day",
  "week",
  "month",
  "quarter",
  "semi_annual",
  "year",
);
const intervals = fc.record({ unit: units, count: fc.integer({ min: 1, max: 13 }) });
const instants = fc
  .integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2060, 0, 1) })
  .map((ms) => new Date(ms));

describe("boundaries", () => {
  it("enclose every instant, and their own instant belongs to the new period", () => {
    fc.assert(
      fc.property(instants, intervals, instants, (anchor, interval, now) => {
        const { start, end } = currentPeriod(anchor, interval, now);
        expect(start.getTime()).toBeLessThanOrEqual(now.getTime());
        expect(end.getTime()).toBeGreaterThan(now.getTime());
        expect(currentPeriod(anchor, interval, end).start).toEqual(end);
        expect(currentPeriod(anchor, interval, start).end).toEqual(end);
        expect(previousBoundary(anchor, interval, new Date(end.getTime() - 1))).toEqual(start);
      }),
    );
  });

  it("rise strictly with n, before and after the anchor", () => {
    fc.assert(
      fc.property(instants, intervals, fc.integer({ min: -60, max: 60 }), (anchor, interval, n) => {
        expect(boundary(anchor, interval, 0)).toEqual(anchor);
        const here = boundary(anchor, interval, n);
        expect(boundary(anchor, interval, n + 1).getTime()).toBeGreaterThan(here.getTime());
        expect(nextBoundary(anchor, interval, here)).toEqual(boundary(anchor, interval, n + 1));
      }),
    );
  });

  it("never drift from a month's end over ten years", () => {
    const monthEnds = fc
      .tuple(fc.integer({ min: 28, max: 31 }), fc.constantFrom(0, 2, 4, 6, 7, 9, 11))
      .map(([day, month]) => new Date(Date.UTC(2024, month, day, 17, 45)));
    fc.assert(
      fc.property(monthEnds, (anchor) => {
        let at = anchor;
        for (let n = 1; n <= 120; n += 1) {
          at = nextBoundary(anchor, { unit: "month", count: 1 }, at);
          const last = new Date(
            Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0),
          ).getUTCDate();
          expect(at.getUTCMonth()).toBe((anchor.getUTCMonth() + n) % 12);
          expect(at.getUTCDate()).toBe(Math.min(anchor.getUTCDate(), last));
          expect(at.toISOString().slice(11)).toBe("17:45:00.000Z");
        }
      }),
    );
  });

  it.each([
    ["minute", 1],
    ["hour", 60],
    ["day", 1_440],
    ["week", 10_080],
    ["month", 43_200],
    ["quarter", 129_600],
    ["semi_annual", 259_200],
    ["year", 525_600],
  ] as const)("weigh %s as %i minutes", (unit, minutes) => {
    expect(intervalWeightMinutes({ unit, count: 1 })).toBe(minutes);
    expect(intervalWeightMinutes({ unit, count: 3 })).toBe(3 * minutes);
  });

  it("refuse an interval that does not advance", () => {
    expect(() => boundary(new Date(0), { unit: "day", count: 0 }, 1)).toThrow();
    expect(() => boundary(new Date(0), { unit: "day", count: 1.5 }, 1)).toThrow();
  });
});
