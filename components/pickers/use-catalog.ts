"use client";

import { useQuery } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { useTRPC } from "@/components/trpc";
import type { AppRouter } from "@/server/trpc/root";

type Answers = inferRouterOutputs<AppRouter>["api"];

export type Feature = Answers["features"]["list"]["list"][number];
export type Plan = Answers["plans"]["list"]["list"][number];

const none: never[] = [];
const CATALOG_STALE_MS = 60_000;

export type CatalogNames = {
  features: readonly Feature[];
  /** Features that are counted, credits among them, and not archived. */
  metered: readonly Feature[];
  plans: readonly Plan[];
  featureOf: (id: string) => Feature | undefined;
  featureName: (id: string) => string;
  planName: (id: string) => string;
  loaded: boolean;
};

/** The features and plans by which the screens name what operations answer with ids. */
export function useCatalog(): CatalogNames {
  const trpc = useTRPC();
  const options = { staleTime: CATALOG_STALE_MS };
  const features = useQuery(
    trpc.api.features.list.queryOptions({ include_archived: true }, options),
  );
  const plans = useQuery(trpc.api.plans.list.queryOptions({ include_archived: true }, options));
  const featureList = features.data?.list ?? none;
  const planList = plans.data?.list ?? none;
  const featureOf = (id: string) => featureList.find((feature) => feature.id === id);
  return {
    features: featureList,
    metered: featureList.filter(({ type, archived }) => type !== "boolean" && !archived),
    plans: planList,
    featureOf,
    featureName: (id) => featureOf(id)?.name ?? id,
    planName: (id) => planList.find((plan) => plan.id === id)?.name ?? id,
    loaded: features.isSuccess && plans.isSuccess,
  };
}

/** What an entity is, after its feature: "Seat". */
export function entityKind(catalog: CatalogNames, featureId: string | null): string {
  const feature = featureId === null ? undefined : catalog.featureOf(featureId);
  return feature?.display?.singular || feature?.name || "Entity";
}
