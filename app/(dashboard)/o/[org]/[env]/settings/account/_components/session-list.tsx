"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { toast } from "sonner";
import { EmptyState } from "@/components/empty-state";
import { ErrorPanel } from "@/components/error-panel";
import type { Column } from "@/components/tables/column-head";
import { DataTable } from "@/components/tables/data-table";
import { Timestamp } from "@/components/timestamp";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { AppRouter } from "@/server/trpc/root";
import { deviceName } from "./device-name";

type Session = inferRouterOutputs<AppRouter>["me"]["sessions"][number];

const columns: readonly Column<Session>[] = [
  {
    key: "device",
    header: "Device",
    cell: ({ userAgent, isThisOne }) => (
      <span className="flex items-center gap-2">
        <span className="font-medium">{deviceName(userAgent)}</span>
        {isThisOne ? <Badge tone="outline">This one</Badge> : null}
      </span>
    ),
  },
  {
    key: "lastSeen",
    header: "Last seen",
    cell: ({ lastSeenAt }) => <Timestamp at={lastSeenAt} show="relative" tabStop={false} />,
  },
  {
    key: "created",
    header: "Signed in",
    narrow: "hide",
    cell: ({ createdAt }) => <Timestamp at={createdAt} tabStop={false} />,
  },
];

/** The person's running sign-ins, each of which they can end. */
export function SessionList() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const sessions = useQuery(trpc.me.sessions.queryOptions());
  const end = useMutation(
    trpc.me.endSession.mutationOptions({
      onSuccess: () => {
        toast.success("Signed out there");
      },
      onSettled: () => queryClient.invalidateQueries(trpc.me.sessions.queryFilter()),
    }),
  );
  return (
    <>
      {end.error ? (
        <ErrorPanel
          className="mb-3"
          title="The sign-in was not ended"
          {...callErrorOf(end.error)}
        />
      ) : null}
      <DataTable
        label="Sign-ins"
        columns={columns}
        rows={sessions.data}
        rowKey={({ id }) => id}
        refreshing={sessions.isFetching && !sessions.isPending}
        failure={
          sessions.error
            ? {
                ...callErrorOf(sessions.error),
                onRetry: () => void sessions.refetch(),
                retrying: sessions.isFetching,
              }
            : null
        }
        rowActions={({ id, userAgent, isThisOne }) =>
          isThisOne ? null : (
            <Button
              variant="ghost"
              size="sm"
              pending={end.isPending && end.variables.id === id}
              aria-label={`Sign out ${deviceName(userAgent)}`}
              onClick={() => end.mutate({ id })}
            >
              Sign out
            </Button>
          )
        }
        empty={<EmptyState title="No sign-ins" />}
      />
    </>
  );
}
