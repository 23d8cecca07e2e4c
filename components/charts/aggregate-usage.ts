import type { UsagePoint, UsageSeries } from "@/components/charts/usage";

/** A bin as `events.aggregate` answers it. */
export type AggregateBin = {
  period: number;
  values: Readonly<Record<string, number>>;
  grouped_values?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
};

/** What the operation calls the groups beyond its limit. */
const otherGroups = "Other";

/**
 * An aggregate as series and points of a chart: one series per feature, or per feature and group.
 * The greatest comes first, and the rest, "Other", last.
 */
export function aggregateUsage(
  bins: readonly AggregateBin[],
  featureName: (id: string) => string,
): { series: UsageSeries[]; points: UsagePoint[] } {
  const points = bins.map(({ period, values, grouped_values }) => ({
    at: period,
    values: Object.fromEntries(
      Object.entries(grouped_values ?? {}).length > 0
        ? groupEntries(grouped_values ?? {})
        : Object.entries(values).map(([feature, value]) => [keyOf(feature), String(value)]),
    ),
  }));
  const keys = new Set(points.flatMap(({ values }) => Object.keys(values)));
  const features = new Set([...keys].map((key) => partsOf(key).feature));
  const totals = new Map(
    [...keys].map((key) => [
      key,
      points.reduce((total, { values }) => total + Number(values[key] ?? 0), 0),
    ]),
  );
  const series = [...keys].map((key): UsageSeries => {
    const { feature, group } = partsOf(key);
    const name = featureName(feature);
    if (group === null) return { key, label: name };
    const label = features.size > 1 ? `${name}: ${group}` : group;
    return { key, label, other: group === otherGroups };
  });
  series.sort(
    (a, b) =>
      Number(a.other ?? false) - Number(b.other ?? false) ||
      (totals.get(b.key) ?? 0) - (totals.get(a.key) ?? 0),
  );
  return { series, points };
}

function groupEntries(groups: NonNullable<AggregateBin["grouped_values"]>): [string, string][] {
  return Object.entries(groups).flatMap(([feature, values]) =>
    Object.entries(values).map(([group, value]): [string, string] => [
      keyOf(feature, group),
      String(value),
    ]),
  );
}

function keyOf(feature: string, group?: string): string {
  return JSON.stringify(group === undefined ? [feature] : [feature, group]);
}

function partsOf(key: string): { feature: string; group: string | null } {
  const [feature = "", group = null] = JSON.parse(key) as [string, string?];
  return { feature, group };
}
