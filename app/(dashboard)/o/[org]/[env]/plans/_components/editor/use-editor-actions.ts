"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { usePlacePath } from "@/components/layout/use-place-path";
import { announce } from "@/components/live-region";
import { callErrorOf, useTRPCClient } from "@/components/trpc";
import type { DraftView, Plan } from "../plan-types";
import type { PlanDraft } from "./use-plan-draft";
import { useToldDraft } from "./use-told-draft";

type Asking = "publish" | "discard" | null;

/** What the buttons of the editor do. */
export function useEditorActions(
  draft: PlanDraft,
  onDraft: ((draftId: string) => void) | undefined,
) {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const base = usePlacePath();
  const theirs = useTheirs(draft);
  const [asking, setAsking] = useState<Asking>(null);
  /** Grows when another state is put on screen, so that the form begins anew. */
  const [generation, setGeneration] = useState(0);
  useToldDraft(draft.stored.draftId, onDraft);

  function show(view: DraftView): void {
    draft.show(view);
    setGeneration((count) => count + 1);
  }
  return {
    asking,
    setAsking,
    generation,
    async review(): Promise<void> {
      if (await draft.flush()) setAsking("publish");
    },
    settle: (side: "mine" | "theirs") =>
      attempt(async () => {
        const view = await theirs();
        if (side === "mine") {
          draft.keepOver(view ?? { ...draft.stored, draftId: null, revision: 0 });
        } else if (view === null) {
          draft.show(draft.stored);
          toast.info("The draft was published or discarded.");
          router.push(`${base}/plans`);
        } else {
          show(view);
          announce("Their version is shown");
        }
      }),
    discard: () =>
      attempt(async () => {
        setAsking(null);
        const { draftId, planId } = draft.stored;
        if (draftId !== null) await client.catalog.discardDraft.mutate({ draftId });
        toast.success("Draft discarded");
        if (planId === null) {
          draft.show(draft.stored);
          router.push(`${base}/plans`);
        } else show(await client.catalog.planDraft.query({ planId }));
        await queryClient.invalidateQueries();
      }),
    published: (plan: Plan) =>
      attempt(async () => {
        setAsking(null);
        toast.success(`${plan.name} version ${plan.version} is live`);
        if (draft.stored.planId === null) {
          router.replace(`${base}/plans/${encodeURIComponent(plan.id)}`);
        } else show(await client.catalog.planDraft.query({ planId: plan.id }));
        await queryClient.invalidateQueries();
      }),
  };
}

/** Does a step of which nothing waits; what goes wrong is said. */
async function attempt(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    toast.error(callErrorOf(error).message);
  }
}

/** Asks what the server has of the plan now; `null` when the draft of a new plan is gone. */
function useTheirs(draft: PlanDraft): () => Promise<DraftView | null> {
  const client = useTRPCClient();
  return async () => {
    const { draftId, planId } = draft.stored;
    if (planId !== null) return client.catalog.planDraft.query({ planId });
    try {
      return await client.catalog.draft.query({ draftId: draftId ?? "" });
    } catch (error) {
      if (callErrorOf(error).reason === "draft_not_found") return null;
      throw error;
    }
  };
}
