import { z } from "zod";
import type { CatalogFeature } from "../../catalog/catalog";
import { type Grant, Overflow, ResetBy } from "../../core/balances/grant";
import { openGrant } from "../../core/balances/ledger";
import { type RolloverRule, rolloverRule } from "../../core/balances/rollover";
import { WindfallError } from "../../core/error";
import { hasBalance } from "../../core/feature";
import { type Interval, nextBoundary } from "../../core/interval";
import { zero } from "../../core/quantity";
import { newId } from "../../platform/id";
import { operation } from "../../platform/operation";
import { externalId, instant, quantityInput } from "../../platform/wire";
import { type EditDecision, type EditState, runEdit } from "../edit-flow";
import { editOutput, reasonInput, resetIntervals } from "../edit-schema";
import { featureNamed } from "../usage-rules";

const CreateBalanceInput = z
  .object({
    customer_id: externalId,
    feature_id: z.string().min(1).max(256),
    entity_id: externalId.optional(),
    included_grant: quantityInput.optional().describe("Units to grant."),
    unlimited: z.boolean().optional(),
    reset: z
      .object({
        interval: z.enum(resetIntervals),
        interval_count: z.int().min(1).max(1000).optional(),
      })
      .optional()
      .describe("Left out or `one_off`: granted once."),
    rollover: z
      .object({
        max: quantityInput.nullish().describe("The most that may have rolled over at any time."),
        max_percentage: quantityInput.nullish().describe("The same in percent of the grant."),
        duration: z.enum(["month", "forever"]).default("month"),
        length: z.int().min(0).max(1200).describe("Months until it expires; 0 with forever."),
      })
      .optional()
      .describe("What becomes of units that are left at a reset; needs `reset`."),
    expires_at: z
      .union([instant, z.iso.datetime({ offset: true }).transform((text) => new Date(text))])
      .optional(),
    next_reset_at: instant.optional().describe("Shortens the first period; needs `reset`."),
    balance_id: z.string().min(1).max(256).optional().describe("Your own id for this balance."),
    reason: reasonInput,
  })
  .refine((input) => !(input.unlimited === true && input.included_grant !== undefined), {
    message: "included_grant and unlimited exclude each other; send one of them",
  });

type Input = z.output<typeof CreateBalanceInput>;

const FREQUENCIES: Readonly<Record<string, string>> = {
  hourly: "hour",
  daily: "day",
  weekly: "week",
  monthly: "month",
  quarterly: "quarter",
  yearly: "year",
};

