"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorPanel } from "@/components/error-panel";
import { formatCount } from "@/components/format";
import { formFailure } from "@/components/forms/form-failure";
import { useCommandKey } from "@/components/forms/use-command-key";
import { usePlacePath } from "@/components/layout/use-place-path";
import { useTRPC } from "@/components/trpc";
import { type Customer, nameOf, referenceOf } from "../../../_components/customer-types";

type DeleteCustomerDialogProps = { open: boolean; onClose: () => void; customer: Customer };

/** Asks before a customer is deleted; live ones must be typed out. */
export function DeleteCustomerDialog(props: DeleteCustomerDialogProps) {
  return props.open ? <DeleteCustomer {...props} /> : null;
}

function DeleteCustomer({ open, onClose, customer }: DeleteCustomerDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const base = usePlacePath();
  const idempotency_key = useCommandKey();
  const reference = referenceOf(customer);
  const remove = useMutation(
    trpc.api.customers.delete.mutationOptions({
      onSuccess: () => {
        toast.success(`${nameOf(customer)} deleted`);
        router.push(`${base}/customers`);
        void queryClient.invalidateQueries({ refetchType: "none" });
      },
    }),
  );
  const failure = formFailure(remove.error);
  const held = [
    formatCount(customer.subscriptions.length, "plan"),
    formatCount(Object.keys(customer.balances).length, "balance"),
  ].join(" and ");
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(opening) => {
        if (!opening) onClose();
      }}
      title={`Delete ${nameOf(customer)}?`}
      description={`This ends ${held}, deletes the entities, and erases the name and e-mail address. It cannot be undone. The ledger stays, and the ID can be used again.`}
      verb="Delete customer"
      tone="danger"
      typeToConfirm={customer.env === "live" ? reference : undefined}
      pending={remove.isPending || remove.isSuccess}
      onConfirm={() => remove.mutate({ customer_id: reference, idempotency_key })}
    >
      {failure ? <ErrorPanel title="The customer was not deleted" {...failure} /> : null}
    </ConfirmDialog>
  );
}
