import { describe, expect, it } from "vitest";
import { seriesColorCount, seriesColors } from "./series-colors";

const series = ["messages", "images", "storage", "seats"].map((key) => ({ key }));

describe("seriesColors", () => {
  it("gives each of up to eight series a colour of its own", () => {
    const keys = Array.from({ length: seriesColorCount }, (_, index) => ({
      key: `feature_${index}`,
    }));
    expect(new Set(seriesColors(keys).values()).size).toBe(seriesColorCount);
  });

  it("does not depend on the order", () => {
    const reversed = seriesColors(series.toReversed());
    for (const [key, color] of seriesColors(series)) expect(reversed.get(key)).toBe(color);
  });

  it("keeps the rest grey", () => {
    const colors = seriesColors([...series, { key: "other", other: true }]);
    expect(colors.get("other")).toBe("var(--chart-other)");
    expect([...colors.values()].filter((color) => color === "var(--chart-other)")).toHaveLength(1);
  });

  it("still colours more series than there are colours", () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ key: `k${index}` }));
    expect(seriesColors(many).size).toBe(20);
  });
});
