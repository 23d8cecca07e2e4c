import { z } from "zod";
import { customerReference } from "../customers/customer-schema";
import { entityReference } from "../entities/entity-schema";
import { notSupported } from "../platform/wire";

/** The request of an attach and of its preview: one and the same. */
export const AttachInput = z.object({
  customer_id: customerReference,
  plan_id: z.string().min(1).max(256).describe("The plan to put the customer on."),
  entity_id: entityReference
    .nullish()
    .describe("The entity that the plan is for; absent, the customer itself."),
  version: z.int().min(1).nullish().describe("A version of the plan; absent, the active one."),
  subscription_id: z
    .string()
    .min(1)
    .max(256)
    .nullish()
    .describe("Your own id for the subscription that starts."),
  success_url: z
    .string()
    .max(2048)
    .nullish()
    .describe("Where a checkout returns to. A plan without a price is attached without one."),
  redirect_mode: notSupported("redirect_mode", "if_required", "never"),
  billing_cycle_anchor: notSupported("billing_cycle_anchor", "now"),
  plan_schedule: notSupported("plan_schedule", "immediate"),
  proration_behavior: notSupported("proration_behavior", "prorate_immediately"),
  new_billing_subscription: notSupported("new_billing_subscription", false),
  no_billing_changes: notSupported("no_billing_changes", false),
  enable_plan_immediately: notSupported("enable_plan_immediately", false),
  long_lived_checkout: notSupported("long_lived_checkout", false),
  feature_quantities: notSupported("feature_quantities", []),
  free_trial: notSupported("free_trial"),
  customize: notSupported("customize", {}),
  invoice_mode: notSupported("invoice_mode", { enabled: false }),
  discounts: notSupported("discounts", []),
  starts_at: notSupported("starts_at"),
  ends_at: notSupported("ends_at"),
  checkout_session_params: notSupported("checkout_session_params", {}),
  custom_line_items: notSupported("custom_line_items", []),
  processor_subscription_id: notSupported("processor_subscription_id"),
  carry_over_balances: notSupported("carry_over_balances", { enabled: false }),
  carry_over_usages: z
    .object({
      enabled: z.boolean(),
      feature_ids: z.array(z.string().min(1).max(256)).max(200).nullish(),
    })
    .nullish()
    .describe(
      "Whether use of consumables moves over from the plan that is replaced, and of which.",
    ),
  license_quantities: notSupported("license_quantities", []),
  metadata: notSupported("metadata", {}),
  tax_rate_id: notSupported("tax_rate_id"),
  currency: notSupported("currency"),
  remove_plan_ids: notSupported("remove_plan_ids", []),
});

/** The codes an attach and its preview can answer. */
export const attachErrors = [
  "customer_not_found",
  "entity_not_found",
  "product_not_found",
  "feature_not_found",
  "plan_already_attached",
  "not_supported",
] as const;

export const attachExample = { customer_id: "user_123", plan_id: "free" };
