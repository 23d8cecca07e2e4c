import { isFree } from "../core/plan";
import { isOneOff, isUpgrade } from "../core/plan-diff";
import type { CatalogPlan, CatalogPlanVersion } from "./catalog";
import { DEFAULT_CURRENCY } from "./default-currency";
import type { PlanWire } from "./present";

/** A subscription that has not ended, of the customer or of the one entity that is looked at. */
export interface StandingSubscription {
  readonly planId: number;
  readonly version: CatalogPlanVersion | null;
  readonly groupKey: string;
  readonly isMain: boolean;
  readonly isScheduled: boolean;
  readonly canceledAt: Date | null;
  readonly trialEndsAt: Date | null;
}

type Eligibility = NonNullable<PlanWire["customer_eligibility"]>;

/** What attaching a plan would be for somebody who stands like this (domain §9). */
export function planEligibility(
  plan: CatalogPlan,
  standing: readonly StandingSubscription[],
  now: Date,
): Eligibility {
  const own = standing.filter((one) => one.planId === plan.id);
  const active = own.filter((one) => !one.isScheduled);
  const status = active.length > 0 ? "active" : own.length > 0 ? "scheduled" : undefined;
  return {
    attach_action: attachAction(plan, standing),
    ...(status === undefined ? {} : { status }),
    canceling: active.some((one) => one.canceledAt !== null),
    trialing: active.some((one) => one.trialEndsAt !== null && one.trialEndsAt > now),
    trial_available: false,
  };
}

function attachAction(
  plan: CatalogPlan,
  standing: readonly StandingSubscription[],
): Eligibility["attach_action"] {
  if (isOneOff(plan.active)) return "purchase";
  if (plan.isAddOn) return isFree(plan.active) ? "activate" : "purchase";
  if (standing.some((one) => one.isMain && one.planId === plan.id)) return "none";
  const current = standing.find(
    (one) => one.isMain && !one.isScheduled && one.groupKey === plan.groupKey,
  );
  if (current === undefined || current.version === null) return "activate";
  return isUpgrade(current.version, plan.active, DEFAULT_CURRENCY) ? "upgrade" : "downgrade";
}
