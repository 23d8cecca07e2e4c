"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { toast } from "sonner";
import type { z } from "zod";
import { formFailure } from "@/components/forms/form-failure";
import { FormSheet } from "@/components/forms/form-sheet";
import { SheetForm } from "@/components/forms/sheet-form";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { requestLeave } from "@/components/leave-guard";
import { useRights } from "@/components/rights";
import { useTRPC } from "@/components/trpc";
import { PriceFieldset } from "./price-fields";
import { type ModelPrice, PriceValues, priceFieldsOf } from "./price-values";

type PriceSheetProps = {
  open: boolean;
  onClose: () => void;
  /** The price to change; without it a model is added. */
  price?: ModelPrice | undefined;
};

/** Sets what a model's tokens cost here from now on. */
export function PriceSheet({ open, onClose, price }: PriceSheetProps) {
  return (
    <FormSheet
      open={open}
      onClose={onClose}
      title={price ? price.model : "Add model"}
      description="Applies to tokens tracked from now on. Earlier ones keep their cost."
    >
      <PriceForm onClose={onClose} price={price} />
    </FormSheet>
  );
}

function PriceForm({ onClose, price }: Omit<PriceSheetProps, "open">) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { refusal } = useRights();
  const save = useMutation(trpc.catalog.setModelPrice.mutationOptions());
  const form = useForm({
    resolver: zodResolver(PriceValues),
    mode: "onTouched",
    defaultValues: priceFieldsOf(price),
  });
  const unsaved = useUnsavedChanges(form.formState.isDirty && !save.isSuccess);

  async function submit(values: z.output<typeof PriceValues>): Promise<void> {
    const saved = await save.mutateAsync(values).catch(() => null);
    if (saved === null) return;
    await queryClient.invalidateQueries();
    toast.success(`Price of ${values.model} saved`);
    onClose();
  }

  return (
    <>
      <SheetForm
        form={form}
        onSubmit={submit}
        onCancel={() => requestLeave(onClose)}
        verb={price ? "Save price" : "Add model"}
        failure={formFailure(save.error)}
        reason={refusal("features:write")}
      >
        <PriceFieldset price={price} />
      </SheetForm>
      {unsaved.dialog}
    </>
  );
}
