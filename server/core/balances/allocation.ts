import { aboveZero, larger, type Quantity, smaller, zero } from "../quantity";
import { type CreditCost, ownUnits, roundUnits } from "./credit-cost";
import { type Grant, grantedOf } from "./grant";
import { type Allowance, type GrantChange, type LedgerCause, moveGrant } from "./ledger";

/** What a grant gave: `value` in its own units, `units` of the feature (below zero: got back). */
type Taken = {
  readonly value: Quantity;
  readonly units: Quantity;
  readonly allowance: Allowance;
};

/**
 * A running assignment of one amount to several grants.
 *
 * `left` is what no grant has covered yet, in units of the feature and unrounded while it is worked
 * out; `taken` holds, per grant, what it gave and what permits its balance to end below zero.
 */
export type Allocation = {
  readonly grants: readonly Grant[];
  /** The whole amount in units of the feature, negative when units are given back. */
  readonly asked: Quantity;
  left: Quantity;
  readonly taken: Map<string, Taken>;
};

export function allocate(grants: readonly Grant[], amount: Quantity): Allocation {
  return { grants, asked: amount, left: amount, taken: new Map() };
}

/** What a grant's balance is with everything taken so far. */
function balanceIn(allocation: Allocation, grant: Grant): Quantity {
  const taken = allocation.taken.get(grant.id);
  return taken === undefined ? grant.balance : grant.balance.minus(taken.value);
}

/** How far a grant may be drained, and what a unit costs there. */
type Drain = {
  /** The lowest balance; null is without bound. */
  readonly floor: Quantity | null;
  readonly allowance: Allowance;
  /** The most that may be taken now, in units of the grant. */
  readonly most?: Quantity | null;
  readonly cost?: CreditCost;
};

/**
 * Takes from a grant down to a floor; null takes everything that is left.
 *
 * @returns what was taken, in units of the grant.
 */
export function drain(allocation: Allocation, grant: Grant, to: Drain): Quantity {
  const { left } = allocation;
  if (left.isZero()) return zero;
  let available =
    to.floor === null ? null : aboveZero(overFloor(balanceIn(allocation, grant), to.floor));
  const most = to.most ?? null;
  if (most !== null) available = available === null ? most : smaller(available, most);
  const covered = cover(allocation, left, { available, cost: to.cost ?? ownUnits });
  const before = allocation.taken.get(grant.id);
  allocation.left = covered.left;
  if (!covered.value.isZero()) {
    allocation.taken.set(grant.id, {
      value: before === undefined ? covered.value : before.value.plus(covered.value),
      units: before === undefined ? covered.units : before.units.plus(covered.units),
      allowance: to.allowance,
    });
  }
  return covered.value;
}

function overFloor(balance: Quantity, floor: Quantity): Quantity {
  return floor.isZero() ? balance : balance.minus(floor);
}

/** Gives a negative remainder back to a grant, up to a ceiling; null gives back everything. */
export function refill(
  allocation: Allocation,
  grant: Grant,
  ceiling: Quantity | null,
  cost: CreditCost = ownUnits,
): void {
  const owed = allocation.left.negated();
  if (owed.isZero()) return;
  const available =
    ceiling === null ? null : aboveZero(ceiling.minus(balanceIn(allocation, grant)));
  const covered = cover(allocation, owed, { available, cost });
  const before = allocation.taken.get(grant.id);
  allocation.left = covered.left.isZero() ? zero : covered.left.negated();
  if (!covered.value.isZero()) {
    allocation.taken.set(grant.id, {
      value: (before?.value ?? zero).minus(covered.value),
      units: (before?.units ?? zero).minus(covered.units),
      allowance: 0,
    });
  }
}

/**
 * How much of `left` units a grant covers with what is available of it.
 *
 * A grant in other units pays for the next units of the use, those before them being covered; what
 * it gives is rounded, what is left is not, so that nothing is lost between several grants.
 */
function cover(
  { asked }: Allocation,
  left: Quantity,
  from: { available: Quantity | null; cost: CreditCost },
): { value: Quantity; units: Quantity; left: Quantity } {
  const { available, cost } = from;
  if (cost === ownUnits && left.decimalPlaces() <= 10) {
    const value = available === null ? left : smaller(left, available);
    return { value, units: value, left: value === left ? zero : left.minus(value) };
  }
  const whole = asked.abs();
  const start = whole.minus(left);
  const paid = cost.creditsFor(start);
  const price = cost.creditsFor(whole).minus(paid);
  const started = roundUnits(start);
  if (available === null || price.lessThanOrEqualTo(available)) {
    return { value: roundUnits(price), units: whole.minus(started), left: zero };
  }
  const reached = smaller(whole, larger(start, cost.unitsFor(paid.plus(available))));
  const rest = whole.minus(reached);
  const done = roundUnits(rest).isZero();
  return {
    value: available,
    units: roundUnits(done ? whole : reached).minus(started),
    left: done ? zero : rest,
  };
}

/** First refund pass of domain §16: lift what is below zero up to zero. */
export function liftDebts(allocation: Allocation, costs?: CostByGrant): void {
  for (const grant of allocation.grants) {
    if (isRefillable(grant) && grant.balance.isNegative()) {
      refill(allocation, grant, zero, costs?.(grant));
    }
  }
}

/** Second refund pass of domain §16: add up to what each grant gave. */
export function topUp(allocation: Allocation, costs?: CostByGrant): void {
  for (const grant of allocation.grants) {
    if (isRefillable(grant)) refill(allocation, grant, grantedOf(grant), costs?.(grant));
  }
}

/** What a unit of the feature costs in a grant. */
type CostByGrant = (grant: Grant) => CreditCost;

/** Rollovers hold what was left of a past period and are never refilled. */
function isRefillable(grant: Grant): boolean {
  return grant.kind !== "rollover";
}

/** The grants that an allocation moved, in its order, each with the one entry that says so. */
export function settleAllocation(
  allocation: Allocation,
  why: { at: Date; cause: LedgerCause; causeId: string },
): GrantChange[] {
  const changes: GrantChange[] = [];
  for (const before of allocation.grants) {
    const taken = allocation.taken.get(before.id);
    if (taken === undefined || taken.value.isZero()) continue;
    const { grant, entry } = moveGrant(before, {
      at: why.at,
      cause: why.cause,
      causeId: why.causeId,
      delta: taken.value.negated(),
      allowance: taken.allowance,
    });
    changes.push({ grant, entries: [entry] });
  }
  return changes;
}
