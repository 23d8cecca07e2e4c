import { z } from "zod";

const ProductItemObject = z.object({
  type: z.enum(["feature", "priced_feature", "price"]),
  feature_id: z.string().nullable(),
  feature_type: z.enum(["single_use", "continuous_use", "boolean"]).nullable(),
  included_usage: z.union([z.number(), z.literal("inf")]).nullable(),
  interval: z.string().nullable().describe("Null for what is given or paid once."),
  interval_count: z.number().nullable(),
  price: z.number().nullable(),
  tiers: z
    .array(z.object({ to: z.union([z.number(), z.literal("inf")]), amount: z.number() }))
    .nullable(),
  tier_behavior: z.enum(["graduated", "volume"]).nullable(),
  usage_model: z.enum(["prepaid", "pay_per_use"]).nullable(),
  billing_units: z.number().nullable(),
  reset_usage_when_enabled: z.boolean().nullable(),
  entity_feature_id: z.string().nullable(),
  display: z.object({ primary_text: z.string(), secondary_text: z.string().nullable() }),
  config: z
    .object({
      rollover: z
        .object({
          max: z.number().nullable(),
          max_percentage: z.number().nullable(),
          duration: z.enum(["month", "forever"]),
          length: z.number(),
        })
        .nullable(),
      on_increase: z.string().nullable(),
      on_decrease: z.string().nullable(),
    })
    .nullable(),
});

/** A plan in the shape that paywalls of the published clients read. */
export const ProductObject = z.object({
  id: z.string(),
  name: z.string(),
  group: z.string().nullable(),
  env: z.enum(["sandbox", "live"]),
  is_add_on: z.boolean(),
  is_default: z.boolean(),
  archived: z.boolean(),
  version: z.number(),
  created_at: z.number(),
  items: z.array(ProductItemObject),
  free_trial: z.null(),
  base_variant_id: z.null(),
  scenario: z.enum(["new", "upgrade", "downgrade", "active"]).describe("What attaching it means."),
  properties: z.object({
    is_free: z.boolean(),
    is_one_off: z.boolean(),
    interval_group: z.string().nullable(),
    has_trial: z.boolean(),
    updateable: z.boolean(),
  }),
});

/** What a refused check suggests. */
export const PreviewObject = z.object({
  scenario: z
    .enum(["usage_limit", "feature_flag"])
    .describe("Used up, or not part of what the customer has."),
  title: z.string(),
  message: z.string(),
  feature_id: z.string(),
  feature_name: z.string(),
  recommended_plan: z.string().nullable().describe("The first of `products`, by its id."),
  products: z.array(ProductObject).describe("Plans that would lift the refusal, cheapest first."),
});