/** Grants a balance of a feature that stands alone, outside any plan (domain §12). */
export const createBalance = operation(
  {
    kind: "command",
    scope: "balances:write",
    summary: "Grant a balance",
    description: "Adds a grant of its own beside what the customer's plans give.",
    input: CreateBalanceInput,
    output: editOutput,
    aliases: {
      initial_balance: "included_grant",
      granted_balance: "included_grant",
      reset_frequency: (value) => ({
        reset: { interval: FREQUENCIES[String(value)] ?? String(value) },
      }),
    },
    errors: [
      "customer_not_found",
      "feature_not_found",
      "entity_not_found",
      "balance_already_exists",
    ],
    example: {
      customer_id: "user_123",
      feature_id: "messages",
      included_grant: 500,
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
      (state) => decideCreate(state, input),
    ),
);

function presentRequest(input: Input): Record<string, unknown> {
  return {
    feature_id: input.feature_id,
    included_grant: input.included_grant?.toString(),
    unlimited: input.unlimited,
    reset: input.reset,
    expires_at: input.expires_at?.getTime(),
    next_reset_at: input.next_reset_at?.getTime(),
    rollover: input.rollover,
    balance_id: input.balance_id,
  };
}

function decideCreate(state: EditState, input: Input): EditDecision {
  const feature = featureNamed(state.catalog, input.feature_id);
  const reset = intervalOf(input);
  requireSense(state, feature, input, reset);
  const grant = grantFrom(state, feature, input, reset);
  return {
    kind: "create",
    feature,
    opened: [{ grant, entries: [{ ...openGrant(grant, state.now), causeId: state.editId }] }],
    changed: [],
    grantId: grant.id,
    before: null,
    undoesId: null,
  };
}

function intervalOf({ reset }: Input): Interval | null {
  if (reset === undefined || reset.interval === "one_off") return null;
  return { unit: reset.interval, count: reset.interval_count ?? 1 };
}

function requireSense(
  state: EditState,
  feature: CatalogFeature,
  input: Input,
  reset: Interval | null,
): void {
  const amounts = input.included_grant !== undefined || input.unlimited === true;
  if (feature.type === "boolean" && (amounts || reset !== null)) {
    throw refused(`'${feature.slug}' is a boolean feature: it has no amount and no reset.`);
  }
  if (hasBalance(feature) && !amounts) {
    throw refused("Send included_grant or unlimited.");
  }
  if (input.included_grant?.lessThan(zero)) throw refused("included_grant must not be below 0.");
  if (reset?.unit === "minute") throw refused("'minute' is not offered. Use 'hour' or longer.");
  if (reset !== null && !feature.consumable) {
    throw refused(`'${feature.slug}' is not consumable, so it cannot reset.`);
  }
  if (reset !== null && input.expires_at !== undefined) {
    throw refused("reset and expires_at exclude each other; send one of them.");
  }
  if (input.next_reset_at !== undefined && reset === null) {
    throw refused("next_reset_at needs reset.");
  }
  if (input.rollover !== undefined && (reset === null || input.unlimited === true)) {
    throw refused("rollover needs reset and an amount: only what is renewed can roll over.");
  }
  for (const at of [input.expires_at, input.next_reset_at]) {
    if (at !== undefined && at <= state.now) {
      throw refused("expires_at and next_reset_at must lie in the future.");
    }
  }
  const taken = state.grants.some(
    (grant) => grant.featureId === feature.id && grant.externalRef === input.balance_id,
  );
  if (input.balance_id !== undefined && taken) {
    throw new WindfallError(
      "conflict",
      "balance_already_exists",
      `Balance ${input.balance_id} already exists for this feature. Change it with balances.update.`,
    );
  }
}

function ruleOf({ rollover }: Input): RolloverRule | null {
  if (rollover === undefined) return null;
  return rolloverRule({
    max: rollover.max ?? null,
    maxPercentage: rollover.max_percentage ?? null,
    months: rollover.duration === "forever" ? null : rollover.length,
  });
}

function grantFrom(
  state: EditState,
  feature: CatalogFeature,
  input: Input,
  asked: Interval | null,
): Grant {
  const id = newId();
  // What has no end is never renewed (domain §12), so it shows no reset either.
  const reset = input.unlimited === true ? null : asked;
  const anchorAt = reset === null ? null : (input.next_reset_at ?? state.now);
  const included = input.included_grant ?? zero;
  return {
    id,
    setId: id,
    parentId: null,
    featureId: feature.id,
    entityId: state.entityId,
    kind: "manual",
    subscriptionId: null,
    planItemId: null,
    planId: null,
    externalRef: input.balance_id ?? null,
    included,
    prepaid: zero,
    adjustment: zero,
    balance: included,
    unlimited: input.unlimited === true,
    overflow: feature.type === "metered" && !feature.consumable ? Overflow.freeSeat : Overflow.none,
    floor: null,
    reset,
    resetBy: reset === null ? ResetBy.never : ResetBy.lazy,
    anchorAt,
    nextResetAt:
      reset === null || anchorAt === null
        ? null
        : (input.next_reset_at ?? nextBoundary(anchorAt, reset, state.now)),
    startsAt: state.now,
    expiresAt: input.expires_at ?? null,
    endedAt: null,
    suspendedAt: null,
    isAddOn: true,
    rollover: ruleOf(input),
    lastSeq: 0n,
    createdAt: state.now,
  };
}

function refused(message: string): WindfallError {
  return new WindfallError("invalid_request", "invalid_inputs", message);
}
