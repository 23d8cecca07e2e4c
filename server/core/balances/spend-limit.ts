import { larger, type Quantity, sum, zero } from "../quantity";
import { type FeatureControls, spendCap } from "./controls";
import { type Grant, Overflow } from "./grant";

/** What the main recurring plans include of a feature: the base of percentages (domain §22). */
function includedByMainPlans(grants: readonly Grant[]): Quantity {
  return sum(
    grants.flatMap((grant) => (grant.kind === "plan" && !grant.isAddOn ? [grant.included] : [])),
  );
}

/**
 * The overage that a spend limit still permits, in the units of its feature; null without a cap.
 *
 * Overage is the sum of the debts of rows that may go below zero. A limit that an entity set for
 * itself counts the rows that the entity sees; any other counts all rows of the customer
 * (decision 19).
 *
 * @param rows all of the customer's rows of the feature, and those that whoever asks sees
 * @param everyRow whether every row may take debts, as under `overflow`
 */
export function spendHeadroom(
  controls: FeatureControls,
  rows: { readonly all: readonly Grant[]; readonly visible: readonly Grant[] },
  everyRow: boolean,
): Quantity | null {
  const { spendLimit, overageAllowed } = controls;
  if (spendLimit === null) return null;
  const counted = spendLimit.ofEntity === true ? rows.visible : rows.all;
  const cap = spendCap(spendLimit, includedByMainPlans(counted));
  if (cap === null) return null;
  let debts = zero;
  for (const grant of counted) {
    const counts = everyRow || grant.overflow !== Overflow.none || overageAllowed === true;
    if (counts && grant.balance.isNegative()) debts = debts.minus(grant.balance);
  }
  return larger(zero, cap.minus(debts));
}
