import { z } from "zod";
import { PlanOutput } from "../catalog/plan-schema";
import { toPublicId } from "../core/id";
import type { SubscriptionRow } from "./rows";

const timestamp = z.number().nullable();

/** A plan that a customer, or one of its entities, is on. */
export const SubscriptionOutput = z.object({
  id: z.string().describe("The id that you gave it, else ours."),
  plan_id: z.string(),
  plan: PlanOutput.optional().describe("With expand subscriptions.plan."),
  auto_enable: z.boolean(),
  add_on: z.boolean(),
  status: z.enum(["active", "scheduled"]),
  past_due: z.boolean(),
  canceled_at: timestamp,
  expires_at: timestamp,
  trial_ends_at: timestamp,
  started_at: z.number(),
  current_period_start: timestamp,
  current_period_end: timestamp,
  quantity: z.number(),
  scope: z.enum(["customer", "entity"]),
  entity_id: z.string().nullable().describe("The entity that it is for; null is the customer."),
});

/** A one-off plan that was bought. */
export const PurchaseOutput = z.object({
  plan_id: z.string(),
  expires_at: timestamp,
  started_at: z.number(),
  quantity: z.number(),
});

/** A subscription as the wire shows it; past due is a flag there, not a state. */
export function presentSubscription(row: SubscriptionRow): z.input<typeof SubscriptionOutput> {
  return {
    id: row.externalRef ?? toPublicId("sub", row.id),
    plan_id: row.planSlug,
    auto_enable: row.autoEnable,
    add_on: !row.isMain,
    status: row.status === "scheduled" ? "scheduled" : "active",
    past_due: row.pastDue,
    canceled_at: row.canceledAt?.getTime() ?? null,
    expires_at: row.endsAt?.getTime() ?? null,
    trial_ends_at: row.trialEndsAt?.getTime() ?? null,
    started_at: row.startedAt.getTime(),
    current_period_start: row.periodStart?.getTime() ?? null,
    current_period_end: row.periodEnd?.getTime() ?? null,
    quantity: row.quantity,
    scope: row.entityId === null ? "customer" : "entity",
    entity_id: row.entityExternalId,
  };
}
