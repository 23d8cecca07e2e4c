"use client";

import { Decimal } from "decimal.js";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { useDisplayClock } from "@/components/display-clock";
import { formatInstantSeconds, formatQuantity, nothing } from "@/components/format";
import { usePlacePath } from "@/components/layout/use-place-path";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import type { Column } from "@/components/tables/column-head";
import { DataTable, type TableFailure } from "@/components/tables/data-table";
import { Badge } from "@/components/ui/badge";
import type { EventRow } from "./event-types";
import type { useEventsAddress } from "./use-events-address";

type EventsTableProps = {
  rows: readonly EventRow[] | undefined;
  address: ReturnType<typeof useEventsAddress>;
  catalog: CatalogNames;
  refreshing: boolean;
  failure: TableFailure | null;
  pager: ReactNode;
};

/** The events behind the chart, newest first; each opens as JSON. */
export function EventsTable({ rows, address, catalog, ...state }: EventsTableProps) {
  const path = usePathname();
  const search = useSearchParams();
  const base = usePlacePath();
  const { zone } = useDisplayClock();
  return (
    <DataTable
      label="Events"
      columns={eventColumns({ catalog, base, zone })}
      rows={rows}
      rowKey={({ id }) => id}
      rowHref={({ id }) => {
        const params = new URLSearchParams(search);
        params.set("event", id);
        return `${path}?${params}`;
      }}
      filters={address.active}
      onClearFilters={address.clear}
      empty={<p className="p-4 text-muted-foreground">No event in this range.</p>}
      {...state}
    />
  );
}

type EventColumns = { catalog: CatalogNames; base: string; zone: string };

function eventColumns({ catalog, base, zone }: EventColumns): readonly Column<EventRow>[] {
  return [
    {
      key: "time",
      header: "Time",
      // The cell is a link, so it cannot hold the button that a `Timestamp` is.
      cell: ({ timestamp }) => (
        <time dateTime={new Date(timestamp).toISOString()} className="whitespace-nowrap">
          {formatInstantSeconds(timestamp, zone)}
        </time>
      ),
    },
    {
      key: "feature",
      header: "Feature",
      cell: ({ feature_id, event_name }) => (
        <span className="flex flex-wrap items-center gap-1.5">
          {catalog.featureName(feature_id)}
          {event_name ? <Badge tone="outline">{event_name}</Badge> : null}
        </span>
      ),
    },
    {
      key: "customer",
      header: "Customer",
      cell: ({ customer_id, entity_id }) => (
        <span className="flex flex-wrap items-center gap-1.5">
          <Link
            href={`${base}/customers/${encodeURIComponent(customer_id)}`}
            className="inline-flex min-h-6 items-center font-mono text-xs underline underline-offset-2"
          >
            {customer_id}
          </Link>
          {entity_id ? <Badge tone="info">{entity_id}</Badge> : null}
        </span>
      ),
    },
    {
      key: "value",
      header: "Value",
      align: "end",
      cell: ({ value }) => formatQuantity(value),
    },
    {
      key: "taken",
      header: "Taken from balances",
      align: "end",
      narrow: "hide",
      cell: (row) => taken(row, catalog),
    },
    {
      key: "properties",
      header: "Properties",
      narrow: "hide",
      className: "max-w-80",
      cell: ({ properties }) => <Properties properties={properties} />,
    },
  ];
}

/** What balances gave, summed by what they count: credits are not units of the tracked feature. */
function taken({ feature_id, deductions }: EventRow, catalog: CatalogNames): string {
  if (deductions.length === 0) return nothing;
  const sums = new Map<string, Decimal>();
  for (const part of deductions) {
    sums.set(part.feature_id, Decimal.sum(sums.get(part.feature_id) ?? 0, part.value));
  }
  return [...sums]
    .map(([paid, sum]) => {
      const amount = formatQuantity(sum);
      return paid === feature_id ? amount : `${amount} ${catalog.featureName(paid)}`;
    })
    .join(" + ");
}

/** The event's properties on one line; the event's dialog shows them in full. */
function Properties({ properties }: Pick<EventRow, "properties">) {
  if (Object.keys(properties).length === 0) {
    return <span className="text-muted-foreground">{nothing}</span>;
  }
  const text = JSON.stringify(properties);
  return (
    <span className="block truncate font-mono text-xs" title={text}>
      {text}
    </span>
  );
}
