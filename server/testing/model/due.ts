import { type Account, addLot, Exact, endLot, type Lot, nought, positive, total } from "./account";
import { firstAfter, plusMonths } from "./calendar";
import { expire } from "./holds";

/**
 * Brings an account to an instant: everything that fell due, in the order of time, each as of its
 * own instant (domain §12). At one instant expiries come before resets.
 */
export function bringTo(account: Account, now: number): void {
  for (;;) {
    const next = earliestDue(account, now);
    if (next === null) break;
    account.now = next.at;
    next.apply();
  }
  account.now = now;
}

interface Due {
  readonly at: number;
  readonly rank: number;
  readonly apply: () => void;
}

function earliestDue(account: Account, now: number): Due | null {
  const lots = account.lots.filter((lot) => !lot.ended);
  const holds = account.holds.filter(({ open }) => open);
  const due = [
    ...lots.flatMap((lot) => dueOf(account, lot, now)),
    ...holds.map((hold) => ({ at: hold.endsAt, rank: 2, apply: () => expire(account, hold) })),
  ]
    .filter(({ at }) => at <= now)
    .sort((a, b) => a.at - b.at || a.rank - b.rank);
  return due[0] ?? null;
}

function dueOf(account: Account, lot: Lot, now: number): Due[] {
  const found: Due[] = [];
  const { nextResetAt } = lot;
  const expiresAt = endOf(lot);
  if (expiresAt !== null) found.push({ at: expiresAt, rank: 0, apply: () => endLot(lot) });
  const renews = nextResetAt !== null && (expiresAt === null || nextResetAt < expiresAt);
  if (renews) {
    found.push({ at: nextResetAt, rank: 1, apply: () => resetLot(account, lot, now) });
  }
  return found;
}

/** A lot that rolled over ends with the lot that it came from, at the latest. */
function endOf({ expiresAt, rolledFrom }: Lot): number | null {
  const parent = rolledFrom?.expiresAt ?? null;
  return expiresAt === null || parent === null
    ? (expiresAt ?? parent)
    : Math.min(expiresAt, parent);
}

/** The lot is full again; manual changes of what it gives end, a debt is forgiven. */
function resetLot(account: Account, lot: Lot, now: number): void {
  const { step, nextResetAt } = lot;
  if (step === null || nextResetAt === null) return;
  const leftover = positive(lot.balance);
  const isFull = lot.balance.equals(lot.included) && lot.adjustment.isZero();
  lot.adjustment = nought;
  lot.balance = lot.included;
  lot.lastResetAt = nextResetAt;
  if (lot.rollover !== null) rollOver(account, lot, leftover);
  // Without anything to carry, resets of a full lot change nothing, however many were missed.
  const from = isFull && lot.rollover === null ? Math.min(now, untilExpiry(lot)) : nextResetAt;
  lot.nextResetAt = firstAfter(lot.anchor, step, Math.max(from, nextResetAt));
}

function untilExpiry(lot: Lot): number {
  return lot.expiresAt === null ? Number.POSITIVE_INFINITY : lot.expiresAt - 1;
}

function rollOver(account: Account, lot: Lot, leftover: typeof nought): void {
  const { rollover } = lot;
  if (rollover === null) return;
  if (!leftover.isZero()) {
    addLot(account, {
      feature: lot.feature,
      included: leftover,
      set: lot.set,
      entity: lot.entity,
      plan: lot.plan,
      ref: lot.ref,
      subscription: lot.subscription,
      addOn: lot.addOn,
      rolledFrom: lot,
      expiresAt: rollover.months === null ? null : plusMonths(account.now, rollover.months),
    });
  }
  trimRollovers(account, lot, capOf(lot));
  // A reset removes what is empty; units that are held of it have nowhere to go back to.
  for (const other of account.lots) {
    if (other.rolledFrom === lot && other.balance.isZero()) endLot(other);
  }
}

/** The most that may have rolled over from a lot; null is no cap. */
export function capOf(lot: Lot): typeof nought | null {
  if (lot.rollover === null) return null;
  const { max, maxPercentage } = lot.rollover;
  if (max !== null) return new Exact(max);
  if (maxPercentage !== null) return lot.included.times(maxPercentage).div(100).floor();
  return null;
}

/** Cuts what rolled over to the cap: soonest expiry first. */
export function trimRollovers(account: Account, lot: Lot, cap: typeof nought | null): void {
  if (cap === null) return;
  const lots = account.lots
    .filter((other) => !other.ended && other.rolledFrom === lot)
    .sort((a, b) => order(a.expiresAt) - order(b.expiresAt) || a.n - b.n);
  let excess = positive(total(lots.map(({ balance }) => balance)).minus(cap));
  for (const rolled of lots) {
    const cut = Exact.min(excess, rolled.balance);
    excess = excess.minus(cut);
    rolled.balance = rolled.balance.minus(cut);
    rolled.adjustment = rolled.adjustment.minus(cut);
    if (rolled.balance.isZero()) endLot(rolled);
  }
}

function order(at: number | null): number {
  return at ?? Number.MAX_SAFE_INTEGER;
}
