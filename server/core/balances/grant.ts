import { type Interval, intervalWeightMinutes } from "../interval";
import type { Quantity } from "../quantity";
import type { RolloverRule } from "./rollover";

export type GrantKind =
  | "plan"
  | "addon"
  | "purchase"
  | "topup"
  | "reward"
  | "manual"
  | "carry"
  | "rollover";

/** What lets a grant's balance fall below zero, as stored. */
export const Overflow = {
  none: 0,
  /** Overage billed at the end of the period. */
  arrear: 1,
  /** Priced seats, invoiced with each change. */
  prorated: 2,
  /** A non-consumable without a price: use beyond the grant is recorded, not blocked. */
  freeSeat: 3,
} as const;
export type Overflow = (typeof Overflow)[keyof typeof Overflow];

/** Who renews a grant, as stored: due work in passing, the renewal invoice, or nobody. */
export const ResetBy = { lazy: 0, invoice: 1, never: 2 } as const;
export type ResetBy = (typeof ResetBy)[keyof typeof ResetBy];

/**
 * A dated amount given to a customer for one feature.
 *
 * `balance` is signed and is the cached sum of the grant's ledger entries. Rows of one plan item
 * share a `setId`, which is the id that the wire shows. `planId` is the plan's slug, null for a
 * grant that stands alone.
 */
export type Grant = {
  readonly id: string;
  readonly setId: string;
  readonly parentId: string | null;
  readonly featureId: number;
  readonly entityId: string | null;
  readonly kind: GrantKind;
  readonly subscriptionId: string | null;
  readonly planItemId: bigint | null;
  readonly planId: string | null;
  readonly externalRef: string | null;
  readonly included: Quantity;
  readonly prepaid: Quantity;
  readonly adjustment: Quantity;
  readonly balance: Quantity;
  readonly unlimited: boolean;
  readonly overflow: Overflow;
  /** The lowest balance that `overflow` may reach; null is unbounded. */
  readonly floor: Quantity | null;
  readonly reset: Interval | null;
  readonly resetBy: ResetBy;
  readonly anchorAt: Date | null;
  readonly nextResetAt: Date | null;
  readonly startsAt: Date;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
  readonly suspendedAt: Date | null;
  readonly isAddOn: boolean;
  /** What becomes of a remainder at a reset; null loses it. */
  readonly rollover: RolloverRule | null;
  readonly lastSeq: bigint;
  readonly createdAt: Date;
};

/** The amount that a grant gives, before any use. */
export function grantedOf(grant: Grant): Quantity {
  const { included, prepaid, adjustment } = grant;
  // Most grants have neither of the two, and this runs with every use.
  const given = prepaid.isZero() ? included : included.plus(prepaid);
  return adjustment.isZero() ? given : given.plus(adjustment);
}

/** Whether a grant counts at an instant: started, and neither ended, expired nor suspended. */
export function isLive(grant: Grant, now: Date): boolean {
  return (
    grant.startsAt.getTime() <= now.getTime() &&
    grant.endedAt === null &&
    grant.suspendedAt === null &&
    (grant.expiresAt === null || grant.expiresAt.getTime() > now.getTime())
  );
}

/**
 * The grants that a view counts (domain §7): an entity sees its own and the customer's,
 * the customer sees all.
 */
export function visibleGrants(grants: readonly Grant[], entityId: string | null): Grant[] {
  return grants.filter(
    (grant) => entityId === null || grant.entityId === null || grant.entityId === entityId,
  );
}

type BurnScope = {
  readonly entityId: string | null;
  /** The key by which entities are sorted, their external id; defaults to the row id. */
  readonly entityKey?: ((entityId: string) => string) | undefined;
  /** The feature that is used: its own grants come before those of credit systems. */
  readonly featureId?: number | undefined;
  /** Flips rules 4 and 5: lasting grants before resetting ones, longer periods before shorter. */
  readonly reverseOrder?: boolean | undefined;
};

/** The order in which grants are used up, as {@link compareBurn} has it. */
export function burnOrder(grants: readonly Grant[], scope: BurnScope): Grant[] {
  return grants.length < 2 ? [...grants] : [...grants].sort(compareBurn(scope));
}

/**
 * The order in which grants are used up (domain §16).
 *
 * Rollovers come first, soonest expiry first; the other rules follow in the order of the domain,
 * and the row id settles what is left, so equal inputs always burn alike.
 */
export function compareBurn(scope: BurnScope): (a: Grant, b: Grant) => number {
  const { entityId, featureId } = scope;
  const entityKey = scope.entityKey ?? ((id: string) => id);
  const resets = scope.reverseOrder === true ? -1 : 1;
  const rankOwner = (grant: Grant) => Number((grant.entityId === null) === (entityId !== null));
  const rankFeature = (grant: Grant) =>
    Number(featureId !== undefined && grant.featureId !== featureId);
  const keyOf = (grant: Grant) => (grant.entityId === null ? "" : entityKey(grant.entityId));
  return (a, b) =>
    rankRollover(a) - rankRollover(b) ||
    (a.kind === "rollover" ? compareTimes(a.expiresAt, b.expiresAt) : 0) ||
    rankOwner(a) - rankOwner(b) ||
    rankFeature(a) - rankFeature(b) ||
    Number(b.unlimited) - Number(a.unlimited) ||
    resets * (Number(a.nextResetAt === null) - Number(b.nextResetAt === null)) ||
    resets * compareNumbers(resetWeight(a), resetWeight(b)) ||
    compareTimes(a.expiresAt, b.expiresAt) ||
    compareText(keyOf(a), keyOf(b)) ||
    Number(a.isAddOn) - Number(b.isAddOn) ||
    Number(a.overflow !== Overflow.none) - Number(b.overflow !== Overflow.none) ||
    a.createdAt.getTime() - b.createdAt.getTime() ||
    compareText(a.id, b.id);
}

function rankRollover(grant: Grant): number {
  return grant.kind === "rollover" ? 0 : 1;
}

function resetWeight(grant: Grant): number {
  return grant.reset === null ? Number.POSITIVE_INFINITY : intervalWeightMinutes(grant.reset);
}

/** Earlier first, none last. */
function compareTimes(a: Date | null, b: Date | null): number {
  return compareNumbers(
    a?.getTime() ?? Number.POSITIVE_INFINITY,
    b?.getTime() ?? Number.POSITIVE_INFINITY,
  );
}

/** Not a subtraction: infinity minus infinity is not a number. */
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
