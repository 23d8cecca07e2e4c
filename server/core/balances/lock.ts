import { previousBoundary } from "../interval";
import { invariant } from "../invariant";
import { larger, type Quantity, smaller, sum, zero } from "../quantity";
import { type CreditCost, roundUnits } from "./credit-cost";
import {
  type Candidate,
  type Deduction,
  type DeductionPart,
  deduct,
  type UseRules,
} from "./deduction";
import { type Grant, grantedOf, isLive } from "./grant";
import { Allowance, type GrantChange, LedgerCause, moveGrant } from "./ledger";

/** The life of a lock, as stored. */
export const LockStatus = { held: 0, confirmed: 1, released: 2, expired: 3, lapsed: 4 } as const;
export type LockStatus = (typeof LockStatus)[keyof typeof LockStatus];

/** How long a lock is held when its caller names no end, and the longest it may be held at all. */
export const LONGEST_HOLD_MS = 24 * 3_600_000;

/** What one grant gave to a lock: in its own units, and how many units of the feature that covered. */
type LockPart = {
  readonly grantId: string;
  readonly amount: Quantity;
  readonly units: Quantity;
};

/** Units held for a use that is not finished (domain §20). */
export type Lock = {
  /** Also the id of the event that records the held units. */
  readonly id: string;
  /** The caller's own name for it. */
  readonly key: string;
  readonly featureId: number;
  readonly entityId: string | null;
  /** In units of the feature. */
  readonly amount: Quantity;
  readonly status: LockStatus;
  /** In the order of deduction. */
  readonly parts: readonly LockPart[];
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly expiresAt: Date;
  /** Without an expiry of its own it ends after a day and what it took stays taken. */
  readonly lapses: boolean;
  /** When it was stored as closed; one that expired counts as closed from its expiry on. */
  readonly closedAt: Date | null;
  /** The event of the difference between held and final units. */
  readonly closeEventId: string | null;
  readonly createdAt: Date;
};

type Applied = Extract<Deduction, { outcome: "applied" }>;

/**
 * Makes a lock of what a deduction just took. It holds what was applied: units that a capped
 * deduction dropped are not held and are not given back.
 *
 * @param expiresAt null for a lock that lapses after a day.
 */
export function holdLock(
  hold: Pick<Lock, "id" | "key" | "featureId" | "entityId" | "properties"> & {
    readonly deduction: Applied;
    readonly expiresAt: Date | null;
    readonly at: Date;
  },
): Lock {
  const { deduction, expiresAt, at, ...named } = hold;
  return {
    ...named,
    amount: deduction.applied,
    status: LockStatus.held,
    parts: deduction.parts.map(({ grantId, value, units }) => ({ grantId, amount: value, units })),
    expiresAt: expiresAt ?? new Date(at.getTime() + LONGEST_HOLD_MS),
    lapses: expiresAt === null,
    closedAt: null,
    closeEventId: null,
    createdAt: at,
  };
}

/** Whether a lock's time is over, so that it closes before anything else is decided. */
export function isLockDue(lock: Lock, now: Date): boolean {
  return lock.status === LockStatus.held && lock.expiresAt.getTime() <= now.getTime();
}

export type FinalizeInput = {
  readonly lock: Lock;
  readonly status: Exclude<LockStatus, 0 | 4>;
  /** What was used in the end, in units of the feature: 0 releases, below zero gives units. */
  readonly final: Quantity;
  /** The rows of the feature and of what pays for it, also those that do not count right now. */
  readonly candidates: readonly Candidate[];
  /** The rules for units beyond those held. */
  readonly rules: Omit<UseRules, "candidates" | "entityId">;
  /** The event of the difference. */
  readonly eventId: string;
  readonly at: Date;
};

export type FinalizedLock = {
  readonly lock: Lock;
  /** Final minus held units: the value of the closing event; without a difference there is none. */
  readonly delta: Quantity;
  /** What the difference did; its parts are below zero where units went back. */
  readonly deduction: Applied;
};

/**
 * Closes a lock at its final value (domain §20). Less than was held goes back to the rows it came
 * from, last taken first; what a vanished or renewed row cannot take back is refunded to the rows of
 * now up to their grants. More than was held is deducted under the ordinary rules and capped by
 * them. A final value below zero returns everything, then refunds that much more.
 */
export function finalizeLock(input: FinalizeInput): FinalizedLock {
  const { lock, final, status, at, eventId } = input;
  const delta = final.minus(lock.amount);
  const settlement = openSettlement(input);
  if (delta.greaterThan(zero)) spendMore(settlement, input, delta);
  if (delta.lessThan(zero)) {
    const owed = giveBack(settlement, input, lock.amount.minus(larger(zero, final)));
    const refunded = smaller(zero, final).minus(owed);
    if (!refunded.isZero()) spendMore(settlement, input, refunded);
  }
  return {
    lock: { ...lock, status, closedAt: at, closeEventId: delta.isZero() ? null : eventId },
    delta,
    deduction: closeSettlement(settlement, input, delta),
  };
}

/**
 * Ends a lock that was made without an expiry (decision 42): what it took stays taken, and an entry
 * without a difference says so on the first row that is still there.
 */
export function lapseLock(
  lock: Lock,
  grants: readonly Grant[],
  at: Date,
): { lock: Lock; changes: readonly GrantChange[] } {
  const closed = { ...lock, status: LockStatus.lapsed, closedAt: at };
  const first = lock.parts
    .map(({ grantId }) => grants.find(({ id }) => id === grantId))
    .find((grant) => grant !== undefined && grant.endedAt === null);
  if (first === undefined) return { lock: closed, changes: [] };
  const said = moveGrant(first, { at, cause: LedgerCause.lock, causeId: lock.id, delta: zero });
  return { lock: closed, changes: [{ grant: said.grant, entries: [said.entry] }] };
}

