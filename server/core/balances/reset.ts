import { type Interval, nextBoundary } from "../interval";
import { zero } from "../quantity";
import { type Grant, grantedOf, ResetBy } from "./grant";
import { type GrantChange, LedgerCause, type LedgerDraft, moveGrant } from "./ledger";

/**
 * Applies what fell due on a grant up to an instant: every missed reset in turn, then its expiry,
 * each as of the instant it fell due (domain §12).
 *
 * A reset gives the full amount again, forgives a debt and drops manual adjustments. Missed
 * periods do not add up, so all resets after the first change nothing: they move the next reset
 * but write no entry, and thousands of them cost as much as one. The result does not depend on
 * whether this ran in between. A suspended grant is not renewed, yet still expires.
 */
export function applyDue(grant: Grant, now: Date): GrantChange {
  const nothing = { grant, entries: [] };
  if (grant.endedAt !== null) return nothing;
  const expired = grant.expiresAt !== null && grant.expiresAt.getTime() <= now.getTime();
  const renewed = applyResets(grant, now) ?? nothing;
  if (!expired || grant.expiresAt === null) return renewed;
  const closed = closeGrant(renewed.grant, {
    at: grant.expiresAt,
    cause: LedgerCause.expiry,
    causeId: null,
  });
  return { grant: closed.grant, entries: [...renewed.entries, ...closed.entries] };
}

/** Ends a grant now, whatever is left of it, because what gave it ended. */
export function endGrant(grant: Grant, at: Date, causeId: string): GrantChange {
  return closeGrant(grant, { at, cause: LedgerCause.ended, causeId });
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

/** The reset that is due first, if any, and the instant up to which resets may run. */
function dueReset(
  grant: Grant,
  now: Date,
): { first: Date; until: Date; interval: Interval } | null {
  const { reset, nextResetAt, expiresAt, suspendedAt } = grant;
  if (reset === null || nextResetAt === null) return null;
  if (grant.unlimited || grant.resetBy !== ResetBy.lazy) return null;
  // At the instant of its expiry a grant closes; it is not renewed for no time at all.
  const lastBeforeExpiry = (expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - 1;
  const suspension = suspendedAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const until = new Date(Math.min(now.getTime(), lastBeforeExpiry, suspension));
  if (nextResetAt.getTime() > until.getTime()) return null;
  return { first: nextResetAt, until, interval: reset };
}

function applyResets(grant: Grant, now: Date): GrantChange | null {
  const due = dueReset(grant, now);
  if (due === null) return null;
  const anchor = grant.anchorAt ?? due.first;
  const nextResetAt = nextBoundary(anchor, due.interval, due.until);
  const full = grant.included.plus(grant.prepaid);
  const delta = full.minus(grant.balance);
  const grantedDelta = zero.minus(grant.adjustment);
  const entries: LedgerDraft[] = [];
  let renewed = grant;
  if (!delta.isZero() || !grantedDelta.isZero()) {
    const move = moveGrant(grant, {
      at: due.first,
      cause: LedgerCause.reset,
      causeId: null,
      delta,
      grantedDelta,
    });
    entries.push(move.entry);
    renewed = move.grant;
  }
  return { grant: { ...renewed, nextResetAt }, entries };
}
