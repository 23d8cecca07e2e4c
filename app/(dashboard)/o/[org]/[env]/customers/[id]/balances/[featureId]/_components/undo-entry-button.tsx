"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorPanel } from "@/components/error-panel";
import { formatDelta } from "@/components/format";
import { formFailure } from "@/components/forms/form-failure";
import { useCommandKey } from "@/components/forms/use-command-key";
import { GuardedButton } from "@/components/guarded-button";
import { useRights } from "@/components/rights";
import { useTRPC } from "@/components/trpc";

type UndoEntryButtonProps = {
  /** The edit, as `balances.undo` takes it. */
  entryId: string;
  /** What the edit did: "Grant by hand". */
  kind: string;
  /** The change of the balance in all, as an exact decimal. */
  delta: string;
  unit: string;
};

/** Takes an edit back, by entries that compensate it. */
export function UndoEntryButton({ entryId, kind, delta, unit }: UndoEntryButtonProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const idempotency_key = useCommandKey();
  const { refusal } = useRights();
  const [open, setOpen] = useState(false);
  const undo = useMutation(
    trpc.api.balances.undo.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success(`${kind} of ${formatDelta(delta)} ${unit} undone`);
        void queryClient.invalidateQueries();
      },
    }),
  );
  const failure = formFailure(undo.error);
  return (
    <>
      <GuardedButton size="sm" reason={refusal("balances:write")} onClick={() => setOpen(true)}>
        {refusal("balances:write") === null ? <Undo2 aria-hidden /> : null}
        Undo
      </GuardedButton>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Undo this edit?"
        description={`${kind} of ${formatDelta(delta)} ${unit} is taken back by a new entry. Both stay in the ledger.`}
        verb="Undo edit"
        pending={undo.isPending}
        onConfirm={() => undo.mutate({ entry_id: entryId, idempotency_key })}
      >
        {failure ? <ErrorPanel title="This was not undone" {...failure} /> : null}
      </ConfirmDialog>
    </>
  );
}
