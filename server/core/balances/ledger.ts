import { type Quantity, zero } from "../quantity";
import { type Grant, grantedOf } from "./grant";

/** Why a ledger entry exists, as stored. Only the first three may lack the id of their cause. */
export const LedgerCause = {
  reset: 1,
  expiry: 2,
  opening: 3,
  usage: 10,
  lock: 11,
  edit: 12,
  ended: 13,
  entity: 14,
  /** Usage of a non-consumable that came over from the plan before (domain §9). */
  carried: 15,
  /** A rolled-over lot beyond its cap, or used up when the next one comes (domain §12). */
  trimmed: 16,
} as const;
export type LedgerCause = (typeof LedgerCause)[keyof typeof LedgerCause];

/** What permits an entry to leave a balance below zero, as stored. */
export const Allowance = {
  none: 0,
  arrear: 1,
  prorated: 2,
  freeSeat: 3,
  overageAllowed: 4,
  overflow: 5,
  unlimited: 6,
  quantityCut: 7,
  carried: 8,
  edit: 9,
} as const;
export type Allowance = (typeof Allowance)[keyof typeof Allowance];

/** A ledger entry before the writer gives it a sequence number. `at` is business time. */
export type LedgerDraft = {
  readonly grantId: string;
  readonly at: Date;
  readonly cause: LedgerCause;
  readonly causeId: string | null;
  readonly allowance: Allowance;
  readonly delta: Quantity;
  readonly balanceAfter: Quantity;
  readonly grantedDelta: Quantity;
  readonly grantedAfter: Quantity;
};

/** A grant's final row with the entries that led to it, oldest first; no entries, no change of figures. */
export type GrantChange = { readonly grant: Grant; readonly entries: readonly LedgerDraft[] };

/**
 * The first entry of a grant: it brings the whole granted amount, whatever is carried follows. A
 * rolled-over lot names the grant that it was left over from.
 */
export function openGrant(grant: Grant, at: Date, causeId: string | null = null): LedgerDraft {
  const granted = grantedOf(grant);
  return {
    grantId: grant.id,
    at,
    cause: LedgerCause.opening,
    causeId,
    allowance: Allowance.none,
    delta: granted,
    balanceAfter: granted,
    grantedDelta: granted,
    grantedAfter: granted,
  };
}

type Movement = {
  readonly at: Date;
  readonly cause: LedgerCause;
  readonly causeId: string | null;
  readonly allowance?: Allowance;
  /** What is added to the balance. */
  readonly delta: Quantity;
  /** What is added to the granted amount, through the adjustment. */
  readonly grantedDelta?: Quantity;
};

/** Moves a grant's figures and writes the one entry that says so. */
export function moveGrant(grant: Grant, movement: Movement): { grant: Grant; entry: LedgerDraft } {
  const grantedDelta = movement.grantedDelta ?? zero;
  const moved = {
    ...grant,
    // Use moves no granted amount, and there is nothing as frequent as use.
    adjustment: grantedDelta.isZero() ? grant.adjustment : grant.adjustment.plus(grantedDelta),
    balance: grant.balance.plus(movement.delta),
  };
  const entry = {
    grantId: grant.id,
    at: movement.at,
    cause: movement.cause,
    causeId: movement.causeId,
    allowance: movement.allowance ?? Allowance.none,
    delta: movement.delta,
    balanceAfter: moved.balance,
    grantedDelta,
    grantedAfter: grantedOf(moved),
  };
  return { grant: moved, entry };
}

/** Brings a grant's figures to zero and closes it; a closed grant stays as it is. */
export function closeGrant(
  grant: Grant,
  why: { at: Date; cause: LedgerCause; causeId: string | null },
): GrantChange {
  if (grant.endedAt !== null) return { grant, entries: [] };
  const closing = moveGrant(grant, {
    ...why,
    delta: zero.minus(grant.balance),
    grantedDelta: zero.minus(grantedOf(grant)),
  });
  return {
    grant: { ...closing.grant, endedAt: why.at, nextResetAt: null },
    entries: [closing.entry],
  };
}
