import { boundary, boundaryIndex, type Interval } from "../interval";
import { larger, type Quantity, smaller, zero } from "../quantity";
import { type Grant, ResetBy } from "./grant";
import { closeGrant, type GrantChange, LedgerCause, type LedgerDraft, moveGrant } from "./ledger";
import { type DueResets, rollOver } from "./rollover";

/** How due work is done: ids for lots that it makes, and what becomes of a debt. */
export type DueOptions = {
  readonly newId: () => string;
  /** Whether a debt is taken off the next period's grant instead of being forgiven. */
  readonly persistFreeOverage: boolean;
};

/** Grants brought to an instant, and what is to be stored of it. */
export type DueWork = {
  /** All grants as they stand then: those given, in their order, and lots that rolled over since. */
  readonly grants: readonly Grant[];
  /** Rows that differ from the ones given; a grant on which nothing was due stays the same value. */
  readonly changes: readonly GrantChange[];
  /** Lots that rolled over, each with its opening entry. */
  readonly opened: readonly GrantChange[];
};

/**
 * Applies what fell due on a customer's grants up to an instant: every missed reset in turn with
 * what rolls over at it, caps and expiries, each as of the instant it fell due (domain §12).
 *
 * A reset gives the full amount again, drops manual adjustments, and forgives a debt or takes it
 * off the new period. Missed periods do not add up, but the leftover of each one rolls over where
 * the grant has a rule for it. The figures, the lots and their expiries do not depend on whether
 * this ran in between, and thousands of missed periods cost no more than the lots that are left of
 * them. A suspended grant is not renewed, yet still expires; the lots of a grant expire with it.
 *
 * `grants` must hold the lots of each grant in it.
 */
export function bringDue(grants: readonly Grant[], now: Date, options: DueOptions): DueWork {
  if (!grants.some((grant) => isDue(grant, now))) return { grants, changes: [], opened: [] };
  const changes: GrantChange[] = [];
  const opened: GrantChange[] = [];
  for (const family of familiesOf(grants)) {
    if (![family.parent, ...family.lots].some((grant) => isDue(grant, now))) continue;
    const work = bringFamily(family, now, options);
    changes.push(...work.changes);
    opened.push(...work.opened);
  }
  const changed = new Map(changes.map((change) => [change.grant.id, change.grant]));
  return {
    grants: [
      ...grants.map((grant) => changed.get(grant.id) ?? grant),
      ...opened.map((change) => change.grant),
    ],
    changes,
    opened,
  };
}

/**
 * Puts what fell due in front of what was decided on top of it: one change a grant, and lots that
 * were only just opened stay openings.
 */
export function onTopOf(
  due: Pick<DueWork, "changes" | "opened">,
  decided: readonly GrantChange[],
): { opened: GrantChange[]; changed: GrantChange[] } {
  const opened = new Map(due.opened.map((change) => [change.grant.id, change]));
  const changed = new Map(due.changes.map((change) => [change.grant.id, change]));
  for (const change of decided) {
    const { id } = change.grant;
    const rows = opened.has(id) ? opened : changed;
    const earlier = rows.get(id)?.entries ?? [];
    rows.set(id, { grant: change.grant, entries: [...earlier, ...change.entries] });
  }
  return { opened: [...opened.values()], changed: [...changed.values()] };
}

/** Ends a grant now, whatever is left of it, because what gave it ended. */
export function endGrant(grant: Grant, at: Date, causeId: string): GrantChange {
  return closeGrant(grant, { at, cause: LedgerCause.ended, causeId });
}

/** Whether something fell due on a row by itself. */
function isDue(grant: Grant, now: Date): boolean {
  if (grant.endedAt !== null) return false;
  const instant = now.getTime();
  return (
    (grant.expiresAt !== null && grant.expiresAt.getTime() <= instant) ||
    (grant.nextResetAt !== null && grant.nextResetAt.getTime() <= instant)
  );
}

type Family = { readonly parent: Grant; readonly lots: Grant[] };

/** Each grant with the living lots that rolled over from it; a lot on its own has none. */
function familiesOf(grants: readonly Grant[]): Family[] {
  const ids = new Set(grants.map(({ id }) => id));
  const families = new Map<string, Family>();
  const lots: Grant[] = [];
  for (const grant of grants) {
    if (grant.parentId !== null && ids.has(grant.parentId)) lots.push(grant);
    else families.set(grant.id, { parent: grant, lots: [] });
  }
  for (const lot of lots) {
    if (lot.endedAt === null) families.get(lot.parentId ?? "")?.lots.push(lot);
  }
  return [...families.values()];
}

