"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import type { z } from "zod";
import { FormSheet } from "@/components/forms/form-sheet";
import { SheetForm } from "@/components/forms/sheet-form";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { requestLeave } from "@/components/leave-guard";
import type { DraftItem, Feature } from "../plan-types";
import { ItemFieldset } from "./item-fields";
import { ItemValues, itemFieldsOf, itemOf } from "./item-values";

type ItemSheetProps = {
  open: boolean;
  onClose: () => void;
  features: readonly Feature[];
  /** The item to edit; without it a new one is added. */
  item?: DraftItem | undefined;
  onSave: (item: DraftItem) => void;
};

/** One feature of the plan: how much of it, and how often it is renewed. */
export function ItemSheet({ open, onClose, features, item, onSave }: ItemSheetProps) {
  return (
    <FormSheet
      open={open}
      onClose={onClose}
      title={item ? "Edit feature" : "Add feature"}
      description="What a customer on this plan gets of it."
    >
      <ItemForm features={features} item={item} onSave={onSave} onClose={onClose} />
    </FormSheet>
  );
}

function ItemForm({ features, item, onSave, onClose }: Omit<ItemSheetProps, "open">) {
  const feature = features.find(({ id }) => id === item?.feature_id);
  const form = useForm({
    resolver: zodResolver(ItemValues),
    mode: "onTouched",
    defaultValues: itemFieldsOf(item, feature),
  });
  const { isDirty, isSubmitSuccessful } = form.formState;
  const unsaved = useUnsavedChanges(isDirty && !isSubmitSuccessful);
  const submit = (values: z.output<typeof ItemValues>) => {
    onSave(itemOf(values));
    onClose();
  };
  return (
    <>
      <SheetForm
        form={form}
        onSubmit={submit}
        onCancel={() => requestLeave(onClose)}
        verb={item ? "Change feature" : "Add feature"}
      >
        <ItemFieldset features={features} />
      </SheetForm>
      {unsaved.dialog}
    </>
  );
}
