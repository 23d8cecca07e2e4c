import { WindfallError } from "../error";
import { boundary } from "../interval";
import { larger, type Quantity, smaller, sum, zero } from "../quantity";
import { type Grant, Overflow, ResetBy } from "./grant";
import { closeGrant, type GrantChange, LedgerCause, moveGrant, openGrant } from "./ledger";

/** What becomes of a positive remainder at a reset (domain §12); absent, it is lost. */
export type RolloverRule = {
  /** The most that may roll over, in units or in percent of the grant; both null is no cap. */
  readonly max: Quantity | null;
  readonly maxPercentage: Quantity | null;
  /** Months after the reset at which a lot expires; null is never. */
  readonly expiryMonths: number | null;
};

/**
 * A rule as somebody states it.
 *
 * @param months after which a lot expires; null is never.
 * @throws WindfallError `invalid_inputs` for two caps, a cap below 0, or an expiry within no time.
 */
export function rolloverRule(stated: {
  max: Quantity | null;
  maxPercentage: Quantity | null;
  months: number | null;
}): RolloverRule {
  const { max, maxPercentage, months } = stated;
  if (max !== null && maxPercentage !== null) {
    throw refused("max and max_percentage exclude each other; send one of them.");
  }
  if (max?.lessThan(zero) || maxPercentage?.lessThan(zero)) {
    throw refused("max and max_percentage must not be below 0.");
  }
  if (months !== null && (!Number.isSafeInteger(months) || months < 1)) {
    throw refused("What rolls over lasts a month at least, or forever.");
  }
  return { max, maxPercentage, expiryMonths: months };
}

/** The resets of a grant that fell due, numbered from 1: when each was, and what was left at it. */
export type DueResets = {
  readonly count: number;
  readonly at: (n: number) => Date;
  readonly leftover: (n: number) => Quantity;
};

/** What rolls over by itself: the rule of a grant with the amount that the grant renews to. */
type RollingGrant = { readonly parent: Grant; readonly rule: RolloverRule };

/**
 * The most that lots of a grant may hold together, null for no cap: `max`, or `max_percentage` of
 * what the grant renews to, rounded down (domain §12).
 */
export function rolloverCap(rule: RolloverRule, grant: Grant): Quantity | null {
  const full = grant.included.plus(grant.prepaid);
  const share =
    rule.maxPercentage === null ? null : full.times(rule.maxPercentage).div(100).floor();
  if (rule.max === null || share === null) return rule.max ?? share;
  return smaller(rule.max, share);
}

/** A lot of what was left of a grant, with its opening entry. */
export function openLot(
  parent: Grant,
  lot: { id: string; amount: Quantity; at: Date; expiresAt: Date | null },
): GrantChange {
  const grant: Grant = {
    ...parent,
    id: lot.id,
    parentId: parent.id,
    kind: "rollover",
    included: lot.amount,
    prepaid: zero,
    adjustment: zero,
    balance: lot.amount,
    unlimited: false,
    overflow: Overflow.none,
    floor: null,
    reset: null,
    resetBy: ResetBy.never,
    anchorAt: null,
    nextResetAt: null,
    startsAt: lot.at,
    expiresAt: lot.expiresAt,
    endedAt: null,
    rollover: null,
    lastSeq: 0n,
    createdAt: lot.at,
  };
  return { grant, entries: [openGrant(grant, lot.at, parent.id)] };
}

/**
 * What due resets do to the lots of a grant: each reset turns the leftover into a lot, then the cap
 * trims those that expire first. Only lots that are left at the end are made, already trimmed, so a
 * thousand missed periods cost as much as the lots that survive them. Because a lot is trimmed by
 * those that outlast it and by nothing else, the result is the same as of one reset after another.
 */
export function rollOver(
  rolling: RollingGrant,
  lots: readonly Grant[],
  resets: DueResets,
  context: { now: Date; newId: () => string },
): { changes: GrantChange[]; opened: GrantChange[] } {
  const lasting = [...lots].sort(outlastsFirst);
  const opened = survivingLots(rolling, lasting, resets, context);
  const changes = lasting.flatMap((lot, place) => {
    const change = trimByResets(rolling, lot, sumBalances(lasting.slice(0, place)), resets);
    return change === null ? [] : [change];
  });
  return { changes, opened };
}

/**
 * Cuts lots down to a cap, those that expire first first; emptied ones are closed.
 *
 * @returns the lots that changed.
 */
