"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { toast } from "sonner";
import { z } from "zod";
import { formFailure } from "@/components/forms/form-failure";
import { FormSheet } from "@/components/forms/form-sheet";
import { SheetForm } from "@/components/forms/sheet-form";
import { useCommandKey } from "@/components/forms/use-command-key";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { requestLeave } from "@/components/leave-guard";
import { useTRPC } from "@/components/trpc";
import { CustomerFields, customerFieldRules } from "../../../_components/customer-fields";
import { type Customer, nameOf } from "../../../_components/customer-types";

const EditValues = z.object(customerFieldRules);

type EditCustomerSheetProps = {
  open: boolean;
  onClose: () => void;
  customer: Customer;
  /** Called when the customer was given an ID, which is its address from then on. */
  onRenamed: (id: string) => void;
};

/** Changes what people wrote about the customer. */
export function EditCustomerSheet({ open, onClose, ...content }: EditCustomerSheetProps) {
  return (
    <FormSheet open={open} onClose={onClose} title={`${nameOf(content.customer)} · Edit`}>
      <EditCustomerForm {...content} onClose={onClose} />
    </FormSheet>
  );
}

function EditCustomerForm({ customer, onRenamed, onClose }: Omit<EditCustomerSheetProps, "open">) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const idempotency_key = useCommandKey();
  const update = useMutation(trpc.api.customers.update.mutationOptions());
  const form = useForm({
    resolver: zodResolver(EditValues),
    mode: "onTouched",
    defaultValues: {
      id: customer.id ?? "",
      name: customer.name ?? "",
      email: customer.email ?? "",
    },
  });
  const unsaved = useUnsavedChanges(form.formState.isDirty && !update.isSuccess);

  async function submit({ id, name, email }: z.output<typeof EditValues>): Promise<void> {
    const named = customer.id === null && id !== "";
    const saved = await update
      .mutateAsync({
        idempotency_key,
        customer_id: customer.id ?? customer.internal_id,
        name: name || null,
        email: email || null,
        ...(named ? { new_customer_id: id } : {}),
      })
      .catch(() => null);
    if (saved === null) return;
    toast.success("Customer saved");
    void queryClient.invalidateQueries();
    if (named) onRenamed(id);
    else onClose();
  }

  return (
    <>
      <SheetForm
        form={form}
        onSubmit={submit}
        onCancel={() => requestLeave(onClose)}
        verb="Save"
        failure={formFailure(update.error)}
      >
        <CustomerFields idLocked={customer.id !== null} />
      </SheetForm>
      {unsaved.dialog}
    </>
  );
}
