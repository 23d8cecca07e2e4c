"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCommandKey } from "@/components/forms/use-command-key";
import { useTRPC, useTRPCClient } from "@/components/trpc";
import type { CustomerScope } from "../use-customer-scope";
import { editTarget, expiryOf, type GrantMoment, type GrantValues } from "./grant-values";
import { type Figures, figuresOf } from "./preview-edit";

/** An edit that was made, with what the server then answers for the balance. */
export type GrantReceipt = {
  values: GrantValues;
  entryId: string;
  /** Null when the balance could not be read again. */
  after: Figures | null;
  expiresAt: number | null;
};

/** Makes the edit that the sheet describes, once, and reads the balance that comes of it. */
export function useGrant(scope: CustomerScope, moment: GrantMoment) {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const readFigures = useFigures(scope);
  const idempotency_key = useCommandKey();
  return useMutation({
    mutationFn: async (values: GrantValues): Promise<GrantReceipt> => {
      const target = { ...editTarget(scope, values), idempotency_key };
      const amount = Number(values.amount);
      const expiresAt = values.mode === "add" ? expiryOf(values, moment) : null;
      const { entry_id } =
        values.mode === "add"
          ? await client.api.balances.create.mutate({
              ...target,
              included_grant: amount,
              ...(expiresAt === null ? {} : { expires_at: expiresAt }),
            })
          : await client.api.balances.update.mutate({
              ...target,
              ...(values.mode === "set" ? { remaining: amount } : { add_to_balance: -amount }),
            });
      const after = await readFigures(values.feature);
      return { values, entryId: entry_id, after, expiresAt };
    },
    onSuccess: () => void queryClient.invalidateQueries(),
  });
}

/** Takes an edit back, and reads the balance again. */
export function useUndo(scope: CustomerScope, featureId: string, entryId: string) {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const readFigures = useFigures(scope);
  const idempotency_key = useCommandKey();
  return useMutation({
    mutationFn: async () => {
      await client.api.balances.undo.mutate({ entry_id: entryId, idempotency_key });
      return { after: await readFigures(featureId) };
    },
    onSuccess: () => void queryClient.invalidateQueries(),
  });
}

function useFigures(scope: CustomerScope) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return async (featureId: string): Promise<Figures | null> => {
    try {
      const explanation = await queryClient.fetchQuery(
        trpc.api.balances.explain.queryOptions(explainInput(scope, featureId), { staleTime: 0 }),
      );
      return figuresOf(explanation.lots, explanation.as_of);
    } catch {
      return null;
    }
  };
}

/** The question whose lots the sheet previews upon. */
export function explainInput(scope: CustomerScope, featureId: string) {
  return {
    customer_id: scope.customerId,
    feature_id: featureId,
    ...(scope.entity ? { entity_id: scope.entity.id } : {}),
    limit: 1,
  };
}
