"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorPanel } from "@/components/error-panel";
import { useCommandKey } from "@/components/forms/use-command-key";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import type { ListedFeature } from "./feature-types";

export type Retirement = { feature: ListedFeature; how: "archive" | "delete" };

type RetireFeatureDialogProps = {
  retirement: Retirement | null;
  onChange: (retirement: Retirement | null) => void;
};

/** Asks before a feature leaves the choices, or goes for good; says who uses it. */
export function RetireFeatureDialog({ retirement, onChange }: RetireFeatureDialogProps) {
  if (retirement === null) return null;
  const { feature, how } = retirement;
  return <Asking key={`${how} ${feature.id}`} retirement={retirement} onChange={onChange} />;
}

function Asking({
  retirement: { feature, how },
  onChange,
}: RetireFeatureDialogProps & { retirement: Retirement }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const idempotency_key = useCommandKey();
  const done = async () => {
    await queryClient.invalidateQueries();
    toast.success(how === "archive" ? `${feature.name} archived` : `${feature.name} deleted`);
    onChange(null);
  };
  const archive = useMutation(trpc.api.features.update.mutationOptions({ onSuccess: done }));
  const remove = useMutation(trpc.api.features.delete.mutationOptions({ onSuccess: done }));
  const error = archive.error ?? remove.error;
  const plans = (feature.use?.plans ?? []).map(({ name }) => name);
  const confirm = () => {
    if (how === "delete") return remove.mutate({ feature_id: feature.id, idempotency_key });
    archive.mutate({ feature_id: feature.id, archived: true, idempotency_key });
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onChange(null))}
      title={how === "archive" ? `Archive ${feature.name}?` : `Delete ${feature.name}?`}
      description={
        how === "archive"
          ? "It leaves the choices for plans. What customers have of it keeps working, and you can restore it."
          : "This works only while no plan has it and no customer ever had it. It cannot be taken back."
      }
      verb={how === "archive" ? "Archive feature" : "Delete feature"}
      tone={how === "archive" ? "primary" : "danger"}
      pending={archive.isPending || remove.isPending}
      onConfirm={confirm}
    >
      {plans.length > 0 ? <p>Used by: {plans.join(", ")}.</p> : null}
      {error ? (
        <ErrorPanel
          title={how === "archive" ? "It was not archived" : "It was not deleted"}
          {...callErrorOf(error)}
        >
          {how === "delete" && !feature.archived ? (
            <Button size="sm" onClick={() => onChange({ feature, how: "archive" })}>
              Archive it instead
            </Button>
          ) : null}
        </ErrorPanel>
      ) : null}
    </ConfirmDialog>
  );
}
