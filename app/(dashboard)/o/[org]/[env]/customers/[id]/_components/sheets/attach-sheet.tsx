"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useForm, useWatch } from "react-hook-form";
import { toast } from "sonner";
import { z } from "zod";
import { formFailure } from "@/components/forms/form-failure";
import { FormSheet } from "@/components/forms/form-sheet";
import { SheetForm } from "@/components/forms/sheet-form";
import { useCommandKey } from "@/components/forms/use-command-key";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { requestLeave } from "@/components/leave-guard";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { useTRPC } from "@/components/trpc";
import { FormControl, FormField, FormItem, FormLabel, FormMessage } from "@/components/ui/form";
import { NativeSelect } from "@/components/ui/select";
import type { CustomerScope } from "../use-customer-scope";
import { AttachPreview } from "./attach-preview";

const AttachValues = z.object({ plan: z.string().min(1, "Choose a plan.") });

type AttachSheetProps = {
  open: boolean;
  onClose: () => void;
  scope: CustomerScope;
  catalog: CatalogNames;
};

/** Puts the scope on a plan, after showing what that starts and ends. */
export function AttachSheet({ open, onClose, ...content }: AttachSheetProps) {
  return (
    <FormSheet
      open={open}
      onClose={onClose}
      title={`${content.scope.label} · Attach a plan`}
      description="A main plan takes the place of the one in its group; an add-on stands beside it."
    >
      <AttachForm {...content} onClose={onClose} />
    </FormSheet>
  );
}

function AttachForm({ scope, catalog, onClose }: Omit<AttachSheetProps, "open">) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const idempotency_key = useCommandKey();
  const attach = useMutation(trpc.api.billing.attach.mutationOptions());
  const form = useForm({
    resolver: zodResolver(AttachValues),
    mode: "onTouched",
    defaultValues: { plan: "" },
  });
  const unsaved = useUnsavedChanges(form.formState.isDirty && !attach.isSuccess);
  const planId = useWatch({ control: form.control, name: "plan" });
  const target = {
    customer_id: scope.customerId,
    plan_id: planId,
    ...(scope.entity ? { entity_id: scope.entity.id } : {}),
  };
  const preview = useQuery(
    trpc.api.billing.preview_attach.queryOptions(target, {
      enabled: planId !== "",
      retry: false,
      staleTime: 0,
    }),
  );
  const plans = catalog.plans.filter(({ archived }) => !archived);

  async function submit(): Promise<void> {
    const attached = await attach.mutateAsync({ ...target, idempotency_key }).catch(() => null);
    if (attached === null) return;
    toast.success(`${scope.label} is on ${catalog.planName(planId)}`);
    void queryClient.invalidateQueries();
    onClose();
  }

  return (
    <>
      <SheetForm
        form={form}
        onSubmit={submit}
        onCancel={() => requestLeave(onClose)}
        verb={planId === "" ? "Attach plan" : `Attach ${catalog.planName(planId)}`}
        failure={formFailure(attach.error)}
      >
        <FormField
          control={form.control}
          name="plan"
          render={({ field }) => (
            <FormItem>
              <FormLabel>Plan</FormLabel>
              <FormControl>
                <NativeSelect {...field}>
                  <option value="" disabled>
                    Choose a plan
                  </option>
                  {plans.map(({ id, name, add_on, version }) => (
                    <option key={id} value={id}>
                      {name} v{version}
                      {add_on ? " (add-on)" : ""}
                    </option>
                  ))}
                </NativeSelect>
              </FormControl>
              <FormMessage />
            </FormItem>
          )}
        />
        {planId === "" ? null : (
          <AttachPreview
            plan={plans.find(({ id }) => id === planId)}
            preview={preview}
            planName={catalog.planName}
          />
        )}
      </SheetForm>
      {unsaved.dialog}
    </>
  );
}
