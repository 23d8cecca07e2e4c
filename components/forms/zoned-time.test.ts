import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dateField, dateTimeField, endOfDay, instantOf } from "./zoned-time";

const zones = ["UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"];

describe("instantOf", () => {
  it.each([
    ["2026-11-20T21:24", "UTC", "2026-11-20T21:24:00.000Z"],
    ["2026-11-20T21:24", "Asia/Kolkata", "2026-11-20T15:54:00.000Z"],
    ["2026-11-20", "America/New_York", "2026-11-20T05:00:00.000Z"],
    ["2026-07-20", "America/New_York", "2026-07-20T04:00:00.000Z"],
  ])("reads %s in %s", (text, zone, expected) => {
    expect(new Date(instantOf(text, zone) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it("takes the later of a skipped time, and the first of a doubled one", () => {
    const at = (text: string) =>
      new Date(instantOf(text, "America/New_York") ?? Number.NaN).toISOString();
    expect(at("2026-03-08T02:30")).toBe("2026-03-08T07:30:00.000Z");
    expect(at("2026-11-01T01:30")).toBe("2026-11-01T05:30:00.000Z");
  });

  it.each(["", "2026-11", "2026-02-30", "20.11.2026", "2026-13-01"])("refuses %j", (text) => {
    expect(instantOf(text, "UTC")).toBeNull();
  });

  it("is the way back of what a field shows", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2040, 0) }),
        fc.constantFrom(...zones),
        (at, zone) => {
          const shown = dateTimeField(at, zone);
          const read = instantOf(shown, zone);
          expect(read === null ? null : dateTimeField(read, zone)).toBe(shown);
        },
      ),
    );
  });
});

describe("days", () => {
  it("belong to the zone", () => {
    const at = Date.UTC(2026, 10, 20, 21, 24);
    expect(dateField(at, "UTC")).toBe("2026-11-20");
    expect(dateField(at, "Asia/Kolkata")).toBe("2026-11-21");
  });

  it.each([
    ["2026-12-31", "UTC", "2027-01-01T00:00:00.000Z"],
    ["2026-12-20", "Asia/Kolkata", "2026-12-20T18:30:00.000Z"],
    ["2026-11-01", "America/New_York", "2026-11-02T05:00:00.000Z"],
  ])("%s in %s ends at %s", (day, zone, expected) => {
    expect(new Date(endOfDay(day, zone) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it("have no end without a date", () => {
    expect(endOfDay("", "UTC")).toBeNull();
  });
});
