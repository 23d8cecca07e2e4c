"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useDisplayClock } from "@/components/display-clock";
import { ErrorPanel } from "@/components/error-panel";
import { formFailure } from "@/components/forms/form-failure";
import { FormSheet } from "@/components/forms/form-sheet";
import { SheetForm } from "@/components/forms/sheet-form";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { usePlacePath } from "@/components/layout/use-place-path";
import { requestLeave } from "@/components/leave-guard";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { queryFailure } from "@/components/tables/query-failure";
import { useTRPC } from "@/components/trpc";
import { Skeleton } from "@/components/ui/skeleton";
import type { CustomerScope } from "../use-customer-scope";
import { GrantFields } from "./grant-fields";
import { GrantPreview } from "./grant-preview";
import { GrantReceipt } from "./grant-receipt";
import { draftOf, type GrantFields as Fields, grantValuesSchema, grantVerb } from "./grant-values";
import { type Figures, figuresOf, previewEdit } from "./preview-edit";
import { explainInput, useGrant } from "./use-grant";

type GrantSheetProps = {
  open: boolean;
  onClose: () => void;
  scope: CustomerScope;
  catalog: CatalogNames;
  /** The feature to start with; the first that is held when null. */
  featureId: string | null;
};

/** Changes a balance by hand: what it does is shown first, and it can be taken back afterwards. */
export function GrantSheet({ open, onClose, ...content }: GrantSheetProps) {
  const { metered, loaded } = content.catalog;
  return (
    <FormSheet
      open={open}
      onClose={onClose}
      title={`${content.scope.label} · Grant or adjust`}
      description="Every change is written to the ledger with your name and the reason."
    >
      {!loaded ? (
        <Skeleton className="m-5 h-8" />
      ) : metered.length === 0 ? (
        <p className="p-5 text-muted-foreground">
          There is no counted feature to grant. Create one under Features first.
        </p>
      ) : (
        <GrantForm {...content} onClose={onClose} />
      )}
    </FormSheet>
  );
}

function GrantForm({ scope, catalog, featureId, onClose }: Omit<GrantSheetProps, "open">) {
  const trpc = useTRPC();
  const base = usePlacePath();
  const { now, zone } = useDisplayClock();
  // The clock runs in fractions; the wire takes whole milliseconds.
  const [moment] = useState({ openedAt: Math.floor(now), zone });
  const [sent, setSent] = useState<{ before: Figures; at: number } | null>(null);
  const grant = useGrant(scope, moment);
  const form = useForm({
    resolver: zodResolver(grantValuesSchema(moment)),
    mode: "onTouched",
    defaultValues: startingFields(scope, catalog, featureId),
  });
  const fields = useWatch({ control: form.control }) as Fields;
  const unsaved = useUnsavedChanges(form.formState.isDirty && !grant.isSuccess);
  const explanation = useQuery(
    trpc.api.balances.explain.queryOptions(explainInput(scope, fields.feature), {
      placeholderData: keepPreviousData,
    }),
  );
  const lots = explanation.data?.lots ?? [];
  const current = figuresOf(lots, now);
  const draft = draftOf(fields, moment);
  const entityId = scope.entity?.id ?? null;
  const preview = draft === null ? null : previewEdit({ lots, entityId, draft, now });
  const unit = catalog.featureName(fields.feature);

  if (grant.data && sent) {
    const search = new URLSearchParams({
      ...(scope.entity ? { entity: scope.entity.id } : {}),
      entry: grant.data.entryId,
    });
    const ledger = `${base}/customers/${encodeURIComponent(scope.customerId)}/balances/${encodeURIComponent(fields.feature)}`;
    return (
      <GrantReceipt
        scope={scope}
        receipt={grant.data}
        before={sent.before}
        unit={unit}
        entryHref={`${ledger}?${search}`}
        madeAt={sent.at}
        onClose={onClose}
      />
    );
  }
  const failure = queryFailure(explanation);
  return (
    <>
      <SheetForm
        form={form}
        onSubmit={async (values) => {
          setSent({ before: current, at: now });
          await grant.mutateAsync(values).catch(() => null);
        }}
        onCancel={() => requestLeave(onClose)}
        verb={grantVerb(fields, unit)}
        failure={formFailure(grant.error)}
      >
        <GrantFields features={catalog.metered} unit={unit} moment={moment} />
        {failure ? (
          <ErrorPanel title="The balance could not be loaded" {...failure} />
        ) : explanation.data ? (
          <GrantPreview preview={preview} before={current} unit={unit} scopeLabel={scope.label} />
        ) : (
          <Skeleton className="h-32" />
        )}
      </SheetForm>
      {unsaved.dialog}
    </>
  );
}

function startingFields(
  scope: CustomerScope,
  catalog: CatalogNames,
  featureId: string | null,
): Fields {
  const metered = catalog.metered.map(({ id }) => id);
  const held = Object.keys(scope.balances).find((id) => metered.includes(id));
  const named = featureId !== null && metered.includes(featureId) ? featureId : null;
  return {
    feature: named ?? held ?? metered[0] ?? "",
    mode: "add",
    amount: "",
    expiry: "never",
    expiryDate: "",
    reason: "",
  };
}
