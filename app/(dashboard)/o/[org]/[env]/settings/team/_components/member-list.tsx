"use client";

import { type UseQueryResult, useMutation, useQueryClient } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { useState } from "react";
import { toast } from "sonner";
import { EmptyState } from "@/components/empty-state";
import { ErrorPanel } from "@/components/error-panel";
import { GuardedButton } from "@/components/guarded-button";
import { useRights } from "@/components/rights";
import type { Column } from "@/components/tables/column-head";
import { DataTable } from "@/components/tables/data-table";
import { Timestamp } from "@/components/timestamp";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { Badge } from "@/components/ui/badge";
import { roleName } from "@/server/core/role";
import type { AppRouter } from "@/server/trpc/root";
import { RemoveMemberDialog } from "./remove-member-dialog";
import { RoleSelect } from "./role-select";

export type Member = inferRouterOutputs<AppRouter>["members"]["list"][number];

type MemberListProps = {
  members: UseQueryResult<Member[], unknown>;
  myUserId: string;
  /** Why this person may not change the team; `null` when they may. */
  refusal: string | null;
};

/** The members, each with the role that an owner or admin can change in place. */
export function MemberList({ members, myUserId, refusal }: MemberListProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [removing, setRemoving] = useState<Member | null>(null);
  const reasonFor = useReasons(members.data ?? [], refusal);
  const changeRole = useMutation(
    trpc.members.changeRole.mutationOptions({
      onSuccess: async (_answer, { role }) => {
        await queryClient.invalidateQueries(trpc.members.list.queryFilter());
        toast.success(`Role changed to ${roleName(role)}`);
      },
    }),
  );
  const columns: readonly Column<Member>[] = [
    {
      key: "name",
      header: "Name",
      cell: (member) => <Person member={member} myself={member.userId === myUserId} />,
    },
    {
      key: "role",
      header: "Role",
      className: "w-40",
      cell: (member) => (
        <RoleSelect
          member={member}
          reason={reasonFor(member)}
          pending={changeRole.isPending && changeRole.variables.userId === member.userId}
          onChange={(role) => changeRole.mutate({ userId: member.userId, role })}
        />
      ),
    },
    {
      key: "lastSeen",
      header: "Last seen",
      cell: ({ lastSeenAt }) =>
        lastSeenAt === null ? (
          <span className="text-muted-foreground">Never</span>
        ) : (
          <Timestamp at={lastSeenAt} show="relative" tabStop={false} />
        ),
    },
    {
      key: "joined",
      header: "Joined",
      narrow: "hide",
      cell: ({ joinedAt }) => <Timestamp at={joinedAt} show="day" tabStop={false} />,
    },
  ];
  return (
    <>
      {changeRole.error ? (
        <ErrorPanel
          className="mb-3"
          title="The role was not changed"
          {...callErrorOf(changeRole.error)}
        />
      ) : null}
      <DataTable
        label="Members"
        columns={columns}
        rows={members.data}
        rowKey={(member) => member.userId}
        refreshing={members.isFetching && !members.isPending}
        failure={
          members.error
            ? {
                ...callErrorOf(members.error),
                onRetry: () => void members.refetch(),
                retrying: members.isFetching,
              }
            : null
        }
        rowActions={(member) => (
          <GuardedButton
            variant="ghost"
            size="sm"
            reason={reasonFor(member)}
            aria-label={`Remove ${member.name ?? member.email}`}
            onClick={() => setRemoving(member)}
          >
            Remove
          </GuardedButton>
        )}
        empty={<EmptyState title="Nobody is here" />}
      />
      <RemoveMemberDialog
        subject={removing}
        myself={removing?.userId === myUserId}
        onClose={() => setRemoving(null)}
      />
    </>
  );
}

function Person({ member, myself }: { member: Member; myself: boolean }) {
  return (
    <span className="grid min-w-0">
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium">{member.name ?? member.email}</span>
        {myself ? <Badge tone="outline">You</Badge> : null}
      </span>
      {member.name ? (
        <span className="truncate text-muted-foreground text-xs">{member.email}</span>
      ) : null}
    </span>
  );
}

/** Why one member cannot be changed: the caller's role, an owner's protection, the last owner. */
function useReasons(members: readonly Member[], refusal: string | null) {
  const { role } = useRights();
  const owners = members.filter((member) => member.role === "owner").length;
  return (member: Member): string | null => {
    if (refusal !== null || member.role !== "owner") return refusal;
    if (role !== "owner") return "Only an owner can change or remove an owner.";
    return owners > 1 ? null : "This is the only owner. Make somebody else an owner first.";
  };
}
