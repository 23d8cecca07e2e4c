import { larger, type Quantity, smaller, zero } from "../quantity";
import { type Grant, grantedOf } from "./grant";
import { type Allowance, type GrantChange, type LedgerCause, moveGrant } from "./ledger";

/**
 * A running assignment of one amount to several grants.
 *
 * `left` is what no grant has taken yet; `taken` holds, per grant, what was taken from its balance
 * (negative when units were given back) and what permits the balance to end below zero.
 */
export type Allocation = {
  readonly grants: readonly Grant[];
  left: Quantity;
  readonly taken: Map<string, { value: Quantity; allowance: Allowance }>;
};

export function allocate(grants: readonly Grant[], amount: Quantity): Allocation {
  return { grants, left: amount, taken: new Map() };
}

/** What a grant's balance is with everything taken so far. */
function balanceIn(allocation: Allocation, grant: Grant): Quantity {
  return grant.balance.minus(allocation.taken.get(grant.id)?.value ?? zero);
}

function take(allocation: Allocation, grant: Grant, value: Quantity, allowance: Allowance): void {
  if (value.isZero()) return;
  const before = allocation.taken.get(grant.id)?.value ?? zero;
  allocation.taken.set(grant.id, { value: before.plus(value), allowance });
  allocation.left = allocation.left.minus(value);
}

/** Takes from a grant down to a floor; null takes everything that is left. */
export function drain(
  allocation: Allocation,
  grant: Grant,
  to: { floor: Quantity | null; allowance: Allowance },
): void {
  const available =
    to.floor === null
      ? allocation.left
      : larger(zero, balanceIn(allocation, grant).minus(to.floor));
  take(allocation, grant, smaller(allocation.left, available), to.allowance);
}

/** Gives a negative remainder back to a grant, up to a ceiling; null gives back everything. */
export function refill(allocation: Allocation, grant: Grant, ceiling: Quantity | null): void {
  const owed = zero.minus(allocation.left);
  const room = ceiling === null ? owed : larger(zero, ceiling.minus(balanceIn(allocation, grant)));
  take(allocation, grant, zero.minus(smaller(owed, room)), 0);
}

/** First refund pass of domain §16: lift what is below zero up to zero. */
export function liftDebts(allocation: Allocation): void {
  for (const grant of refillable(allocation)) refill(allocation, grant, zero);
}

/** Second refund pass of domain §16: add up to what each grant gave. */
export function topUp(allocation: Allocation): void {
  for (const grant of refillable(allocation)) refill(allocation, grant, grantedOf(grant));
}

/** Rollovers hold what was left of a past period and are never refilled. */
function refillable(allocation: Allocation): Grant[] {
  return allocation.grants.filter((grant) => grant.kind !== "rollover");
}

/** The grants that an allocation moved, in its order, each with the one entry that says so. */
export function settleAllocation(
  allocation: Allocation,
  why: { at: Date; cause: LedgerCause; causeId: string },
): GrantChange[] {
  return allocation.grants.flatMap((before) => {
    const taken = allocation.taken.get(before.id);
    if (taken === undefined || taken.value.isZero()) return [];
    const { grant, entry } = moveGrant(before, {
      ...why,
      delta: zero.minus(taken.value),
      allowance: taken.allowance,
    });
    return [{ grant, entries: [entry] }];
  });
}
