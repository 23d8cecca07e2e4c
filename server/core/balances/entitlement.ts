import type { FeatureType } from "../feature";
import { larger, type Quantity, sum, zero } from "../quantity";
import { type Grant, Overflow } from "./grant";

type DecisionReason =
  | "boolean"
  | "unlimited"
  | "enough"
  | "overage"
  | "insufficient"
  | "no_balance";

/** Whether a customer may use a feature; a denial says why and how many units would lift it. */
export type Decision = {
  readonly allowed: boolean;
  readonly reason: DecisionReason;
  readonly remaining: Quantity;
  /** Units that are missing for the answer to be yes; null when allowed, or when no number helps. */
  readonly missing: Quantity | null;
};

/**
 * Decides a check (domain §17 rules 3, 6 and 7).
 *
 * `grants` are live and visible to whoever asks. A negative requirement is always met where there
 * is a balance at all, and seats without a price are denied at zero although a track would be
 * recorded.
 */
export function decide(input: {
  feature: { readonly type: FeatureType };
  grants: readonly Grant[];
  required: Quantity;
}): Decision {
  const { feature, grants, required } = input;
  const remaining = remainingOf(grants);
  const allow = (reason: DecisionReason): Decision => ({
    allowed: true,
    reason,
    remaining,
    missing: null,
  });
  if (feature.type === "boolean") {
    if (grants.length > 0) return allow("boolean");
    return { allowed: false, reason: "no_balance", remaining, missing: null };
  }
  if (grants.length === 0) {
    const missing = larger(zero, required);
    return { allowed: false, reason: "no_balance", remaining, missing };
  }
  if (grants.some((grant) => grant.unlimited)) return allow("unlimited");
  if (required.lessThanOrEqualTo(remaining)) return allow("enough");
  const headroom = overageHeadroom(grants);
  if (headroom === null || required.lessThanOrEqualTo(remaining.plus(headroom))) {
    return allow("overage");
  }
  const missing = required.minus(remaining).minus(headroom);
  return { allowed: false, reason: "insufficient", remaining, missing };
}

/** What is left to use: no grant counts below zero, and unlimited ones have no number (domain §12). */
export function remainingOf(grants: readonly Grant[]): Quantity {
  if (grants.some((grant) => grant.unlimited)) return zero;
  return sum(grants.map((grant) => larger(zero, grant.balance)));
}

/** Whether a grant sells use beyond itself. Seats without a price are recorded, not sold. */
export function sellsOverage(grant: Grant): boolean {
  return grant.overflow === Overflow.arrear || grant.overflow === Overflow.prorated;
}

/** Units that may still be used below zero; null is without bound. */
function overageHeadroom(grants: readonly Grant[]): Quantity | null {
  let headroom = zero;
  for (const grant of grants.filter(sellsOverage)) {
    if (grant.floor === null) return null;
    const debt = larger(zero, zero.minus(grant.balance));
    headroom = headroom.plus(larger(zero, zero.minus(grant.floor).minus(debt)));
  }
  return headroom;
}
