import { z } from "zod";
import { type BalanceEdit, editGrants } from "../../core/balances/edit";
import { operation } from "../../platform/operation";
import { externalId, instant, quantityInput } from "../../platform/wire";
import { type EditDecision, type EditState, runEdit, targetGrants } from "../edit-flow";
import { editOutput, reasonInput, resetIntervals } from "../edit-schema";
import { featureNamed } from "../usage-rules";

const UpdateBalanceInput = z.object({
  customer_id: externalId,
  feature_id: z.string().min(1).max(256),
  entity_id: externalId.optional(),
  remaining: quantityInput.optional().describe("Sets what is left."),
  add_to_balance: quantityInput.optional().describe("Adds to what is left; negative takes away."),
  usage: quantityInput.optional().describe("Sets what counts as used."),
  included_grant: quantityInput.optional().describe("Sets what is granted, until the next reset."),
  next_reset_at: instant.optional(),
  expires_at: instant.optional(),
  balance_id: z.string().min(1).max(256).optional(),
  interval: z.enum(resetIntervals).optional().describe("Picks balances by their reset interval."),
  reason: reasonInput,
});

type Input = z.output<typeof UpdateBalanceInput>;

/**
 * Changes a balance (domain §12): `remaining`, `add_to_balance` and `usage` move what is left and
 * leave what was granted; `included_grant` changes what was granted, until the next reset.
 */
export const updateBalance = operation(
  {
    kind: "command",
    scope: "balances:write",
    summary: "Change a balance",
    input: UpdateBalanceInput,
    output: editOutput,
    aliases: {
      balance: "remaining",
      current_balance: "remaining",
      increment_by: "add_to_balance",
      granted_balance: "included_grant",
    },
    errors: ["customer_not_found", "feature_not_found", "entity_not_found", "balance_not_found"],
    example: {
      customer_id: "user_123",
      feature_id: "messages",
      add_to_balance: 50,
      reason: "Goodwill after the outage",
    },
  },
  (ctx, input) =>
    runEdit(
      ctx,
      () => ({ customerId: input.customer_id, entityId: input.entity_id ?? null }),
      {
        locksOf: { externalId: input.customer_id },
        reason: input.reason,
        input: presentRequest(input),
      },
      (state) => decideUpdate(state, input),
    ),
);

function presentRequest(input: Input): Record<string, unknown> {
  return {
    feature_id: input.feature_id,
    balance_id: input.balance_id,
    interval: input.interval,
    remaining: input.remaining?.toString(),
    add_to_balance: input.add_to_balance?.toString(),
    usage: input.usage?.toString(),
    included_grant: input.included_grant?.toString(),
    next_reset_at: input.next_reset_at?.getTime(),
    expires_at: input.expires_at?.getTime(),
  };
}

function decideUpdate(state: EditState, input: Input): EditDecision {
  const feature = featureNamed(state.catalog, input.feature_id);
  const grants = targetGrants(state, {
    feature,
    balanceId: input.balance_id,
    interval: input.interval,
  });
  const changed = editGrants({
    grants,
    edit: editOf(input),
    entityId: state.entityId,
    entityKey: state.entityKey,
    editId: state.editId,
    at: state.now,
  });
  const proper = grants.find((grant) => grant.kind !== "rollover") ?? grants[0];
  const datesChange = input.next_reset_at !== undefined || input.expires_at !== undefined;
  return {
    kind: "update",
    feature,
    opened: [],
    changed,
    grantId: changed[0]?.grant.id ?? grants[0]?.id ?? "",
    before: datesChange ? (proper ?? null) : null,
    undoesId: null,
  };
}

function editOf(input: Input): BalanceEdit {
  return {
    remaining: input.remaining,
    addToBalance: input.add_to_balance,
    usage: input.usage,
    includedGrant: input.included_grant,
    nextResetAt: input.next_reset_at,
    expiresAt: input.expires_at,
  };
}
