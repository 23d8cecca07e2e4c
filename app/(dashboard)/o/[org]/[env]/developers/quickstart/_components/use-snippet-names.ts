"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc";
import type { SnippetNames } from "./snippets";

type FoundNames = SnippetNames & {
  readonly customerIsReal: boolean;
  readonly featureIsReal: boolean;
};

/** The newest customer that has an id of yours, and the oldest metered feature of this environment, for its snippets. */
export function useSnippetNames(serverUrl: string): FoundNames {
  const trpc = useTRPC();
  const customers = useQuery(trpc.api.customers.list.queryOptions({ limit: 10 }));
  const features = useQuery(trpc.api.features.list.queryOptions({}));
  const customer = customers.data?.list.find(({ id }) => id !== null)?.id;
  const feature = features.data?.list.find(({ type }) => type === "metered")?.id;
  return {
    serverUrl,
    customerId: customer ?? "user_123",
    featureId: feature ?? "messages",
    customerIsReal: customer !== undefined && customer !== null,
    featureIsReal: feature !== undefined,
  };
}
