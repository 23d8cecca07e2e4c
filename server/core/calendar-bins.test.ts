import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BIN_SIZES, type BinSize, calendarBins } from "./calendar-bins";

const hour = 3_600_000;
const bins = (size: BinSize, timeZone: string, from: string, to: string) =>
  calendarBins({ from: new Date(from), to: new Date(to), size, timeZone }).map((start) =>
    start.toISOString().replace(":00.000Z", "Z"),
  );

describe("the bins of a calendar", () => {
  it.each([
    ["Asia/Kathmandu", "2026-01-09T18:15Z"],
    ["Asia/Kolkata", "2026-01-09T18:30Z"],
    ["UTC", "2026-01-10T00:00Z"],
    ["America/New_York", "2026-01-09T05:00Z"],
  ])("begin days of %s at its midnight", (zone, first) => {
    expect(bins("day", zone, "2026-01-10T00:00Z", "2026-01-10T01:00Z")).toEqual([first]);
  });

  it("have days of 23 and 25 hours where the clocks change", () => {
    expect(bins("day", "Europe/Vienna", "2026-03-28T23:00Z", "2026-03-30T22:00Z")).toEqual([
      "2026-03-28T23:00Z",
      "2026-03-29T22:00Z",
    ]);
    expect(bins("day", "Europe/Vienna", "2026-10-24T22:00Z", "2026-10-25T23:00Z")).toEqual([
      "2026-10-24T22:00Z",
    ]);
  });

  it("count both hours that the clocks show twice", () => {
    expect(bins("hour", "America/New_York", "2026-11-01T05:10Z", "2026-11-01T07:01Z")).toEqual([
      "2026-11-01T05:00Z",
      "2026-11-01T06:00Z",
      "2026-11-01T07:00Z",
    ]);
  });

  it("cut the hour short where the clocks change by half an hour", () => {
    const lordHowe = bins("hour", "Australia/Lord_Howe", "2026-04-04T14:00Z", "2026-04-04T17:00Z");
    expect(lordHowe).toEqual([
      "2026-04-04T14:00Z",
      "2026-04-04T15:00Z",
      "2026-04-04T15:30Z",
      "2026-04-04T16:30Z",
    ]);
  });

  it("begin a day without a midnight when the clocks have jumped", () => {
    expect(bins("day", "America/Sao_Paulo", "2018-11-03T12:00Z", "2018-11-05T02:00Z")).toEqual([
      "2018-11-03T03:00Z",
      "2018-11-04T03:00Z",
    ]);
  });

  it("begin a day with two midnights at the first", () => {
    expect(bins("day", "America/Havana", "2024-11-03T04:30Z", "2024-11-04T05:00Z")).toEqual([
      "2024-11-03T04:00Z",
    ]);
  });

  it("leave out a day that the zone skipped", () => {
    expect(bins("day", "Pacific/Apia", "2011-12-29T12:00Z", "2011-12-31T12:00Z")).toEqual([
      "2011-12-29T10:00Z",
      "2011-12-30T10:00Z",
      "2011-12-31T10:00Z",
    ]);
  });

  it("begin weeks on Monday and months on the first", () => {
    expect(bins("week", "UTC", "2026-02-01T00:00Z", "2026-02-03T00:00Z")).toEqual([
      "2026-01-26T00:00Z",
      "2026-02-02T00:00Z",
    ]);
    expect(bins("month", "Asia/Kolkata", "2026-02-10T00:00Z", "2026-03-31T00:00Z")).toEqual([
      "2026-01-31T18:30Z",
      "2026-02-28T18:30Z",
    ]);
  });

  const zones = [
    ...["UTC", "Asia/Kathmandu", "Asia/Kolkata", "Europe/Vienna", "America/New_York"],
    ...["America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana"],
    ...["Africa/Casablanca", "Pacific/Chatham", "Asia/Tehran", "America/Sao_Paulo"],
  ];

  it("hold the first instant, rise, reach the last, and are as long as their name", () => {
    const longest = { hour: 1, day: 49, week: 7 * 24 + 25, month: 31 * 24 + 25 };
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1995-01-01"), max: new Date("2035-01-01"), noInvalidDate: true }),
        fc.integer({ min: 1, max: 40 * 24 * hour }),
        fc.constantFrom(...BIN_SIZES),
        fc.constantFrom(...zones),
        (from, span, size, timeZone) => {
          const to = new Date(from.getTime() + span);
          const starts = calendarBins({ from, to, size, timeZone }).map((start) => start.getTime());
          expect(starts[0]).toBeLessThanOrEqual(from.getTime());
          starts.push(to.getTime());
          for (const [n, start] of starts.entries()) {
            const next = starts[n + 1] ?? Number.POSITIVE_INFINITY;
            expect(next).toBeGreaterThan(start);
            if (n > 0) expect(start).toBeGreaterThan(from.getTime());
            if (n + 2 < starts.length)
              expect(next - start).toBeLessThanOrEqual(longest[size] * hour);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