export function trimLots(
  lots: readonly Grant[],
  cap: Quantity | null,
  why: { at: Date; causeId: string },
): GrantChange[] {
  if (cap === null) return [];
  let room = cap;
  return [...lots].sort(outlastsFirst).flatMap((lot) => {
    const kept = smaller(larger(zero, lot.balance), room);
    room = room.minus(kept);
    return kept.equals(lot.balance) ? [] : [trimTo(lot, kept, why)];
  });
}

/** When a lot expires that rolled over at an instant. */
function lotExpiry(rule: RolloverRule, at: Date): Date | null {
  if (rule.expiryMonths === null) return null;
  return boundary(at, { unit: "month", count: rule.expiryMonths }, 1);
}

/** New lots in the order of their resets: walks back from the last one until the cap is full. */
function survivingLots(
  { parent, rule }: RollingGrant,
  existing: readonly Grant[],
  resets: DueResets,
  { now, newId }: { now: Date; newId: () => string },
): GrantChange[] {
  const cap = rolloverCap(rule, parent);
  const opened: GrantChange[] = [];
  let newer = zero;
  for (let n = resets.count; n >= 1; n--) {
    const leftover = resets.leftover(n);
    const at = resets.at(n);
    const expiresAt = lotExpiry(rule, at);
    if (expiresAt !== null && expiresAt.getTime() <= now.getTime()) break;
    if (cap !== null && newer.greaterThanOrEqualTo(cap)) break;
    // Periods of nothing leave nothing; of those only the first can differ.
    if (leftover.isZero() && n > 2) n = 2;
    const outlasting = existing.filter((lot) => outlasts(lot, { expiresAt, startsAt: at }));
    const amount = keptOf(leftover, cap, newer.plus(sumBalances(outlasting)));
    newer = newer.plus(leftover);
    if (amount.isZero()) continue;
    opened.push(openLot(parent, { id: newId(), amount, at, expiresAt }));
  }
  return opened.reverse();
}

/** An existing lot after due resets, the entry at the reset that took something from it last. */
function trimByResets(
  { parent, rule }: RollingGrant,
  lot: Grant,
  outlasting: Quantity,
  resets: DueResets,
): GrantChange | null {
  const cap = rolloverCap(rule, parent);
  let kept = lot.balance;
  let trimmedAt: Date | null = null;
  let later = outlasting;
  for (let n = 1; n <= resets.count; n++) {
    const at = resets.at(n);
    if (lot.expiresAt !== null && lot.expiresAt.getTime() <= at.getTime()) break;
    const added = { expiresAt: lotExpiry(rule, at), startsAt: at };
    const grows = !outlasts(lot, added);
    if (grows) later = later.plus(resets.leftover(n));
    const left = keptOf(kept, cap, later);
    if (left.lessThan(kept) || left.isZero()) trimmedAt = at;
    kept = left;
    // Nothing more can take from it: it is gone, nothing is capped, or it outlasts all that come.
    if (kept.isZero() || cap === null || (lot.expiresAt === null && !grows)) break;
  }
  if (trimmedAt === null) return null;
  return trimTo(lot, kept, { at: trimmedAt, causeId: parent.id });
}

/** What the cap leaves of an amount when lots that outlast it hold so much. */
function keptOf(amount: Quantity, cap: Quantity | null, outlasting: Quantity): Quantity {
  const own = larger(zero, amount);
  return cap === null ? own : smaller(own, larger(zero, cap.minus(outlasting)));
}

function trimTo(lot: Grant, kept: Quantity, why: { at: Date; causeId: string }): GrantChange {
  const cause = LedgerCause.trimmed;
  if (kept.isZero()) return closeGrant(lot, { ...why, cause });
  const cut = kept.minus(lot.balance);
  const move = moveGrant(lot, { ...why, cause, delta: cut, grantedDelta: cut });
  return { grant: move.grant, entries: [move.entry] };
}

type Lasting = Pick<Grant, "expiresAt" | "startsAt">;

/** Whether one lot is trimmed after another: it expires later, or rolled over later. */
function outlasts(lot: Lasting, other: Lasting): boolean {
  const ends = (one: Lasting) => one.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (ends(lot) !== ends(other)) return ends(lot) > ends(other);
  return lot.startsAt.getTime() > other.startsAt.getTime();
}

/** The order in which a cap is filled; the row id settles what is left. */
function outlastsFirst(a: Grant, b: Grant): number {
  if (outlasts(a, b)) return -1;
  if (outlasts(b, a)) return 1;
  return a.id > b.id ? -1 : 1;
}

function sumBalances(lots: readonly Grant[]): Quantity {
  return sum(lots.map((lot) => larger(zero, lot.balance)));
}

function refused(message: string): WindfallError {
  return new WindfallError("invalid_request", "invalid_inputs", message);
}
