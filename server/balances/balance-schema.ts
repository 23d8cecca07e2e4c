import { z } from "zod";
import { FeatureOutput } from "../catalog/feature-schema";

const ResetObject = z.object({
  interval: z
    .string()
    .describe("hour … year, `one_off` for never, `multiple` when the parts differ."),
  interval_count: z.number().optional(),
  resets_at: z.number().nullable(),
});

/** One part of a balance: what a plan item or a grant of its own contributes. */
const BreakdownObject = z.object({
  id: z.string().describe("Names this part in `balances.update` and `balances.delete`."),
  plan_id: z.string().nullable(),
  included_grant: z.number(),
  prepaid_grant: z.number(),
  remaining: z.number(),
  usage: z.number(),
  unlimited: z.boolean(),
  reset: ResetObject.nullable(),
  price: z.null().describe("Always null: only parts without a price can be held so far."),
  expires_at: z.number().nullable(),
});

/** What a customer or entity has of one metered feature, in feature units. */
export const BalanceObject = z.object({
  feature_id: z.string(),
  feature: FeatureOutput.optional(),
  granted: z.number(),
  remaining: z.number().describe("Never below zero, even when more was used than granted."),
  usage: z.number(),
  unlimited: z.boolean(),
  overage_allowed: z.boolean(),
  max_purchase: z.number().nullable(),
  next_reset_at: z.number().nullable(),
  breakdown: z.array(BreakdownObject),
});

/** A boolean feature that a customer or entity has. */
export const FlagObject = z.object({
  id: z.string(),
  plan_id: z.string().nullable(),
  expires_at: z.number().nullable(),
  feature_id: z.string(),
  feature: FeatureOutput.optional(),
});

/** What one grant gave to a tracked value. */
export const DeductionObject = z.object({
  balance_id: z.string(),
  feature_id: z.string(),
  plan_id: z.string().nullable(),
  reset: z.object({ interval: z.string(), resets_at: z.number().nullable() }).nullable(),
  value: z.number(),
});
