"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { formFailure } from "@/components/forms/form-failure";
import { FormSheet } from "@/components/forms/form-sheet";
import { QuantityInput } from "@/components/forms/quantity-input";
import { quantitySchema } from "@/components/forms/quantity-schema";
import { SheetForm } from "@/components/forms/sheet-form";
import { announce } from "@/components/live-region";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { useTRPC } from "@/components/trpc";
import { FormControl, FormField, FormItem, FormLabel, FormMessage } from "@/components/ui/form";
import type { CustomerScope } from "../use-customer-scope";
import { CheckVerdict } from "./check-verdict";
import { FeatureField } from "./feature-field";

const CheckValues = z.object({
  feature: z.string().min(1, "Choose a feature."),
  required: quantitySchema(),
});

type CheckSheetProps = {
  open: boolean;
  onClose: () => void;
  scope: CustomerScope;
  catalog: CatalogNames;
  featureId: string | null;
  /** Opens the grant sheet for a feature; null when this person may not grant. */
  onGrant: ((featureId: string) => void) | null;
};

/** Asks what your code would be told, and why. Nothing is used up. */
export function CheckSheet({ open, onClose, ...content }: CheckSheetProps) {
  return (
    <FormSheet
      open={open}
      onClose={onClose}
      title={`${content.scope.label} · Check access`}
      description="The answer that your code gets now. Nothing is used up by asking."
    >
      <CheckForm {...content} onClose={onClose} />
    </FormSheet>
  );
}

function CheckForm({ scope, catalog, featureId, onGrant, onClose }: Omit<CheckSheetProps, "open">) {
  const trpc = useTRPC();
  const check = useMutation(trpc.api.balances.check.mutationOptions());
  const features = catalog.features.filter(({ archived }) => !archived);
  const form = useForm({
    resolver: zodResolver(CheckValues),
    mode: "onTouched",
    defaultValues: {
      feature: featureId ?? Object.keys(scope.balances)[0] ?? features[0]?.id ?? "",
      required: "1",
    },
  });
  const chosen = catalog.featureOf(useWatch({ control: form.control, name: "feature" }));

  async function submit({ feature, required }: z.output<typeof CheckValues>): Promise<void> {
    const answer = await check
      .mutateAsync({
        customer_id: scope.customerId,
        feature_id: feature,
        required_balance: Number(required),
        ...(scope.entity ? { entity_id: scope.entity.id } : {}),
      })
      .catch(() => null);
    if (answer) announce(answer.allowed ? "Allowed" : "Denied");
  }

  const asked = check.variables;
  return (
    <SheetForm
      form={form}
      onSubmit={submit}
      onCancel={onClose}
      verb="Check"
      failure={formFailure(check.error)}
    >
      <FeatureField features={features} />
      {chosen !== undefined && chosen.type !== "boolean" ? (
        <FormField
          control={form.control}
          name="required"
          render={({ field }) => (
            <FormItem>
              <FormLabel>Amount needed</FormLabel>
              <FormControl>
                <QuantityInput {...field} unit={chosen.name} />
              </FormControl>
              <FormMessage />
            </FormItem>
          )}
        />
      ) : null}
      {check.data && asked?.feature_id === chosen?.id ? (
        <CheckVerdict answer={check.data} feature={chosen} onGrant={onGrant} />
      ) : null}
    </SheetForm>
  );
}
