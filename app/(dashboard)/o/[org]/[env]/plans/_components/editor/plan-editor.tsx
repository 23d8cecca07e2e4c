"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { cn } from "@/components/cn";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorPanel } from "@/components/error-panel";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { useRights } from "@/components/rights";
import { queryFailure } from "@/components/tables/query-failure";
import { useTRPC } from "@/components/trpc";
import { tabClasses, tabListClasses } from "@/components/ui/tabs";
import type { DraftView, Plan } from "../plan-types";
import { BasicsForm } from "./basics-form";
import { EditorHeader } from "./editor-header";
import { ItemsSection } from "./items-section";
import { PlanCard } from "./plan-card";
import { PriceSection } from "./price-section";
import { PublishDialog } from "./publish-dialog";
import { SaveTrouble } from "./save-note";
import { useEditorActions } from "./use-editor-actions";
import { usePlanDraft } from "./use-plan-draft";

type PlanEditorProps = {
  start: DraftView;
  /** What is live now; missing for a plan that was never published. */
  published: Plan | undefined;
  /** Told the id of the draft of a new plan, once it has one. */
  onDraft?: ((draftId: string) => void) | undefined;
};

/** A plan as a form and, beside it, as the card that customers see. Nothing is live until Publish. */
export function PlanEditor({ start, published, onDraft }: PlanEditorProps) {
  const trpc = useTRPC();
  const refusal = useRights().refusal("plans:write");
  const features = useQuery(trpc.api.features.list.queryOptions({ include_archived: true }));
  const draft = usePlanDraft(start);
  const [view, setView] = useState<View>("form");
  const actions = useEditorActions(draft, onDraft);
  const unsaved = useUnsavedChanges(
    draft.saving.kind === "failed" || draft.saving.kind === "conflict",
  );
  const featureList = features.data?.list ?? [];
  const failure = queryFailure(features);
  return (
    <>
      <EditorHeader
        draft={draft}
        published={published}
        refusal={refusal}
        onPublish={() => void actions.review()}
        onDiscard={() => actions.setAsking("discard")}
      />
      <SaveTrouble
        saving={draft.saving}
        onRetry={() => void draft.flush()}
        onTakeTheirs={() => void actions.settle("theirs")}
        onKeepMine={() => void actions.settle("mine")}
      />
      {failure ? (
        <ErrorPanel className="mb-4" title="The features could not be loaded" {...failure} />
      ) : null}
      <ViewSwitch view={view} onChange={setView} />
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4 data-[shown=card]:max-xl:hidden" data-shown={view}>
          <BasicsForm
            key={actions.generation}
            plan={draft.plan}
            onChange={draft.change}
            published={draft.stored.planId !== null}
            readOnly={refusal !== null}
          />
          <PriceSection plan={published} />
          <ItemsSection
            items={draft.plan.items ?? []}
            onChange={(items) => draft.change({ items })}
            features={featureList}
            published={published}
            problems={draft.stored.problems}
            refusal={refusal}
          />
        </div>
        <div
          className="grid min-w-0 gap-2 data-[shown=form]:max-xl:hidden xl:sticky xl:top-[calc(var(--shell-top,0px)+1.25rem)]"
          data-shown={view}
        >
          <h2 className="font-medium text-muted-foreground text-sm">As customers see it</h2>
          <PlanCard plan={draft.plan} features={featureList} published={published} />
        </div>
      </div>
      {actions.asking === "publish" ? (
        <PublishDialog
          draft={draft.stored}
          published={published}
          onClose={() => actions.setAsking(null)}
          onPublished={(plan) => void actions.published(plan)}
        />
      ) : null}
      <ConfirmDialog
        open={actions.asking === "discard"}
        onOpenChange={() => actions.setAsking(null)}
        title="Discard this draft?"
        description={
          draft.stored.planId === null
            ? "The plan was never published, so nothing of it remains."
            : "The plan stays as it is live. What you changed since is lost."
        }
        verb="Discard draft"
        cancel="Keep it"
        tone="danger"
        onConfirm={() => void actions.discard()}
      />
      {unsaved.dialog}
    </>
  );
}

const views = [
  { value: "form", label: "Form" },
  { value: "card", label: "Card" },
] as const;

type View = (typeof views)[number]["value"];

/** On a narrow screen, form and card take turns. */
function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <fieldset className={cn(tabListClasses, "mb-4 xl:hidden")}>
      <legend className="sr-only">Form or card</legend>
      {views.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={view === value}
          data-state={view === value ? "active" : "inactive"}
          className={tabClasses}
          onClick={() => onChange(value)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
