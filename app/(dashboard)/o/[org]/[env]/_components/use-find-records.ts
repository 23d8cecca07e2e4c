"use client";

import { useParams } from "next/navigation";
import { useCallback } from "react";
import type { PaletteSearch } from "@/components/layout/palette-commands";
import { useTRPCClient } from "@/components/trpc";

const FOUND_AT_MOST = 8;

/** Finds records for the palette in the open environment only: sandbox and live never mix. */
export function useFindRecords(): PaletteSearch {
  const client = useTRPCClient();
  const { org, env } = useParams<{ org: string; env: string }>();
  const base = `/o/${org}/${env}`;
  return useCallback(
    async (query, signal) => {
      const { list } = await client.api.customers.list.query(
        { search: query, limit: FOUND_AT_MOST },
        { signal },
      );
      return list.map((customer) => ({
        kind: "Customer",
        id: customer.id ?? "",
        label: customer.name ?? customer.email ?? customer.id ?? "",
        hint: customer.email ?? undefined,
        href: `${base}/customers/${encodeURIComponent(customer.id ?? "")}`,
      }));
    },
    [client, base],
  );
}
