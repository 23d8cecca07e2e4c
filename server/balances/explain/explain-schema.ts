import { z } from "zod";
import type { LedgerCause } from "../../core/balances/ledger";
import { nextCursorOutput, pageInput } from "../../platform/pagination";
import { externalId, instant } from "../../platform/wire";
import { BalanceObject } from "../balance-schema";

export const CAUSES = [
  "reset",
  "expiry",
  "opening",
  "usage",
  "lock",
  "edit",
  "ended",
  "entity",
  "carried",
  "trimmed",
] as const satisfies readonly (keyof typeof LedgerCause)[];

export const ExplainBalanceInput = z.object({
  customer_id: externalId,
  feature_id: z.string().min(1).max(256),
  entity_id: externalId.optional(),
  as_of: instant.optional().describe("Explains the figures as they stood then; now when left out."),
  causes: z
    .array(z.enum(CAUSES))
    .min(1)
    .optional()
    .describe("Lists only entries with one of these causes; the figures stay whole."),
  ...pageInput,
});

/** A grant behind a balance. */
export const LotObject = z.object({
  id: z.string(),
  balance_id: z.string(),
  parent_id: z.string().nullable().describe("The lot that this one rolled over from."),
  kind: z.string().describe("plan, addon, manual, …"),
  plan_id: z.string().nullable(),
  entity_id: z.string().nullable(),
  granted: z.number(),
  usage: z.number(),
  balance: z.number().describe("Signed: below zero when more was used than granted."),
  unlimited: z.boolean(),
  starts_at: z.number(),
  expires_at: z.number().nullable(),
  next_reset_at: z.number().nullable(),
  ended_at: z.number().nullable(),
  reconciles: z.boolean().describe("Whether the stored figures equal the ledger's."),
  stored: z.object({ granted: z.number(), balance: z.number() }),
  ledger: z.object({ granted: z.number(), balance: z.number() }),
});

/** A ledger entry with what caused it. */
export const EntryObject = z.object({
  id: z.string(),
  lot_id: z.string(),
  at: z.number().describe("When it took effect."),
  recorded_at: z.number().describe("When it was stored."),
  cause: z.enum(CAUSES),
  delta: z.number(),
  balance_after: z.number().describe("The lot's balance then."),
  total_after: z.number().describe("The sum of all lots then, below zero when overdrawn."),
  granted_delta: z.number(),
  granted_after: z.number(),
  event: z
    .object({
      id: z.string(),
      feature_id: z
        .string()
        .describe("The feature that was used; a credit system pays for others than itself."),
      name: z.string().nullable(),
      value: z.number().describe("In units of that feature; `delta` is in units of the lot."),
      occurred_at: z.number(),
      properties: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  event_expired: z
    .boolean()
    .describe("The event behind the entry is older than events are kept; the entry stays."),
  lock: z
    .object({
      lock_id: z.string(),
      step: z
        .enum(["held", "closed", "lapsed"])
        .describe("What this entry is to the lock. A lapsed one keeps what it took."),
      status: z.enum(["held", "confirmed", "released", "expired", "lapsed"]).describe("Now."),
      amount: z.number().describe("The units it held, in units of its feature."),
      feature_id: z.string(),
      expires_at: z.number(),
    })
    .nullable(),
  edit: z
    .object({
      entry_id: z.string(),
      kind: z.string(),
      reason: z.string(),
      actor_kind: z.string(),
      actor: z.string(),
      undoes: z.string().nullable(),
      undone: z.boolean(),
    })
    .nullable(),
});

export const ExplainBalanceOutput = z.object({
  customer_id: z.string(),
  feature_id: z.string(),
  entity_id: z.string().nullable(),
  as_of: z.number(),
  balance: BalanceObject.nullable(),
  reconciles: z.boolean().describe("False when any lot's stored figures differ from its ledger."),
  lots: z
    .array(LotObject)
    .describe("The grants behind the figures, in the order of use; ended ones follow."),
  list: z.array(EntryObject).describe("Ledger entries, newest first."),
  next_cursor: nextCursorOutput,
});

/** Where a page of entries goes on: when the last one was stored, and its place in the ledger. */
export const explainCursor = z.tuple([z.int(), z.string().regex(/^\d{1,19}$/)]);
