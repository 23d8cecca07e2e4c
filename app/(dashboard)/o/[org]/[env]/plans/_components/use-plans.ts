"use client";

import { useQuery } from "@tanstack/react-query";
import { usePlacePath } from "@/components/layout/use-place-path";
import { queryFailure } from "@/components/tables/query-failure";
import { useTRPC } from "@/components/trpc";
import { type DraftView, itemWords, type ListedPlan, type Plan, priceWords } from "./plan-types";

/** Every plan and every draft of one that was not published yet, with who is on it. */
export function usePlans() {
  const trpc = useTRPC();
  const base = usePlacePath();
  const plans = useQuery(trpc.api.plans.list.queryOptions({ include_archived: true }));
  const drafts = useQuery(trpc.catalog.drafts.queryOptions());
  const counts = useQuery(trpc.catalog.planCounts.queryOptions());

  const published = plans.data?.list.map((plan) => ({
    ...lineOf(plan, base),
    hasDraft: drafts.data?.some(({ planId }) => planId === plan.id) ?? false,
    customers: countOf(counts.data, plan.id),
  }));
  const unpublished = (drafts.data ?? [])
    .filter(({ planId }) => planId === null)
    .map((draft) => draftLineOf(draft, base));
  return {
    list: published && drafts.isFetched ? [...unpublished, ...published] : undefined,
    refreshing: [plans, drafts, counts].some((query) => query.isFetching && !query.isPending),
    failure: queryFailure(plans) ?? queryFailure(drafts) ?? queryFailure(counts),
  };
}

type Counts = readonly { planId: string; customers: number; onOlderVersions: number }[];

function countOf(counts: Counts | undefined, planId: string): ListedPlan["customers"] {
  if (counts === undefined) return undefined;
  const found = counts.find((count) => count.planId === planId);
  return { all: found?.customers ?? 0, older: found?.onOlderVersions ?? 0 };
}

function lineOf(plan: Plan, base: string) {
  return {
    key: `plan ${plan.id}`,
    href: `${base}/plans/${encodeURIComponent(plan.id)}`,
    name: plan.name,
    id: plan.id,
    addOn: plan.add_on,
    archived: plan.archived,
    autoEnable: plan.auto_enable,
    version: plan.version,
    price: priceWords(plan),
    items: plan.items.map(itemWords),
  };
}

function draftLineOf({ draftId, plan, changes }: DraftView, base: string): ListedPlan {
  return {
    key: `draft ${draftId ?? ""}`,
    href: `${base}/plans/new?draft=${encodeURIComponent(draftId ?? "")}`,
    name: plan.name || "Unnamed plan",
    id: plan.plan_id || null,
    addOn: plan.add_on === true,
    archived: false,
    autoEnable: plan.auto_enable === true,
    version: null,
    hasDraft: true,
    price: plan.price ? "Priced" : "Free",
    items: changes.flatMap(({ after }) => after ?? []),
    customers: { all: 0, older: 0 },
  };
}
