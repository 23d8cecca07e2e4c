"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import { ErrorPanel } from "@/components/error-panel";
import { PageHeader } from "@/components/layout/page-header";
import { usePlacePath } from "@/components/layout/use-place-path";
import { queryFailure } from "@/components/tables/query-failure";
import { useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { DraftView } from "../plan-types";
import { PlanEditor } from "./plan-editor";

/** What is on screen is newer than the cache, so nothing is fetched behind the editor's back. */
const ONCE = {
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
} as const;

const blank: DraftView = {
  draftId: null,
  planId: null,
  revision: 0,
  updatedAt: null,
  updatedBy: null,
  baseVersion: null,
  activeVersion: null,
  plan: {
    plan_id: "",
    name: "",
    description: null,
    group: "",
    add_on: false,
    auto_enable: false,
    items: [],
  },
  problems: [],
  changes: [],
};

/** The editor of a published plan: its draft, or what is live. */
export function PlanEditorScreen({ planId }: { planId: string }) {
  const trpc = useTRPC();
  const draft = useQuery(trpc.catalog.planDraft.queryOptions({ planId }, ONCE));
  const plan = useQuery(trpc.api.plans.get.queryOptions({ plan_id: planId }));
  const failure = queryFailure(draft) ?? queryFailure(plan);
  if (failure !== null) return <NotEditable failure={failure} />;
  if (draft.data === undefined || plan.data === undefined) return <EditorSkeleton />;
  return <PlanEditor start={draft.data} published={plan.data} />;
}

/** The editor of a plan that was never published: blank, or the draft that the address names. */
export function CreatePlanScreen() {
  const [draftId, setDraftId] = useQueryState("draft", parseAsString);
  // The draft that this editor makes changes the address, but must not begin the editor anew.
  const [session, setSession] = useState({ opened: draftId, current: draftId, count: 0 });
  if (draftId !== session.current) {
    setSession({ opened: draftId, current: draftId, count: session.count + 1 });
  }
  const told = (made: string) => {
    void setDraftId(made, { history: "replace" });
    setSession((before) => ({ ...before, current: made }));
  };
  if (session.opened === null) {
    return <PlanEditor key={session.count} start={blank} published={undefined} onDraft={told} />;
  }
  return <OpenedDraft key={session.count} draftId={session.opened} />;
}

function OpenedDraft({ draftId }: { draftId: string }) {
  const trpc = useTRPC();
  const draft = useQuery(trpc.catalog.draft.queryOptions({ draftId }, ONCE));
  const failure = queryFailure(draft);
  if (failure !== null) return <NotEditable failure={failure} />;
  if (draft.data === undefined) return <EditorSkeleton />;
  return <PlanEditor start={draft.data} published={undefined} />;
}

function NotEditable({ failure }: { failure: NonNullable<ReturnType<typeof queryFailure>> }) {
  const base = usePlacePath();
  return (
    <>
      <PageHeader title="Plan" parents={[{ label: "Plans", href: `${base}/plans` }]} />
      <ErrorPanel title="The plan could not be opened" {...failure}>
        <Button asChild size="sm">
          <Link href={`${base}/plans`}>All plans</Link>
        </Button>
      </ErrorPanel>
    </>
  );
}

function EditorSkeleton() {
  const base = usePlacePath();
  return (
    <div aria-busy>
      <PageHeader title="Plan" parents={[{ label: "Plans", href: `${base}/plans` }]} />
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Skeleton className="h-80" />
        <Skeleton className="h-60 max-xl:hidden" />
      </div>
    </div>
  );
}
