"use client";

import {
  Bar,
  BarChart,
  CartesianGrid,
  ReferenceArea,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from "recharts";
import { axisLabel, type UsageChartProps } from "@/components/charts/usage";
import { formatCompact } from "@/components/format";

type UsageBarsProps = Pick<UsageChartProps, "series" | "points" | "step" | "zone"> & {
  colors: ReadonlyMap<string, string>;
  /** The bar that is being read. */
  active: number | null;
  onActive: (index: number | null) => void;
};

const tick = { fill: "var(--muted-foreground)", fontSize: 12 };

/** The drawing itself. Heights are approximate by nature; the exact values stand beside it. */
export function UsageBars({
  series,
  points,
  step,
  zone,
  colors,
  active,
  onActive,
}: UsageBarsProps) {
  const bars = points.map((point) => ({
    at: point.at,
    ...Object.fromEntries(
      series.map(({ key }) => [`value:${key}`, Number(point.values[key] ?? 0)]),
    ),
  }));
  const read = active === null ? undefined : points[active];
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: 240 }}>
      <BarChart
        data={bars}
        accessibilityLayer={false}
        stackOffset="sign"
        barCategoryGap="20%"
        margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
        onMouseMove={({ activeTooltipIndex }) => {
          const index = Number(activeTooltipIndex ?? Number.NaN);
          onActive(Number.isInteger(index) ? index : null);
        }}
        onMouseLeave={() => onActive(null)}
      >
        <CartesianGrid vertical={false} stroke="var(--hairline)" />
        {read ? (
          <ReferenceArea
            x1={read.at}
            x2={read.at}
            fill="var(--raised)"
            fillOpacity={1}
            zIndex={-1}
          />
        ) : null}
        <XAxis
          dataKey="at"
          tickFormatter={(at: number) => axisLabel(at, step, zone)}
          tick={tick}
          tickLine={false}
          axisLine={{ stroke: "var(--control)" }}
          minTickGap={24}
          interval="preserveStartEnd"
        />
        <YAxis
          tickFormatter={formatCompact}
          tick={tick}
          tickLine={false}
          axisLine={false}
          width={44}
          tickCount={4}
        />
        {series.map(({ key, label }) => (
          <Bar
            key={key}
            dataKey={`value:${key}`}
            name={label}
            stackId="usage"
            fill={colors.get(key) ?? "var(--chart-other)"}
            stroke="var(--surface)"
            strokeWidth={1}
            maxBarSize={32}
            activeBar={false}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}
