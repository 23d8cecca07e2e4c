"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorPanel } from "@/components/error-panel";
import { callErrorOf, useTRPC } from "@/components/trpc";
import type { ListedKey } from "./key-columns";

type RevokeKeyDialogProps = {
  /** The key that is asked about; `null` while nothing is. */
  subject: ListedKey | null;
  live: boolean;
  onClose: () => void;
};

/** Asks before a key stops working for good; in live its name must be typed. */
export function RevokeKeyDialog({ subject, live, onClose }: RevokeKeyDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.keys.revoke.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.keys.list.queryFilter());
        toast.success(`${subject?.name ?? "Key"} revoked`);
        onClose();
      },
    }),
  );
  const close = () => {
    revoke.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={subject !== null}
      onOpenChange={(open) => (open ? undefined : close())}
      title={`Revoke ${subject?.name ?? "this key"}?`}
      description="Whatever uses it is refused from its next request on. This cannot be taken back."
      verb="Revoke key"
      tone="danger"
      typeToConfirm={live ? subject?.name : undefined}
      pending={revoke.isPending}
      onConfirm={() => subject && revoke.mutate({ id: subject.id })}
    >
      {revoke.error ? (
        <ErrorPanel title="The key was not revoked" {...callErrorOf(revoke.error)} />
      ) : null}
    </ConfirmDialog>
  );
}
