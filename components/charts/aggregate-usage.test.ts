import { describe, expect, it } from "vitest";
import { aggregateUsage } from "./aggregate-usage";
import { seriesTotal } from "./usage";

const name = (id: string) => id.toUpperCase();

describe("aggregateUsage", () => {
  it("makes one series per feature, the greatest first", () => {
    const { series, points } = aggregateUsage(
      [
        { period: 1, values: { messages: 2, images: 0 } },
        { period: 2, values: { messages: 0.1, images: 40 } },
      ],
      name,
    );
    expect(series.map(({ label }) => label)).toEqual(["IMAGES", "MESSAGES"]);
    expect(series.map(({ key }) => seriesTotal(points, key))).toEqual(["40", "2.1"]);
  });

  it("makes one series per group, the rest last", () => {
    const { series, points } = aggregateUsage(
      [
        {
          period: 1,
          values: { messages: 21 },
          grouped_values: { messages: { Other: 12, small: 7, "(none)": 2 } },
        },
      ],
      name,
    );
    expect(series.map(({ label, other }) => [label, other])).toEqual([
      ["small", false],
      ["(none)", false],
      ["Other", true],
    ]);
    expect(series.map(({ key }) => seriesTotal(points, key))).toEqual(["7", "2", "12"]);
  });

  it("names the feature of a group when there are several", () => {
    const grouped_values = { messages: { small: 7 }, images: { small: 3 } };
    const { series } = aggregateUsage([{ period: 1, values: {}, grouped_values }], name);
    expect(series.map(({ label }) => label)).toEqual(["MESSAGES: small", "IMAGES: small"]);
  });
});
