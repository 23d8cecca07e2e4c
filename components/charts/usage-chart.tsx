"use client";

import { ChartColumn, Table2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useId, useState } from "react";
import { seriesColors } from "@/components/charts/series-colors";
import { pointSentence, type UsageChartProps, usageSummary } from "@/components/charts/usage";
import { UsageLegend } from "@/components/charts/usage-legend";
import { UsageTable } from "@/components/charts/usage-table";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";

// The drawing library is large and draws nothing on a server.
const UsageBars = dynamic(() => import("./usage-bars").then((module) => module.UsageBars), {
  ssr: false,
  loading: () => <Skeleton className="h-full" />,
});

/**
 * Usage over time as stacked bars, with its sum in a sentence, a legend that isolates series, the
 * exact values of the bar under the pointer or the arrow keys, and the same numbers as a table.
 */
export function UsageChart(props: UsageChartProps) {
  const { title, series, points, step, zone } = props;
  const [view, setView] = useState<"chart" | "table">("chart");
  const [isolated, setIsolated] = useState<readonly string[]>([]);
  const colors = seriesColors(series);
  const chosen = series.filter(({ key }) => isolated.includes(key));
  const shown = chosen.length > 0 ? chosen : series;
  const other = view === "chart" ? "table" : "chart";
  const Icon = other === "table" ? Table2 : ChartColumn;

  return (
    <figure className="grid min-w-0 gap-2">
      <figcaption className="flex items-start justify-between gap-x-4 gap-y-1 max-sm:flex-col">
        <span className="grid gap-0.5">
          <span className="font-semibold text-base">{title}</span>
          <span className="text-muted-foreground text-sm">
            {usageSummary({ ...props, series: shown })}
          </span>
        </span>
        <Button variant="ghost" size="sm" onClick={() => setView(other)}>
          <Icon aria-hidden />
          Show as {other}
        </Button>
      </figcaption>
      {series.length > 1 ? (
        <UsageLegend
          series={series}
          points={points}
          colors={colors}
          isolated={isolated}
          onIsolate={setIsolated}
        />
      ) : null}
      {view === "table" ? (
        <UsageTable title={title} series={shown} points={points} step={step} zone={zone} />
      ) : (
        <ReadableBars {...props} series={shown} colors={colors} />
      )}
    </figure>
  );
}

type ReadableBarsProps = UsageChartProps & { colors: ReadonlyMap<string, string> };

function ReadableBars({ title, series, points, step, zone, colors }: ReadableBarsProps) {
  const hint = useId();
  const [active, setActive] = useState<number | null>(null);
  const point = active === null ? undefined : points[active];
  const sentence = point ? pointSentence(point, { series, step, zone }) : "";
  return (
    <>
      <div className="relative h-60 rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2">
        {/* A slider is what steps through points by arrow keys and has each value read out. */}
        <input
          type="range"
          aria-label={`${title}, bar by bar`}
          aria-describedby={hint}
          aria-valuetext={sentence || "No bar chosen"}
          min={0}
          max={Math.max(0, points.length - 1)}
          value={active ?? 0}
          onChange={(event) => setActive(event.target.valueAsNumber)}
          onFocus={() => setActive(active ?? 0)}
          onBlur={() => setActive(null)}
          className="pointer-events-none absolute inset-0 size-full opacity-0"
        />
        <div aria-hidden className="keep-color size-full">
          <UsageBars
            series={series}
            points={points}
            step={step}
            zone={zone}
            colors={colors}
            active={active}
            onActive={setActive}
          />
        </div>
      </div>
      <p id={hint} className="min-h-5 text-muted-foreground text-sm">
        {sentence || `Point at a bar, or use the arrow keys, to read it. Times in ${zone}.`}
      </p>
    </>
  );
}