/** A grant with its lots: nobody else's figures depend on their resets and expiries. */
function bringFamily(
  { parent, lots }: Family,
  now: Date,
  options: DueOptions,
): { changes: GrantChange[]; opened: GrantChange[] } {
  const due = dueResets(parent, now, options.persistFreeOverage);
  const renewed = due === null ? { grant: parent, entries: [] } : renew(parent, due);
  const closed = expire(renewed, parent.expiresAt, now);
  const rolled =
    due === null || parent.rollover === null
      ? { changes: [], opened: [] }
      : rollOver({ parent, rule: parent.rollover }, lots, due, { now, newId: options.newId });
  const trimmed = new Map(rolled.changes.map((change) => [change.grant.id, change]));
  const lotChanges = lots.map((lot) =>
    expire(
      trimmed.get(lot.id) ?? { grant: lot, entries: [] },
      earlier(lot.expiresAt, parent.expiresAt),
      now,
    ),
  );
  const before = new Map([parent, ...lots].map((grant) => [grant.id, grant]));
  return {
    changes: [closed, ...lotChanges].filter(({ grant }) => grant !== before.get(grant.id)),
    // What rolled over to a grant that has expired itself is gone with it.
    opened: closed.grant.endedAt === null ? rolled.opened : [],
  };
}

function expire(change: GrantChange, expiresAt: Date | null, now: Date): GrantChange {
  if (expiresAt === null || expiresAt.getTime() > now.getTime()) return change;
  const closed = closeGrant(change.grant, {
    at: expiresAt,
    cause: LedgerCause.expiry,
    causeId: null,
  });
  return { grant: closed.grant, entries: [...change.entries, ...closed.entries] };
}

/** The resets of one grant that are due, at least one. */
type Renewal = DueResets & {
  /** The balance right after the n-th reset. */
  readonly balanceAfter: (n: number) => Quantity;
  /** The first reset whose successors leave the balance as it is, at most `count`. */
  readonly settled: number;
  readonly nextResetAt: Date;
};

function dueResets(grant: Grant, now: Date, persistDebt: boolean): Renewal | null {
  const period = duePeriod(grant, now);
  if (period === null) return null;
  const { first, until, interval } = period;
  const anchor = grant.anchorAt ?? first;
  const firstIndex = boundaryIndex(anchor, interval, first);
  const count = boundaryIndex(anchor, interval, until) - firstIndex + 1;
  const full = grant.included.plus(grant.prepaid);
  const carriesDebt = persistDebt && grant.balance.lessThan(zero);
  const balanceAfter = (n: number) =>
    carriesDebt ? smaller(full, grant.balance.plus(full.times(n))) : full;
  const paidOff =
    carriesDebt && !full.isZero() ? full.minus(grant.balance).div(full).ceil().toNumber() : 1;
  return {
    count,
    at: (n) => (n === 1 ? first : boundary(anchor, interval, firstIndex + n - 1)),
    balanceAfter,
    leftover: (n) => larger(zero, n === 1 ? grant.balance : balanceAfter(n - 1)),
    settled: Math.min(paidOff, count),
    nextResetAt: boundary(anchor, interval, firstIndex + count),
  };
}

/** The reset that is due first, if any, and the instant up to which resets may run. */
function duePeriod(
  grant: Grant,
  now: Date,
): { first: Date; until: Date; interval: Interval } | null {
  const { reset, nextResetAt, expiresAt, suspendedAt, endedAt } = grant;
  if (endedAt !== null || reset === null || nextResetAt === null) return null;
  if (grant.unlimited || grant.resetBy !== ResetBy.lazy) return null;
  // At the instant of its expiry a grant closes; it is not renewed for no time at all.
  const lastBeforeExpiry = (expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - 1;
  const suspension = suspendedAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const until = new Date(Math.min(now.getTime(), lastBeforeExpiry, suspension));
  if (nextResetAt.getTime() > until.getTime()) return null;
  return { first: nextResetAt, until, interval: reset };
}

/**
 * Resets after the first that change nothing write no entry. Where leftovers roll over the last one
 * always does, so that a reader of the past sees how far lots had been made.
 */
function renew(grant: Grant, due: Renewal): GrantChange {
  const rolls = grant.rollover !== null;
  const entries: LedgerDraft[] = [];
  let renewed = grant;
  const write = (n: number, always: boolean) => {
    const delta = due.balanceAfter(n).minus(renewed.balance);
    const grantedDelta = zero.minus(renewed.adjustment);
    if (delta.isZero() && grantedDelta.isZero() && !always) return;
    const move = moveGrant(renewed, {
      at: due.at(n),
      cause: LedgerCause.reset,
      causeId: null,
      delta,
      grantedDelta,
    });
    entries.push(move.entry);
    renewed = move.grant;
  };
  write(1, rolls && due.count === 1);
  if (due.count > 1) write(rolls ? due.count : due.settled, rolls);
  return { grant: { ...renewed, nextResetAt: due.nextResetAt }, entries };
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
