import { z } from "zod";
import { FeatureOutput } from "../catalog/feature-schema";

const ResetObject = z.object({
  interval: z
    .string()
    .describe("hour … year, `one_off` for never, `multiple` when the parts differ."),
  interval_count: z.number().optional(),
  resets_at: z.number().nullable(),
});

/** What use of a part costs, or what it was bought at. */
export const BreakdownPrice = z.object({
  amount: z.number().optional().describe("Per `billing_units`; or there are `tiers`."),
  tiers: z
    .array(
      z.object({
        to: z.union([z.number(), z.literal("inf")]).describe("Counts the included units."),
        amount: z.number(),
        flat_amount: z.number().optional(),
      }),
    )
    .optional(),
  tier_behavior: z.enum(["graduated", "volume"]).optional(),
  billing_units: z.number(),
  billing_method: z.enum(["prepaid", "usage_based"]),
  max_purchase: z.number().nullable(),
});

/** What was left of a past period. */
const RolloverObject = z.object({
  granted: z.number(),
  balance: z.number(),
  expires_at: z.number().describe("The end of the year 9999 for one that never expires."),
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
  price: BreakdownPrice.nullable().describe("Of the plan item; null where nothing is paid."),
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
  rollovers: z
    .array(RolloverObject)
    .optional()
    .describe("Spent before the breakdown's parts, soonest expiry first; left out without any."),
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
