"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { aggregateUsage } from "@/components/charts/aggregate-usage";
import { UsageChart } from "@/components/charts/usage-chart";
import { useDisplayClock } from "@/components/display-clock";
import { ErrorPanel } from "@/components/error-panel";
import { usePlacePath } from "@/components/layout/use-place-path";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { queryFailure } from "@/components/tables/query-failure";
import { useTRPC } from "@/components/trpc";
import { Card, CardActions, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { NativeSelect } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import type { CustomerScope } from "./use-customer-scope";

type UsageCardProps = { scope: CustomerScope; catalog: CatalogNames };

/** The scope's use of one feature over the past 30 days. */
export function UsageCard({ scope, catalog }: UsageCardProps) {
  const base = usePlacePath();
  const [chosen, setChosen] = useState<string | null>(null);
  const held = Object.values(scope.balances);
  const used = held.find(({ usage }) => usage > 0)?.feature_id ?? held[0]?.feature_id;
  const featureId = chosen ?? used ?? catalog.metered[0]?.id ?? null;
  const search = new URLSearchParams({
    customer: scope.customerId,
    ...(scope.entity ? { entity: scope.entity.id } : {}),
    ...(featureId ? { feature: featureId } : {}),
  });
  return (
    <Card>
      <CardHeader>
        <CardTitle>Usage</CardTitle>
        {featureId ? (
          <CardActions>
            <NativeSelect
              aria-label="Feature"
              className="w-44"
              value={featureId}
              onChange={({ target }) => setChosen(target.value)}
            >
              {catalog.metered.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </NativeSelect>
            <Link
              href={`${base}/events?${search}`}
              className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
            >
              Events
            </Link>
          </CardActions>
        ) : null}
      </CardHeader>
      <CardContent>
        {featureId ? (
          <MonthOfUsage scope={scope} catalog={catalog} featureId={featureId} />
        ) : (
          <p className="text-muted-foreground">There is no counted feature yet.</p>
        )}
      </CardContent>
    </Card>
  );
}

function MonthOfUsage({ scope, catalog, featureId }: UsageCardProps & { featureId: string }) {
  const trpc = useTRPC();
  const { zone } = useDisplayClock();
  const usage = useQuery(
    trpc.api.events.aggregate.queryOptions(
      {
        customer_id: scope.customerId,
        entity_id: scope.entity?.id ?? null,
        feature_id: featureId,
        range: "30d",
        bin_size: "day",
        time_zone: zone,
      },
      { placeholderData: keepPreviousData },
    ),
  );
  const failure = queryFailure(usage);
  if (failure && !usage.data)
    return <ErrorPanel title="The usage could not be loaded" {...failure} />;
  if (!usage.data) return <Skeleton className="h-72 w-full" />;
  const name = catalog.featureName(featureId);
  return (
    <UsageChart
      title={`${name}, past 30 days`}
      unit={name}
      step="day"
      zone={zone}
      {...aggregateUsage(usage.data.list, catalog.featureName)}
    />
  );
}
