"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorPanel } from "@/components/error-panel";
import { formatCount } from "@/components/format";
import { queryFailure } from "@/components/tables/query-failure";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { Skeleton } from "@/components/ui/skeleton";
import type { DraftView, Plan, PlanVersion } from "../plan-types";
import { DifferenceList } from "./difference-list";
import { basicDifferences, orderDifference } from "./draft-words";

type PublishDialogProps = {
  /** The saved draft that is to go live. */
  draft: DraftView;
  published: Plan | undefined;
  onClose: () => void;
  onPublished: (plan: Plan) => void;
};

/** Says what publishing changes and for whom, and publishes. */
export function PublishDialog({ draft, published, onClose, onPublished }: PublishDialogProps) {
  const trpc = useTRPC();
  const planId = draft.planId ?? "";
  const versions = useQuery(
    trpc.catalog.versions.queryOptions({ planId }, { enabled: draft.planId !== null }),
  );
  const publish = useMutation(trpc.catalog.publishDraft.mutationOptions());
  const names = basicDifferences(draft.plan, published);
  const content = [...draft.changes, ...orderDifference(draft.plan, published)];
  const outcome = outcomeOf(draft, content.length > 0, versions.data);
  const failure = queryFailure(versions);

  async function confirm(): Promise<void> {
    const { draftId, revision, activeVersion } = draft;
    if (draftId === null) return;
    const plan = await publish
      .mutateAsync({ draftId, revision, ontoVersion: activeVersion })
      .catch(() => null);
    if (plan !== null) onPublished(plan);
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Publish ${draft.plan.name || "this plan"}?`}
      description={outcome?.sentence ?? "Looking up who has it…"}
      verb={outcome?.verb ?? "Publish"}
      pending={publish.isPending || (draft.planId !== null && versions.isPending)}
      onConfirm={() => void confirm()}
    >
      {content.length + names.length === 0 ? (
        <p>Nothing differs from what is live.</p>
      ) : (
        <DifferenceList differences={[...content, ...names]} />
      )}
      {outcome === null && failure === null ? <Skeleton className="w-60" /> : outcome?.affected}
      {failure ? <ErrorPanel title="Its versions could not be loaded" {...failure} /> : null}
      {publish.error ? (
        <ErrorPanel title="It was not published" {...callErrorOf(publish.error)} />
      ) : null}
    </ConfirmDialog>
  );
}

interface Outcome {
  /** What it becomes. */
  readonly sentence: string;
  /** Whom it affects. */
  readonly affected: ReactNode;
  readonly verb: string;
}

/** What publishing does, as the server will decide it; `null` while that is not known. */
function outcomeOf(
  draft: DraftView,
  includesOther: boolean,
  versions: readonly PlanVersion[] | undefined,
): Outcome | null {
  const given = draft.plan.auto_enable === true;
  if (draft.planId === null) {
    return {
      sentence: "It goes live as version 1.",
      affected: (
        <p>
          {given
            ? "Every new customer gets it. Customers who are there already do not."
            : "No customer has it yet."}
        </p>
      ),
      verb: "Publish version 1",
    };
  }
  if (versions === undefined) return null;
  const active = versions.find((version) => version.active);
  const holders = versions.reduce((sum, { customers }) => sum + customers, 0);
  const customers = formatCount(holders, "customer");
  if (!includesOther) {
    return {
      sentence: "What the plan includes stays as it is; its names and switches change at once.",
      affected: <p>{holders === 0 ? "No customer has it." : `${customers} on it.`}</p>,
      verb: "Publish",
    };
  }
  if (active?.customersEver === 0) {
    return {
      sentence: `It takes the place of version ${active.version}, which no customer ever had.`,
      affected: (
        <p>{holders === 0 ? "No customer has it." : `${customers} keep older versions.`}</p>
      ),
      verb: `Publish version ${active.version}`,
    };
  }
  const next = Math.max(...versions.map(({ version }) => version)) + 1;
  return {
    sentence: `It becomes version ${next}, for whoever gets the plan from now on.`,
    affected: (
      <p>
        {holders === 0
          ? "No customer has it now."
          : `${customers} ${holders === 1 ? "stays" : "stay"} on the version they have.`}
      </p>
    ),
    verb: `Publish version ${next}`,
  };
}
