"use client";

import { seriesTotal, type UsagePoint, type UsageSeries } from "@/components/charts/usage";
import { cn } from "@/components/cn";
import { formatQuantity } from "@/components/format";

type UsageLegendProps = {
  series: readonly UsageSeries[];
  points: readonly UsagePoint[];
  colors: ReadonlyMap<string, string>;
  /** The keys that are shown alone; empty when all are. */
  isolated: readonly string[];
  onIsolate: (keys: readonly string[]) => void;
};

/** The series with their totals. A press isolates one, Shift adds another, a second press shows all. */
export function UsageLegend({ series, points, colors, isolated, onIsolate }: UsageLegendProps) {
  function toggle(key: string, add: boolean): void {
    const others = isolated.filter((candidate) => candidate !== key);
    const isShown = others.length < isolated.length;
    if (add) onIsolate(isShown ? others : [...isolated, key]);
    else onIsolate(isShown && others.length === 0 ? [] : [key]);
  }

  return (
    <ul aria-label="Series" className="flex flex-wrap gap-x-1 gap-y-0.5">
      {series.map(({ key, label }) => (
        <li key={key}>
          <button
            type="button"
            aria-pressed={isolated.includes(key)}
            onClick={(event) => toggle(key, event.shiftKey)}
            className={cn(
              "inline-flex h-6 items-center gap-1.5 rounded-sm px-1.5 text-sm hover:bg-raised",
              isolated.length > 0 &&
                !isolated.includes(key) &&
                "text-subtle-foreground line-through",
            )}
          >
            <span
              aria-hidden
              className="keep-color size-2.5 rounded-xs"
              style={{ background: colors.get(key) }}
            />
            {label}
            <span className="text-muted-foreground">
              {formatQuantity(seriesTotal(points, key))}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
