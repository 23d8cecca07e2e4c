import { describe, expect, it } from "vitest";
import {
  axisLabel,
  pointLabel,
  pointSentence,
  pointTotal,
  seriesTotal,
  usageSummary,
} from "./usage";

const day = 86_400_000;
const start = Date.UTC(2026, 10, 10);
const series = [
  { key: "messages", label: "Messages" },
  { key: "images", label: "Images" },
];
const points = [
  { at: start, values: { messages: "0.1", images: "5" } },
  { at: start + day, values: { messages: "0.2" } },
  { at: start + 2 * day, values: { messages: "1000", images: "40" } },
];
const chart = { unit: "units", series, points, step: "day", zone: "UTC" } as const;

describe("sums", () => {
  it("are exact", () => {
    expect(seriesTotal(points.slice(0, 2), "messages")).toBe("0.3");
    expect(seriesTotal(points, "images")).toBe("45");
    expect(points.map((point) => pointTotal(point, series))).toEqual(["5.1", "0.2", "1040"]);
  });
});

describe("labels", () => {
  it.each([
    ["hour", "10 Nov 2026, 00:00 UTC", "00:00"],
    ["day", "10 Nov 2026", "10 Nov"],
    ["week", "Week of 10 Nov 2026", "10 Nov"],
    ["month", "Nov 2026", "Nov 2026"],
  ] as const)("for a %s", (step, inFull, short) => {
    expect(pointLabel(start, step, "UTC")).toBe(inFull);
    expect(axisLabel(start, step, "UTC")).toBe(short);
  });
});

describe("words", () => {
  it("reads one bar", () => {
    const [first, second] = points;
    expect(first && pointSentence(first, chart)).toBe(
      "10 Nov 2026: Messages 0.1, Images 5, 5.1 in all",
    );
    expect(second && pointSentence(second, { ...chart, series: series.slice(0, 1) })).toBe(
      "11 Nov 2026: Messages 0.2",
    );
  });

  it("sums the chart up", () => {
    expect(usageSummary(chart)).toBe(
      "1,045.3 units from 10 Nov 2026 to 12 Nov 2026; the most was 1,040 on 12 Nov 2026.",
    );
    expect(usageSummary({ ...chart, points: [] })).toBe("No units in this period.");
    expect(usageSummary({ ...chart, points: [{ at: start, values: {} }] })).toBe(
      "No units from 10 Nov 2026 to 10 Nov 2026.",
    );
  });
});
