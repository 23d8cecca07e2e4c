"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { type AggregateBin, aggregateUsage } from "@/components/charts/aggregate-usage";
import { seriesTotal } from "@/components/charts/usage";
import { UsageChart } from "@/components/charts/usage-chart";
import { useDisplayClock } from "@/components/display-clock";
import { ErrorPanel } from "@/components/error-panel";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { ProgressLine } from "@/components/tables/progress-line";
import { queryFailure } from "@/components/tables/query-failure";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { useEventsAddress } from "./use-events-address";

type EventsChartProps = {
  usage: UseQueryResult<{ list: AggregateBin[] }, unknown>;
  address: ReturnType<typeof useEventsAddress>;
  catalog: CatalogNames;
};

/** Tracked units over time. A failure here leaves the table alone. */
export function EventsChart({ usage, address, catalog }: EventsChartProps) {
  const { zone } = useDisplayClock();
  const failure = queryFailure(usage);
  if (failure && (!usage.data || usage.isError)) {
    return <ErrorPanel title="The chart could not be loaded" {...failure} />;
  }
  if (!usage.data) return <Skeleton className="h-80 rounded-lg" />;
  const { series, points } = aggregateUsage(usage.data.list, catalog.featureName);
  const used = series.filter(({ key }) => seriesTotal(points, key) !== "0");
  const [only] = address.features;
  const unit =
    address.features.length === 1 && only !== undefined ? catalog.featureName(only) : "units";
  return (
    <Card className="relative p-4">
      <ProgressLine active={usage.isFetching && !address.values.live} />
      <UsageChart
        title="Tracked usage"
        unit={unit}
        series={used.length > 0 ? used : series.slice(0, 1)}
        points={points}
        step={address.step}
        zone={zone}
      />
    </Card>
  );
}
