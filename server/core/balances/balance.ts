import type { Interval } from "../interval";
import { aboveZero, type Quantity, sum, zero } from "../quantity";
import { remainingOf, sellsOverage } from "./entitlement";
import { type Grant, grantedOf } from "./grant";

/** The part of a balance that one plan item or one grant of its own gives. */
export type BalanceSet = {
  readonly id: string;
  readonly planId: string | null;
  readonly planItemId: bigint | null;
  readonly includedGrant: Quantity;
  readonly prepaidGrant: Quantity;
  readonly remaining: Quantity;
  readonly usage: Quantity;
  readonly unlimited: boolean;
  readonly reset: Interval | null;
  readonly resetsAt: Date | null;
  readonly expiresAt: Date | null;
};

/** What is left of a past period and still counts (domain §12). */
export type RolloverLot = {
  readonly granted: Quantity;
  readonly balance: Quantity;
  /** Null never expires. */
  readonly expiresAt: Date | null;
};

/** What a customer or entity has of one feature. */
export type Balance = {
  readonly granted: Quantity;
  readonly remaining: Quantity;
  readonly usage: Quantity;
  readonly unlimited: boolean;
  readonly overageAllowed: boolean;
  /** Units that may be used beyond the grant; null is unbounded, or none are sold. */
  readonly maxPurchase: Quantity | null;
  readonly nextResetAt: Date | null;
  /** What plan items and grants of their own give; rollovers stand beside them. */
  readonly sets: readonly BalanceSet[];
  /** Soonest expiry first, as they are spent. */
  readonly rollovers: readonly RolloverLot[];
};

/**
 * Sums live, visible grants of one feature (domain §12).
 *
 * `remaining` never goes below zero while `usage` counts overage, so `remaining` is not always
 * `granted − usage`. Sets keep the order of their first grant.
 *
 * @param overageAllowed what a control says of use beyond the grant; null leaves it to the grants
 */
export function summarize(
  grants: readonly Grant[],
  overageAllowed: boolean | null = null,
): Balance {
  const selling = grants.filter(sellsOverage);
  const sets = [...groupBySet(grants)].map(([id, rows]) => summarizeSet(id, rows));
  const lots = grants.filter(isLot);
  const unlimited = grants.some((grant) => grant.unlimited);
  return {
    granted: sum([...sets.map(grantedIn), ...lots.map(grantedOf)]),
    remaining: unlimited
      ? zero
      : sum([...sets.map((set) => set.remaining), ...lots.map((lot) => aboveZero(lot.balance))]),
    usage: sum([...sets.map((set) => set.usage), ...lots.map(usageOf)]),
    unlimited,
    overageAllowed: overageAllowed ?? selling.length > 0,
    maxPurchase: maxPurchaseOf(selling),
    nextResetAt: earliest(grants.map((grant) => grant.nextResetAt)),
    sets,
    rollovers: lots.length === 0 ? [] : inOrder(lots),
  };
}

/** Units used of a grant; below zero when an edit raised the balance above the grant. */
export function usageOf(grant: Grant): Quantity {
  return grantedOf(grant).minus(grant.balance);
}

function isLot(grant: Grant): boolean {
  return grant.kind === "rollover";
}

function grantedIn({ includedGrant, prepaidGrant }: BalanceSet): Quantity {
  return prepaidGrant.isZero() ? includedGrant : includedGrant.plus(prepaidGrant);
}

function inOrder(lots: readonly Grant[]): RolloverLot[] {
  const never = Number.POSITIVE_INFINITY;
  const expiry = ({ expiresAt }: RolloverLot) => expiresAt?.getTime() ?? never;
  return lots
    .map((grant) => ({
      granted: grantedOf(grant),
      balance: grant.balance,
      expiresAt: grant.expiresAt,
    }))
    .sort((a, b) => (expiry(a) === expiry(b) ? 0 : expiry(a) - expiry(b)));
}

function groupBySet(grants: readonly Grant[]): Map<string, Grant[]> {
  const sets = new Map<string, Grant[]>();
  for (const grant of grants) {
    if (isLot(grant)) continue;
    const rows = sets.get(grant.setId);
    if (rows === undefined) sets.set(grant.setId, [grant]);
    else rows.push(grant);
  }
  return sets;
}

function summarizeSet(id: string, rows: readonly Grant[]): BalanceSet {
  return {
    id,
    planId: rows[0]?.planId ?? null,
    planItemId: rows[0]?.planItemId ?? null,
    includedGrant: sum(rows.map(includedOf)),
    prepaidGrant: sum(rows.map((grant) => grant.prepaid)),
    remaining: remainingOf(rows),
    usage: sum(rows.map(usageOf)),
    unlimited: rows.some((grant) => grant.unlimited),
    reset: rows[0]?.reset ?? null,
    resetsAt: earliest(rows.map((grant) => grant.nextResetAt)),
    expiresAt: earliest(rows.map((grant) => grant.expiresAt)),
  };
}

function includedOf({ included, adjustment }: Grant): Quantity {
  return adjustment.isZero() ? included : included.plus(adjustment);
}

function maxPurchaseOf(selling: readonly Grant[]): Quantity | null {
  if (selling.length === 0) return null;
  const limits = selling.flatMap((grant) =>
    grant.floor === null ? [] : [zero.minus(grant.floor)],
  );
  return limits.length === selling.length ? sum(limits) : null;
}

function earliest(instants: readonly (Date | null)[]): Date | null {
  const times = instants.flatMap((instant) => (instant === null ? [] : [instant.getTime()]));
  return times.length === 0 ? null : new Date(Math.min(...times));
}
