"use client";

import { Trash2 } from "lucide-react";
import { CopyId } from "@/components/copy-id";
import { GuardedButton } from "@/components/guarded-button";
import { PageHeader } from "@/components/layout/page-header";
import { PageTabs } from "@/components/layout/page-tabs";
import { usePlacePath } from "@/components/layout/use-place-path";
import { StatusBadge } from "@/components/status-badge";
import type { DraftProblem, Plan } from "../plan-types";
import { SaveNote } from "./save-note";
import type { PlanDraft } from "./use-plan-draft";

type EditorHeaderProps = {
  draft: PlanDraft;
  published: Plan | undefined;
  refusal: string | null;
  onPublish: () => void;
  onDiscard: () => void;
};

/** Where the plan stands, and the two ways out of a draft. */
export function EditorHeader(props: EditorHeaderProps) {
  const { draft, published, refusal, onPublish, onDiscard } = props;
  const base = usePlacePath();
  const { stored, saving, plan } = draft;
  const isDraft = stored.draftId !== null;
  const title = plan.name || (published ? published.name : "New plan");
  const nothing = !isDraft && saving.kind === "saved" ? "Nothing was changed yet." : null;
  return (
    <>
      <PageHeader
        title={title}
        parents={[{ label: "Plans", href: `${base}/plans` }]}
        meta={
          <>
            {published ? (
              <>
                <StatusBadge status="published" detail={`version ${published.version}`} />
                <CopyId id={published.id} name="Plan ID" />
              </>
            ) : null}
            {published?.archived ? <StatusBadge status="archived" /> : null}
            {isDraft ? <StatusBadge status="draft" /> : null}
            <SaveNote saving={saving} isDraft={isDraft} />
          </>
        }
        actions={
          <>
            {isDraft ? (
              <GuardedButton reason={refusal} onClick={onDiscard}>
                <Trash2 aria-hidden />
                Discard draft
              </GuardedButton>
            ) : null}
            <GuardedButton
              variant="primary"
              reason={refusal ?? nothing ?? problemReason(stored.problems)}
              onClick={onPublish}
            >
              Publish
            </GuardedButton>
          </>
        }
      />
      {published ? <PlanTabs planId={published.id} /> : null}
    </>
  );
}

/** The pages of a published plan. */
export function PlanTabs({ planId }: { planId: string }) {
  const href = `${usePlacePath()}/plans/${encodeURIComponent(planId)}`;
  return (
    <PageTabs
      label="Plan"
      tabs={[
        { label: "Editor", href },
        { label: "Versions", href: `${href}/versions` },
      ]}
    />
  );
}

const fieldNames: Readonly<Record<string, string>> = {
  name: "Name",
  plan_id: "ID",
  description: "Description",
  group: "Group",
  auto_enable: "Give to every new customer",
  price: "Price",
};

/** Why a draft cannot be published yet; `null` when it can. */
function problemReason(problems: readonly DraftProblem[]): string | null {
  const [first, ...others] = problems;
  if (first === undefined) return null;
  const field = fieldNames[first.path.split(".")[0] ?? ""];
  const place = /^items\.(\d+)/.exec(first.path)?.[1];
  const where = place === undefined ? field : `Feature ${Number(place) + 1}`;
  const more = others.length === 0 ? "" : ` And ${others.length} more.`;
  return `${where ? `${where}: ` : ""}${first.message}${more}`;
}
