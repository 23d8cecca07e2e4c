"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { toast } from "sonner";
import type { z } from "zod";
import { formFailure } from "@/components/forms/form-failure";
import { FormSheet } from "@/components/forms/form-sheet";
import { SheetForm } from "@/components/forms/sheet-form";
import { useCommandKey } from "@/components/forms/use-command-key";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { requestLeave } from "@/components/leave-guard";
import { useRights } from "@/components/rights";
import { useTRPC } from "@/components/trpc";
import { markupFieldsOf, wireMarkups } from "./credits/markup-values";
import { blankMember, memberFieldsOf, wireMember } from "./credits/member-values";
import { FeatureFields, FeatureValues, readEventNames } from "./feature-fields";
import {
  type FeatureKind,
  featureKinds,
  isCreditKind,
  kindOf,
  type ListedFeature,
  wireKind,
} from "./feature-types";

type Values = z.output<typeof FeatureValues>;

type FeatureSheetProps = {
  open: boolean;
  onClose: () => void;
  /** The feature to edit; without it a new one is made. */
  feature?: ListedFeature | undefined;
};

/** Makes a feature, or changes what one is called and how events find it. */
export function FeatureSheet({ open, onClose, feature }: FeatureSheetProps) {
  return (
    <FormSheet
      open={open}
      onClose={onClose}
      title={feature ? feature.name : "New feature"}
      description={
        feature
          ? "What it is called, and which events count against it."
          : "Something a customer may use, and that plans include."
      }
    >
      <FeatureForm onClose={onClose} feature={feature} />
    </FormSheet>
  );
}

type FeatureFormProps = { onClose: () => void; feature: ListedFeature | undefined };

function FeatureForm({ onClose, feature }: FeatureFormProps) {
  const save = useSaveFeature(feature);
  const { refusal } = useRights();
  const form = useForm({
    resolver: zodResolver(FeatureValues),
    mode: "onTouched",
    defaultValues: valuesOf(feature),
  });
  const unsaved = useUnsavedChanges(form.formState.isDirty && !save.done);

  async function submit(values: Values): Promise<void> {
    if (await save.run(values)) onClose();
  }

  return (
    <>
      <SheetForm
        form={form}
        onSubmit={submit}
        onCancel={() => requestLeave(onClose)}
        verb={feature ? "Save feature" : "Create feature"}
        failure={formFailure(save.error)}
        reason={refusal("features:write")}
      >
        <FeatureFields
          kindLocked={kindLock(feature)}
          kinds={kindsFor(feature)}
          idLocked={idLock(feature)}
        />
      </SheetForm>
      {unsaved.dialog}
    </>
  );
}

function useSaveFeature(feature: ListedFeature | undefined) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const idempotency_key = useCommandKey();
  const create = useMutation(trpc.api.features.create.mutationOptions());
  const update = useMutation(trpc.api.features.update.mutationOptions());

  async function send(values: Values) {
    const { name, id, kind, singular, plural, events } = values;
    const fields = {
      idempotency_key,
      feature_id: id,
      name,
      display: kind === "boolean" ? null : { singular: singular || null, plural: plural || null },
      event_names: kind === "boolean" ? [] : readEventNames(events),
      ...(values.kind === "credits" ? { credit_schema: values.members.map(wireMember) } : {}),
      ...(values.kind === "tokens" ? wireMarkups(values.markups) : {}),
    };
    if (feature === undefined) return create.mutateAsync({ ...fields, ...wireKind(kind) });
    const changesKind = kindOf(feature) !== kind;
    return update.mutateAsync({ ...fields, ...(changesKind ? wireKind(kind) : {}) });
  }

  return {
    error: create.error ?? update.error,
    done: create.isSuccess || update.isSuccess,
    async run(values: Values): Promise<boolean> {
      const saved = await send(values).catch(() => null);
      if (saved === null) return false;
      await queryClient.invalidateQueries();
      toast.success(feature ? `${saved.name} saved` : `${saved.name} created`);
      return true;
    },
  };
}

function valuesOf(feature: ListedFeature | undefined): z.input<typeof FeatureValues> {
  const members = feature?.credit_schema?.map(memberFieldsOf) ?? [blankMember];
  return {
    members,
    markups: markupFieldsOf(feature),
    name: feature?.name ?? "",
    id: feature?.id ?? "",
    kind: feature ? kindOf(feature) : "consumable",
    singular: feature?.display?.singular ?? "",
    plural: feature?.display?.plural ?? "",
    events: feature?.event_names.join("\n") ?? "",
  };
}

function idLock(feature: ListedFeature | undefined): string | undefined {
  return feature
    ? "Your code and your customers' history refer to this ID, so it stays."
    : undefined;
}

/** Nothing becomes credits, and credits become nothing else. */
function kindsFor(feature: ListedFeature | undefined): readonly FeatureKind[] {
  if (feature === undefined) return featureKinds;
  const kind = kindOf(feature);
  return isCreditKind(kind) ? [kind] : featureKinds.filter((one) => !isCreditKind(one));
}

/** The server knows about customers as well; what the list knows already is said beforehand. */
function kindLock(feature: ListedFeature | undefined): string | undefined {
  if (feature !== undefined && isCreditKind(kindOf(feature))) {
    return "Its type stays: customers' credits are counted in it.";
  }
  const plans = feature?.use?.plans ?? [];
  if (plans.length === 0) return undefined;
  return `Its type stays, because it is part of ${plans.map(({ name }) => name).join(", ")}.`;
}
