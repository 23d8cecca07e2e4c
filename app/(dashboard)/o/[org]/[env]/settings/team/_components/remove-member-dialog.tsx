"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorPanel } from "@/components/error-panel";
import { callErrorOf, useTRPC } from "@/components/trpc";
import type { Member } from "./member-list";

type RemoveMemberDialogProps = {
  /** The member that is asked about; `null` while nothing is. */
  subject: Member | null;
  /** Whether they are removing themselves. */
  myself: boolean;
  onClose: () => void;
};

/** Asks before somebody loses the organization. */
export function RemoveMemberDialog({ subject, myself, onClose }: RemoveMemberDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const name = subject?.name ?? subject?.email ?? "this person";
  const remove = useMutation(
    trpc.members.remove.mutationOptions({
      onSuccess: async () => {
        // Whoever removed themselves has nothing to see here any more.
        if (myself) return window.location.assign("/");
        await queryClient.invalidateQueries(trpc.members.list.queryFilter());
        toast.success(`${name} removed`);
        onClose();
      },
    }),
  );
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={subject !== null}
      onOpenChange={(open) => (open ? undefined : close())}
      title={myself ? "Leave this organization?" : `Remove ${name}?`}
      description={
        myself
          ? "You lose access at once, and come back only by an invitation. Keys that you made keep working."
          : "They lose access at once. Keys that they made keep working; revoke those under API keys."
      }
      verb={myself ? "Leave" : "Remove"}
      tone="danger"
      pending={remove.isPending}
      onConfirm={() => subject && remove.mutate({ userId: subject.userId })}
    >
      {remove.error ? (
        <ErrorPanel title="Nobody was removed" {...callErrorOf(remove.error)} />
      ) : null}
    </ConfirmDialog>
  );
}
