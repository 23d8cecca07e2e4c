"use client";

import { type UseQueryResult, useMutation, useQueryClient } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { toast } from "sonner";
import { ErrorPanel } from "@/components/error-panel";
import { GuardedButton } from "@/components/guarded-button";
import type { Column } from "@/components/tables/column-head";
import { DataTable } from "@/components/tables/data-table";
import { Timestamp } from "@/components/timestamp";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { roleName } from "@/server/core/role";
import type { AppRouter } from "@/server/trpc/root";

type Invitation = inferRouterOutputs<AppRouter>["invitations"]["list"][number];

const columns: readonly Column<Invitation>[] = [
  {
    key: "email",
    header: "E-mail",
    cell: ({ email }) => <span className="break-all">{email}</span>,
  },
  { key: "role", header: "Role", className: "w-40", cell: ({ role }) => roleName(role) },
  {
    key: "invitedBy",
    header: "Invited by",
    narrow: "hide",
    cell: ({ invitedBy }) => invitedBy ?? "—",
  },
  {
    key: "expires",
    header: "Expires",
    cell: ({ expiresAt }) => <Timestamp at={expiresAt} show="relative" tabStop={false} />,
  },
];

type InvitationListProps = {
  invitations: UseQueryResult<Invitation[], unknown>;
  refusal: string | null;
};

/** The invitations that nobody has accepted yet; nothing where there are none. */
export function InvitationList({ invitations, refusal }: InvitationListProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.invitations.revoke.mutationOptions({
      onSuccess: (_answer, { email }) => {
        toast.success(`Invitation to ${email} taken back`);
      },
      // Also after a failure: somebody else may have taken it back, or accepted.
      onSettled: () => queryClient.invalidateQueries(trpc.invitations.list.queryFilter()),
    }),
  );
  if (!invitations.error && !revoke.error && (invitations.data?.length ?? 0) === 0) return null;
  return (
    <section className="mt-8" aria-labelledby="open-invitations">
      <h2 id="open-invitations" className="mb-3 font-semibold text-lg">
        Open invitations
      </h2>
      {revoke.error ? (
        <ErrorPanel
          className="mb-3"
          title="The invitation was not taken back"
          {...callErrorOf(revoke.error)}
        />
      ) : null}
      <DataTable
        label="Open invitations"
        columns={columns}
        rows={invitations.data}
        rowKey={({ email }) => email}
        refreshing={invitations.isFetching && !invitations.isPending}
        failure={
          invitations.error
            ? {
                ...callErrorOf(invitations.error),
                onRetry: () => void invitations.refetch(),
                retrying: invitations.isFetching,
              }
            : null
        }
        rowActions={({ email }) => (
          <GuardedButton
            variant="ghost"
            size="sm"
            reason={refusal}
            pending={revoke.isPending && revoke.variables.email === email}
            aria-label={`Take back the invitation to ${email}`}
            onClick={() => revoke.mutate({ email })}
          >
            Take back
          </GuardedButton>
        )}
        empty={<p className="p-4 text-muted-foreground">Nobody is invited.</p>}
      />
    </section>
  );
}
