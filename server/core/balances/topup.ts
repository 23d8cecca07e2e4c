import { type Quantity, sum } from "../quantity";
import type { AutoTopup } from "./controls";
import type { Grant } from "./grant";

/** For so long after it was asked for, a top-up of the feature is not asked for again. */
const SUPPRESSED_MS = 30_000;

/**
 * Whether an automatic top-up is to be asked for now (domain §22): when the customer's whole
 * balance, rollovers and debts included, is at or below the threshold, and none was asked for in
 * the last 30 seconds.
 *
 * @param grants all living grants of the feature, the customer's and its entities'
 * @returns until when the next one is held back, or null when none is due.
 */
export function dueTopup(
  topup: AutoTopup,
  grants: readonly Grant[],
  { suppressedUntil, now }: { readonly suppressedUntil: Date | null; readonly now: Date },
): Date | null {
  if (suppressedUntil !== null && suppressedUntil > now) return null;
  if (grants.some((grant) => grant.unlimited)) return null;
  if (totalBalance(grants).greaterThan(topup.threshold)) return null;
  return new Date(now.getTime() + SUPPRESSED_MS);
}

function totalBalance(grants: readonly Grant[]): Quantity {
  return sum(grants.map((grant) => grant.balance));
}
