import type { Interval } from "../interval";
import { type Quantity, sum, zero } from "../quantity";
import { remainingOf, sellsOverage } from "./entitlement";
import { type Grant, grantedOf } from "./grant";

/** The part of a balance that one plan item or one grant of its own gives. */
export type BalanceSet = {
  readonly id: string;
  readonly planId: string | null;
  readonly includedGrant: Quantity;
  readonly prepaidGrant: Quantity;
  readonly remaining: Quantity;
  readonly usage: Quantity;
  readonly unlimited: boolean;
  readonly reset: Interval | null;
  readonly resetsAt: Date | null;
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
  readonly sets: readonly BalanceSet[];
};

/**
 * Sums live, visible grants of one feature (domain §12).
 *
 * `remaining` never goes below zero while `usage` counts overage, so `remaining` is not always
 * `granted − usage`. Sets keep the order of their first grant.
 */
export function summarize(grants: readonly Grant[]): Balance {
  const selling = grants.filter(sellsOverage);
  return {
    granted: sum(grants.map(grantedOf)),
    remaining: remainingOf(grants),
    usage: sum(grants.map(usageOf)),
    unlimited: grants.some((grant) => grant.unlimited),
    overageAllowed: selling.length > 0,
    maxPurchase: maxPurchaseOf(selling),
    nextResetAt: earliest(grants.map((grant) => grant.nextResetAt)),
    sets: [...groupBySet(grants)].map(([id, rows]) => summarizeSet(id, rows)),
  };
}

/** Units used of a grant; below zero when an edit raised the balance above the grant. */
export function usageOf(grant: Grant): Quantity {
  return grantedOf(grant).minus(grant.balance);
}

function groupBySet(grants: readonly Grant[]): Map<string, Grant[]> {
  const sets = new Map<string, Grant[]>();
  for (const grant of grants) {
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
    includedGrant: sum(rows.map((grant) => grant.included.plus(grant.adjustment))),
    prepaidGrant: sum(rows.map((grant) => grant.prepaid)),
    remaining: remainingOf(rows),
    usage: sum(rows.map(usageOf)),
    unlimited: rows.some((grant) => grant.unlimited),
    reset: rows[0]?.reset ?? null,
    resetsAt: earliest(rows.map((grant) => grant.nextResetAt)),
    expiresAt: earliest(rows.map((grant) => grant.expiresAt)),
  };
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
