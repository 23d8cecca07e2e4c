"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "next/navigation";
import { useCallback } from "react";
import type { PaletteRecord, PaletteSearch } from "@/components/layout/palette-commands";
import { useTRPC, useTRPCClient } from "@/components/trpc";

/** Of each kind; whoever looks for more opens the list. */
const FOUND_AT_MOST = 6;
/** The catalog is small and changes rarely: while somebody types it is asked for once. */
const CATALOG_STALE_MS = 30_000;

/** Finds records for the palette in the open environment only: sandbox and live never mix. */
export function useFindRecords(): PaletteSearch {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const { org, env } = useParams<{ org: string; env: string }>();
  const base = `/o/${org}/${env}`;
  return useCallback(
    async (query, signal) => {
      const fresh = { staleTime: CATALOG_STALE_MS };
      const [customers, plans, features] = await Promise.all([
        client.api.customers.list.query({ search: query, limit: FOUND_AT_MOST }, { signal }),
        queryClient.fetchQuery(trpc.api.plans.list.queryOptions({}, fresh)),
        queryClient.fetchQuery(trpc.api.features.list.queryOptions({}, fresh)),
      ]);
      return [
        ...customers.list.map((customer) => {
          const id = customer.id ?? "";
          return {
            kind: "Customer",
            id,
            label: customer.name ?? customer.email ?? id,
            hint: customer.email ?? undefined,
            href: `${base}/customers/${encodeURIComponent(id)}`,
          };
        }),
        ...matching(query, plans.list).map(recordOf("Plan", `${base}/plans/`)),
        ...matching(query, features.list).map(recordOf("Feature", `${base}/features?feature=`)),
      ];
    },
    [client, queryClient, trpc, base],
  );
}

type Named = { id: string; name: string };

function matching<Item extends Named>(query: string, items: readonly Item[]): Item[] {
  const wanted = query.toLowerCase();
  return items
    .filter(({ id, name }) => `${id}\n${name}`.toLowerCase().includes(wanted))
    .slice(0, FOUND_AT_MOST);
}

/** `address` is what stands before the id in the address of such a record. */
function recordOf(kind: string, address: string) {
  return ({ id, name }: Named): PaletteRecord => ({
    kind,
    id,
    label: name,
    hint: id,
    href: `${address}${encodeURIComponent(id)}`,
  });
}