/** Several movements of the same rows, which become one entry per row. */
type Settlement = {
  /** The rows with everything moved so far. */
  readonly rows: Map<string, Candidate>;
  readonly moved: Map<string, DeductionPart & { readonly allowance: Allowance }>;
};

function openSettlement({ candidates }: FinalizeInput): Settlement {
  const rows = candidates.map((candidate) => [candidate.grant.id, candidate] as const);
  return { rows: new Map(rows), moved: new Map() };
}

/**
 * Gives units back to the rows that gave them, last taken first. Units that cost nothing came from
 * no row and go to none.
 *
 * @returns the units that found no way back.
 */
function giveBack(settlement: Settlement, { lock, at }: FinalizeInput, units: Quantity): Quantity {
  let left = units;
  let owed = zero;
  for (const [n, part] of [...lock.parts.entries()].reverse()) {
    const wanted = smaller(left, part.units);
    left = left.minus(wanted);
    owed = owed.plus(wanted);
    const row = settlement.rows.get(part.grantId);
    if (wanted.isZero() || row === undefined || row.grant.endedAt !== null) continue;
    const before = sum(lock.parts.slice(0, n).map((earlier) => earlier.units));
    const value = costOfLast(wanted, part, { before, cost: row.cost });
    const room = renewedSince(row.grant, lock.createdAt, at) ? roomIn(row.grant) : value;
    const back = smaller(value, room);
    const covered = back.equals(value) ? wanted : roundUnits(wanted.times(back).dividedBy(value));
    owed = owed.minus(covered);
    move(settlement, row.grant, { value: zero.minus(back), units: zero.minus(covered) });
  }
  return owed;
}

/**
 * What the last `units` of a part cost, so that those which stay held cost what they would have
 * alone: steps of a credit cost count over all units of the use, whoever paid for those before.
 */
function costOfLast(
  units: Quantity,
  part: LockPart,
  { before, cost }: { before: Quantity; cost: CreditCost },
): Quantity {
  if (units.equals(part.units)) return part.amount;
  const upTo = (n: Quantity) => cost.creditsFor(before.plus(n)).minus(cost.creditsFor(before));
  const whole = upTo(part.units);
  if (whole.isZero()) return zero;
  // In proportion, since the price may have changed since the hold.
  const kept = part.amount.times(upTo(part.units.minus(units))).dividedBy(whole);
  return part.amount.minus(roundUnits(kept));
}

/** A row that was renewed since the hold has forgotten it: it is full again and owes nothing. */
function renewedSince(grant: Grant, heldAt: Date, now: Date): boolean {
  if (grant.reset === null || grant.anchorAt === null || grant.unlimited) return false;
  return previousBoundary(grant.anchorAt, grant.reset, now).getTime() > heldAt.getTime();
}

function roomIn(grant: Grant): Quantity {
  return larger(zero, grantedOf(grant).minus(grant.balance));
}

/** Deducts beyond what was held, or refunds below it, under the rules of any use. */
function spendMore(settlement: Settlement, input: FinalizeInput, amount: Quantity): void {
  const deduction = deduct({
    ...input.rules,
    candidates: [...settlement.rows.values()].filter(({ grant }) => isLive(grant, input.at)),
    amount,
    entityId: input.lock.entityId,
    overageBehavior: "cap",
    cause: LedgerCause.lock,
    causeId: input.eventId,
    at: input.at,
  });
  invariant(deduction.outcome === "applied", "only `reject` can leave a deduction unapplied");
  const allowanceOf = new Map(
    deduction.changes.map(({ grant, entries }) => [grant.id, entries.at(-1)?.allowance]),
  );
  for (const { grantId, value, units } of deduction.parts) {
    const row = settlement.rows.get(grantId);
    const allowance = allowanceOf.get(grantId) ?? Allowance.none;
    if (row !== undefined) move(settlement, row.grant, { value, units, allowance });
  }
}

function move(
  { rows, moved }: Settlement,
  grant: Grant,
  taken: { value: Quantity; units: Quantity; allowance?: Allowance },
): void {
  const earlier = moved.get(grant.id);
  moved.set(grant.id, {
    grantId: grant.id,
    setId: grant.setId,
    value: taken.value.plus(earlier?.value ?? zero),
    units: taken.units.plus(earlier?.units ?? zero),
    allowance: taken.allowance ?? earlier?.allowance ?? Allowance.none,
  });
  const row = rows.get(grant.id);
  if (row === undefined) return;
  rows.set(grant.id, { ...row, grant: { ...grant, balance: grant.balance.minus(taken.value) } });
}

function closeSettlement(
  { moved }: Settlement,
  { candidates, eventId, at }: FinalizeInput,
  delta: Quantity,
): Applied {
  const rows = candidates.flatMap(({ grant }) => {
    const part = moved.get(grant.id);
    return part === undefined || part.value.isZero() ? [] : [{ grant, part }];
  });
  const applied = sum(rows.map(({ part }) => part.units));
  return {
    outcome: "applied",
    applied,
    dropped: delta.minus(applied),
    parts: rows.map(({ part: { allowance: _, ...part } }) => part),
    changes: rows.map(({ grant, part }) => {
      const delta = zero.minus(part.value);
      const why = { at, cause: LedgerCause.lock, causeId: eventId, allowance: part.allowance };
      const change = moveGrant(grant, { ...why, delta });
      return { grant: change.grant, entries: [change.entry] };
    }),
  };
}
