"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link2, Radio } from "lucide-react";
import { copyText } from "@/components/copy-id";
import { PageHeader } from "@/components/layout/page-header";
import { usePaletteCommands } from "@/components/layout/palette-commands";
import { useShortcut } from "@/components/layout/shortcuts";
import { announce } from "@/components/live-region";
import { useCatalog } from "@/components/pickers/use-catalog";
import { queryFailure } from "@/components/tables/query-failure";
import { TablePager } from "@/components/tables/table-pager";
import { useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EventDialog } from "./event-dialog";
import { EventsChart } from "./events-chart";
import { EventsFilters } from "./events-filters";
import { EventsTable } from "./events-table";
import { Freshness } from "./freshness";
import { NoEvents } from "./no-events";
import { useEventsAddress } from "./use-events-address";

const LIVE_MS = 5_000;

/** Shows whether usage arrives, and what it is. */
export function EventsScreen() {
  const trpc = useTRPC();
  const catalog = useCatalog();
  const address = useEventsAddress(catalog);
  const { values, paging } = address;
  const live = values.live ? { refetchInterval: LIVE_MS } : {};
  const first = useQuery(
    trpc.api.events.list.queryOptions(
      { limit: 1 },
      { refetchInterval: ({ state }) => (state.data?.list.length === 0 ? LIVE_MS : false) },
    ),
  );
  const some = first.isSuccess && first.data.list.length > 0;
  const usage = useQuery(
    trpc.api.events.aggregate.queryOptions(address.aggregate, {
      enabled: address.features.length > 0,
      placeholderData: keepPreviousData,
      ...live,
    }),
  );
  const events = useQuery(
    trpc.api.events.list.queryOptions(
      { ...address.list, start_cursor: paging.cursor ?? "", limit: paging.limit },
      { placeholderData: keepPreviousData, ...live },
    ),
  );
  const latest = useQuery(
    trpc.api.events.list.queryOptions(
      { ...address.list, limit: 1 },
      { placeholderData: keepPreviousData, ...live },
    ),
  );
  const toggleLive = () => {
    address.setOverlay({ live: !values.live });
    announce(values.live ? "Live refresh is off" : "Live refresh is on");
  };
  useShortcut({ keys: "l", label: "Live refresh", group: "On this page", run: toggleLive });
  usePaletteCommands({
    heading: "Events",
    commands: [{ id: "live", label: "Live refresh", icon: Radio, keys: "l", run: toggleLive }],
  });

  if (first.isSuccess && !some && catalog.loaded) {
    return (
      <>
        <PageHeader title="Events" />
        <Card>
          <NoEvents catalog={catalog} />
        </Card>
      </>
    );
  }
  const rows = events.isError ? undefined : events.data?.list;
  const properties = [...new Set((rows ?? []).flatMap((row) => Object.keys(row.properties)))];
  return (
    <>
      <PageHeader
        title="Events"
        description={
          <Freshness latest={latest.data?.list[0]?.timestamp ?? null} live={values.live} />
        }
        actions={
          <>
            <Button onClick={() => void copyText(window.location.href, "Link")}>
              <Link2 aria-hidden />
              Copy link
            </Button>
            <Button
              aria-pressed={values.live}
              aria-keyshortcuts="l"
              onClick={toggleLive}
              className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
            >
              <Radio aria-hidden />
              Live
            </Button>
          </>
        }
      />
      <EventsFilters address={address} catalog={catalog} properties={properties} />
      <div className="grid gap-6">
        <EventsChart usage={usage} address={address} catalog={catalog} />
        <EventsTable
          rows={rows}
          address={address}
          catalog={catalog}
          refreshing={events.isFetching && rows !== undefined && !values.live}
          failure={queryFailure(events)}
          pager={
            <TablePager
              paging={paging}
              nextCursor={events.data?.next_cursor ?? null}
              shown={rows?.length ?? 0}
              noun="events"
            />
          }
        />
      </div>
      <EventDialog
        eventId={values.event}
        event={rows?.find(({ id }) => id === values.event)}
        onClose={() => address.setOverlay({ event: null })}
      />
    </>
  );
}
