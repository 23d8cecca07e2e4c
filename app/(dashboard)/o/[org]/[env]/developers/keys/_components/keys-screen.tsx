"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "@/components/empty-state";
import { GuardedButton } from "@/components/guarded-button";
import { PageHeader } from "@/components/layout/page-header";
import { useShortcut } from "@/components/layout/shortcuts";
import { useRights } from "@/components/rights";
import { DataTable } from "@/components/tables/data-table";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { CreateKeySheet } from "./create-key-sheet";
import { keyColumns, type ListedKey } from "./key-columns";
import { RevokeKeyDialog } from "./revoke-key-dialog";

type KeysScreenProps = { environment: string; live: boolean };

/** The environment's keys: who made them, what they may do, when they were used last. */
export function KeysScreen({ environment, live }: KeysScreenProps) {
  const trpc = useTRPC();
  const keys = useQuery(trpc.keys.list.queryOptions());
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ListedKey | null>(null);
  const refusal = useRights().refusal("keys:write");
  const open = () => setCreating(true);
  useShortcut(
    refusal === null ? { keys: "n", label: "Create key", group: "On this page", run: open } : null,
  );
  const create = (
    <GuardedButton variant="primary" reason={refusal} onClick={open}>
      <Plus aria-hidden />
      Create key
    </GuardedButton>
  );
  return (
    <>
      <PageHeader
        title="API keys"
        description={`Your servers and pages use these keys to reach ${environment}. Each environment has its own.`}
        actions={create}
      />
      <DataTable
        label="API keys"
        columns={keyColumns}
        rows={keys.data}
        rowKey={(key) => key.id}
        refreshing={keys.isFetching && !keys.isPending}
        failure={
          keys.error
            ? {
                ...callErrorOf(keys.error),
                onRetry: () => void keys.refetch(),
                retrying: keys.isFetching,
              }
            : null
        }
        rowActions={(key) => (
          <GuardedButton
            variant="ghost"
            size="sm"
            reason={refusal}
            onClick={() => setRevoking(key)}
            aria-label={`Revoke ${key.name}`}
          >
            Revoke
          </GuardedButton>
        )}
        empty={
          <EmptyState icon={KeyRound} title={`No keys in ${environment}`} action={create}>
            A secret key lets your server check access and track usage here.
          </EmptyState>
        }
      />
      <CreateKeySheet open={creating} onOpenChange={setCreating} environment={environment} />
      <RevokeKeyDialog subject={revoking} live={live} onClose={() => setRevoking(null)} />
    </>
  );
}
