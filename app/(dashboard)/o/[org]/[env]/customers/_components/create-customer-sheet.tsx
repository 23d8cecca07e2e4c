"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useForm } from "react-hook-form";
import { toast } from "sonner";
import { z } from "zod";
import { formFailure } from "@/components/forms/form-failure";
import { FormSheet } from "@/components/forms/form-sheet";
import { SheetForm } from "@/components/forms/sheet-form";
import { useCommandKey } from "@/components/forms/use-command-key";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { usePlacePath } from "@/components/layout/use-place-path";
import { requestLeave } from "@/components/leave-guard";
import { callErrorOf, useTRPC, useTRPCClient } from "@/components/trpc";
import { CustomerFields, customerFieldRules } from "./customer-fields";
import { nameOf, referenceOf } from "./customer-types";

const CustomerValues = z
  .object(customerFieldRules)
  .refine(({ id, email }) => id !== "" || email !== "", {
    path: ["id"],
    message: "Give an ID, an e-mail address, or both.",
  });

type CreateCustomerSheetProps = { open: boolean; onClose: () => void };

/** Makes a customer by hand, as your code does when somebody signs up. */
export function CreateCustomerSheet({ open, onClose }: CreateCustomerSheetProps) {
  return (
    <FormSheet
      open={open}
      onClose={onClose}
      title="New customer"
      description="They get every plan that is given automatically."
    >
      <CreateCustomerForm onClose={onClose} />
    </FormSheet>
  );
}

function CreateCustomerForm({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const base = usePlacePath();
  const idempotency_key = useCommandKey();
  const create = useMutation(trpc.api.customers.get_or_create.mutationOptions());
  const form = useForm({
    resolver: zodResolver(CustomerValues),
    mode: "onTouched",
    defaultValues: { id: "", name: "", email: "" },
  });
  const unsaved = useUnsavedChanges(form.formState.isDirty && !create.isSuccess);

  /** The operation also finds customers, and would fill in what an existing one lacks. */
  async function exists(id: string): Promise<boolean> {
    try {
      await client.api.customers.get.query({ customer_id: id });
      return true;
    } catch (error) {
      if (callErrorOf(error).reason === "customer_not_found") return false;
      throw error;
    }
  }

  async function submit({ id, name, email }: z.output<typeof CustomerValues>): Promise<void> {
    if (create.failureCount === 0 && id !== "" && (await exists(id).catch(() => false))) {
      form.setError("id", { message: "A customer with this ID exists." }, { shouldFocus: true });
      return;
    }
    const customer = await create
      .mutateAsync({
        idempotency_key,
        customer_id: id || null,
        name: name || null,
        email: email || null,
      })
      .catch(() => null);
    if (customer === null) return;
    toast.success(`${nameOf(customer)} created`);
    void queryClient.invalidateQueries();
    router.push(`${base}/customers/${encodeURIComponent(referenceOf(customer))}`);
  }

  return (
    <>
      <SheetForm
        form={form}
        onSubmit={submit}
        onCancel={() => requestLeave(onClose)}
        verb="Create customer"
        failure={formFailure(create.error)}
      >
        <CustomerFields />
      </SheetForm>
      {unsaved.dialog}
    </>
  );
}
