"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { formFailure } from "@/components/forms/form-failure";
import { FormSheet } from "@/components/forms/form-sheet";
import { QuantityInput } from "@/components/forms/quantity-input";
import { quantitySchema } from "@/components/forms/quantity-schema";
import { SheetForm } from "@/components/forms/sheet-form";
import { useCommandKey } from "@/components/forms/use-command-key";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { requestLeave } from "@/components/leave-guard";
import { announce } from "@/components/live-region";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { useTRPC } from "@/components/trpc";
import {
  FormControl,
  FormDescription,
  FormField,
  FormItem,
  FormLabel,
  FormMessage,
} from "@/components/ui/form";
import { Textarea } from "@/components/ui/textarea";
import type { CustomerScope } from "../use-customer-scope";
import { FeatureField } from "./feature-field";
import { TrackOutcome } from "./track-outcome";

const propertiesText = z.string().superRefine((text, context) => {
  if (text.trim() === "") return;
  const message = 'Write a JSON object, such as {"model": "large"}.';
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return;
    context.addIssue({ code: "custom", message });
  } catch {
    context.addIssue({ code: "custom", message });
  }
});

const UsageValues = z.object({
  feature: z.string().min(1, "Choose a feature."),
  value: quantitySchema({ allowNegative: true, zeroMessage: "Enter an amount other than 0." }),
  properties: propertiesText,
});

type RecordUsageSheetProps = {
  open: boolean;
  onClose: () => void;
  scope: CustomerScope;
  catalog: CatalogNames;
  featureId: string | null;
};

/** Records usage by hand, exactly as a track from your code would. */
export function RecordUsageSheet({ open, onClose, ...content }: RecordUsageSheetProps) {
  return (
    <FormSheet
      open={open}
      onClose={onClose}
      title={`${content.scope.label} · Record usage`}
      description="The same as a track from your code: it takes from the balance at once."
    >
      <RecordUsageForm {...content} onClose={onClose} />
    </FormSheet>
  );
}

function RecordUsageForm({
  scope,
  catalog,
  featureId,
  onClose,
}: Omit<RecordUsageSheetProps, "open">) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const idempotency_key = useCommandKey();
  const track = useMutation(trpc.api.balances.track.mutationOptions());
  const form = useForm({
    resolver: zodResolver(UsageValues),
    mode: "onTouched",
    defaultValues: {
      feature: featureId ?? Object.keys(scope.balances)[0] ?? catalog.metered[0]?.id ?? "",
      value: "1",
      properties: "",
    },
  });
  const unsaved = useUnsavedChanges(form.formState.isDirty && !track.isSuccess);
  const chosen = useWatch({ control: form.control, name: "feature" });

  async function submit({ feature, value, properties }: z.output<typeof UsageValues>) {
    const tracked = await track
      .mutateAsync({
        idempotency_key,
        customer_id: scope.customerId,
        feature_id: feature,
        value: Number(value),
        ...(scope.entity ? { entity_id: scope.entity.id } : {}),
        ...(properties.trim() === "" ? {} : { properties: JSON.parse(properties) }),
      })
      .catch(() => null);
    if (tracked === null) return;
    announce("Usage recorded");
    void queryClient.invalidateQueries();
  }

  if (track.data) {
    return (
      <TrackOutcome
        outcome={track.data}
        unit={catalog.featureName(chosen)}
        planName={catalog.planName}
        onClose={onClose}
      />
    );
  }
  return (
    <>
      <SheetForm
        form={form}
        onSubmit={submit}
        onCancel={() => requestLeave(onClose)}
        verb="Record usage"
        failure={formFailure(track.error)}
      >
        <FeatureField features={catalog.metered} />
        <FormField
          control={form.control}
          name="value"
          render={({ field }) => (
            <FormItem>
              <FormLabel>Amount</FormLabel>
              <FormControl>
                <QuantityInput {...field} allowNegative unit={catalog.featureName(chosen)} />
              </FormControl>
              <FormDescription>A negative amount gives usage back.</FormDescription>
              <FormMessage />
            </FormItem>
          )}
        />
        <FormField
          control={form.control}
          name="properties"
          render={({ field }) => (
            <FormItem>
              <FormLabel optional>Properties</FormLabel>
              <FormControl>
                <Textarea {...field} rows={3} spellCheck={false} className="font-mono" />
              </FormControl>
              <FormDescription>JSON, by which the events can be grouped later.</FormDescription>
              <FormMessage />
            </FormItem>
          )}
        />
      </SheetForm>
      {unsaved.dialog}
    </>
  );
}
