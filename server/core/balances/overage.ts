import { larger, type Quantity, sum, zero } from "../quantity";
import { type FeatureControls, spendCap } from "./controls";
import { type Grant, Overflow } from "./grant";

/** Whether a grant sells use beyond itself. Seats without a price are recorded, not sold. */
function sellsBelowZero(grant: Grant): boolean {
  return grant.overflow === Overflow.arrear || grant.overflow === Overflow.prorated;
}

/**
 * The grants that may fall below zero when somebody asks first (domain §§16, 22): those that sell
 * overage, or with `overage_allowed` and none of them every grant proper; with it off, none.
 */
export function grantsWithOverage(
  grants: readonly Grant[],
  controls: Pick<FeatureControls, "overageAllowed">,
): Grant[] {
  if (controls.overageAllowed === false) return [];
  const selling = grants.filter(sellsBelowZero);
  if (selling.length > 0 || controls.overageAllowed === null) return selling;
  return grants.filter((grant) => grant.kind !== "rollover");
}

/** What the customer's main plans include of a feature: the base of a spend limit in percent. */
export function includedInMainPlans(grants: readonly Grant[]): Quantity {
  return sum(grants.filter((grant) => grant.kind === "plan").map((grant) => grant.included));
}

/**
 * Units of overage that a spend limit leaves; null is no limit. It counts the debts of all the
 * customer's grants of the feature, those of entities included (decision 19).
 *
 * @param grants of the feature, all of the customer, whoever asks
 */
export function spendLimitRoom(
  grants: readonly Grant[],
  controls: FeatureControls,
): Quantity | null {
  if (controls.spendLimit === null) return null;
  const cap = spendCap(controls.spendLimit, includedInMainPlans(grants));
  if (cap === null) return null;
  return larger(zero, cap.minus(sum(grantsWithOverage(grants, controls).map(debtOf))));
}

/** Units that may still be used below zero, and what bounds them; `units` null is without bound. */
export type OverageRoom = {
  readonly units: Quantity | null;
  readonly boundedBy: "included" | "max_purchase" | "spend_limit" | null;
};

/**
 * How far use may go below zero (domain §17 rules 5 and 6).
 *
 * @param visible the grants that whoever asks may use
 * @param all the grants of the customer, for its spend limit
 */
export function overageRoom(
  visible: readonly Grant[],
  all: readonly Grant[],
  controls: FeatureControls,
): OverageRoom {
  const open = grantsWithOverage(visible, controls);
  if (open.length === 0) return { units: zero, boundedBy: "included" };
  const spendable = spendLimitRoom(all, controls);
  if (spendable !== null) return { units: spendable, boundedBy: "spend_limit" };
  let units = zero;
  for (const grant of open) {
    if (grant.floor === null) return { units: null, boundedBy: null };
    units = units.plus(larger(zero, zero.minus(grant.floor).minus(debtOf(grant))));
  }
  return { units, boundedBy: "max_purchase" };
}

/** How far below zero a grant is. */
function debtOf(grant: Grant): Quantity {
  return larger(zero, zero.minus(grant.balance));
}
