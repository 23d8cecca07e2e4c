"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorPanel } from "@/components/error-panel";
import { formatCount } from "@/components/format";
import { useCommandKey } from "@/components/forms/use-command-key";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import type { ListedPlan } from "./plan-types";

export type Retirement = { plan: ListedPlan; how: "archive" | "delete" };

type RetirePlanDialogProps = {
  retirement: Retirement | null;
  onChange: (retirement: Retirement | null) => void;
};

/** Asks before a plan is no longer offered, or goes for good; says how many customers have it. */
export function RetirePlanDialog({ retirement, onChange }: RetirePlanDialogProps) {
  if (retirement === null) return null;
  const { plan, how } = retirement;
  return <Asking key={`${how} ${plan.key}`} retirement={retirement} onChange={onChange} />;
}

function Asking({
  retirement: { plan, how },
  onChange,
}: RetirePlanDialogProps & { retirement: Retirement }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const idempotency_key = useCommandKey();
  const done = async () => {
    await queryClient.invalidateQueries();
    toast.success(how === "archive" ? `${plan.name} archived` : `${plan.name} deleted`);
    onChange(null);
  };
  const archive = useMutation(trpc.api.plans.update.mutationOptions({ onSuccess: done }));
  const remove = useMutation(trpc.api.plans.delete.mutationOptions({ onSuccess: done }));
  const error = archive.error ?? remove.error;
  const plan_id = plan.id ?? "";
  const holders = plan.customers?.all ?? 0;
  const confirm = () => {
    if (how === "delete") return remove.mutate({ plan_id, all_versions: true, idempotency_key });
    archive.mutate({ plan_id, archived: true, idempotency_key });
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onChange(null))}
      title={how === "archive" ? `Archive ${plan.name}?` : `Delete ${plan.name}?`}
      description={
        how === "archive"
          ? "Nobody new gets it. Customers who have it keep it, and you can restore it."
          : "All its versions go. This works only while no customer ever had it, and cannot be taken back."
      }
      verb={how === "archive" ? "Archive plan" : "Delete plan"}
      tone={how === "archive" ? "primary" : "danger"}
      pending={archive.isPending || remove.isPending}
      onConfirm={confirm}
    >
      {holders > 0 ? <p>{formatCount(holders, "customer")} on it now.</p> : null}
      {error ? (
        <ErrorPanel
          title={how === "archive" ? "It was not archived" : "It was not deleted"}
          {...callErrorOf(error)}
        >
          {how === "delete" && !plan.archived ? (
            <Button size="sm" onClick={() => onChange({ plan, how: "archive" })}>
              Archive it instead
            </Button>
          ) : null}
        </ErrorPanel>
      ) : null}
    </ConfirmDialog>
  );
}
