import { z } from "zod";
import { closeGrant, LedgerCause } from "../../core/balances/ledger";
import { WindfallError } from "../../core/error";
import { operation } from "../../platform/operation";
import { externalId, notSupported } from "../../platform/wire";
import { type EditDecision, type EditState, runEdit, targetGrants } from "../edit-flow";
import { editOutput, reasonInput, resetIntervals } from "../edit-schema";
import { featureNamed } from "../usage-rules";

const DeleteBalanceInput = z
  .object({
    customer_id: externalId,
    feature_id: z.string().min(1).max(256).optional(),
    entity_id: externalId.optional(),
    balance_id: z.string().min(1).max(256).optional(),
    interval: z.enum(resetIntervals).optional(),
    recalculate_balances: notSupported("recalculate_balances", false),
    reason: reasonInput,
  })
  .refine((input) => input.feature_id !== undefined || input.balance_id !== undefined, {
    message: "send feature_id, balance_id or both",
  });

type Input = z.output<typeof DeleteBalanceInput>;

/**
 * Ends balances that stand alone. What is left is lost; the ledger keeps their history. A balance
 * that a plan gives ends with the plan.
 */
export const deleteBalance = operation(
  {
    kind: "command",
    scope: "balances:write",
    summary: "End a balance",
    input: DeleteBalanceInput,
    output: editOutput,
    errors: ["customer_not_found", "feature_not_found", "entity_not_found", "balance_not_found"],
    example: { customer_id: "user_123", feature_id: "messages", balance_id: "goodwill" },
  },
  (ctx, input) =>
    runEdit(
      ctx,
      () => ({ customerId: input.customer_id, entityId: input.entity_id ?? null }),
      {
        locksOf: { externalId: input.customer_id },
        reason: input.reason,
        input: {
          feature_id: input.feature_id,
          balance_id: input.balance_id,
          interval: input.interval,
        },
      },
      (state) => decideDelete(state, input),
    ),
);

function decideDelete(state: EditState, input: Input): EditDecision {
  const named =
    input.feature_id === undefined ? null : featureNamed(state.catalog, input.feature_id);
  const targets = targetGrants(state, {
    feature: named,
    balanceId: input.balance_id,
    interval: input.interval,
  });
  const standalone = targets.filter((grant) => grant.planItemId === null);
  const [first] = standalone;
  const feature = first === undefined ? undefined : state.catalog.featureById.get(first.featureId);
  if (first === undefined || feature === undefined) {
    throw new WindfallError(
      "invalid_request",
      "invalid_request",
      "This balance comes from a plan and ends with it. Change it with balances.update instead.",
    );
  }
  return {
    kind: "delete",
    feature,
    opened: [],
    changed: standalone.map((grant) =>
      closeGrant(grant, { at: state.now, cause: LedgerCause.edit, causeId: state.editId }),
    ),
    grantId: first.id,
    before: null,
    undoesId: null,
  };
}
