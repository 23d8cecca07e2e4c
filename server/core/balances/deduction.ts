import { type Quantity, zero } from "../quantity";
import {
  type Allocation,
  allocate,
  drain,
  liftDebts,
  refill,
  settleAllocation,
  topUp,
} from "./allocation";
import { burnOrder, type Grant, grantedOf, Overflow, visibleGrants } from "./grant";
import { Allowance, type GrantChange, type LedgerCause } from "./ledger";

/** What happens to the part of a deduction that no grant covers (domain §16 step 4). */
type OverageBehavior = "cap" | "reject" | "overflow";

/** What one grant gave: above zero was deducted, below zero was given back. */
export type DeductionPart = {
  readonly grantId: string;
  readonly setId: string;
  readonly value: Quantity;
};

/** `applied` and `dropped` always sum to the amount that was asked for, signs included. */
export type Deduction =
  | {
      readonly outcome: "applied";
      readonly changes: readonly GrantChange[];
      readonly parts: readonly DeductionPart[];
      readonly applied: Quantity;
      readonly dropped: Quantity;
    }
  | { readonly outcome: "insufficient"; readonly missing: Quantity };

export type DeductionInput = {
  /** Live grants of one feature; those that the entity cannot see are left out here. */
  readonly grants: readonly Grant[];
  /** Feature units; negative gives units back. */
  readonly amount: Quantity;
  readonly entityId: string | null;
  readonly entityKey?: (entityId: string) => string;
  readonly overageBehavior: OverageBehavior;
  readonly cause: LedgerCause;
  readonly causeId: string;
  readonly at: Date;
};

/**
 * Spends an amount of one feature over a customer's grants, or gives it back (domain §16).
 *
 * Nothing is written: the answer carries the grants' final rows and the entries behind them, in
 * burn order. A grant that changes twice in the passes still gets a single entry.
 */
export function deduct(input: DeductionInput): Deduction {
  const { amount, overageBehavior } = input;
  const ordered = burnOrder(visibleGrants(input.grants, input.entityId), input);
  const allocation = allocate(ordered, amount);
  if (amount.lessThan(zero)) refund(allocation);
  else spend(allocation, overageBehavior);
  if (overageBehavior === "reject" && allocation.left.greaterThan(zero)) {
    return { outcome: "insufficient", missing: allocation.left };
  }
  return {
    outcome: "applied",
    changes: settleAllocation(allocation, input),
    parts: partsOf(allocation),
    applied: amount.minus(allocation.left),
    dropped: allocation.left,
  };
}

function spend(allocation: Allocation, overageBehavior: OverageBehavior): void {
  const unlimited = allocation.grants.find((grant) => grant.unlimited);
  if (unlimited !== undefined) {
    drain(allocation, unlimited, { floor: null, allowance: Allowance.unlimited });
    return;
  }
  for (const grant of allocation.grants) {
    drain(allocation, grant, { floor: zero, allowance: Allowance.none });
  }
  for (const grant of allocation.grants) {
    const allowance = allowanceOf(grant, overageBehavior);
    if (allowance !== Allowance.none) drain(allocation, grant, { floor: grant.floor, allowance });
  }
  // A rollover holds only what was left over, so the first grant proper takes the debt.
  const first = allocation.grants.find((grant) => grant.kind !== "rollover");
  if (overageBehavior === "overflow" && first !== undefined) {
    drain(allocation, first, { floor: null, allowance: Allowance.overflow });
  }
}

/** What lets this grant go below zero in the second pass; `reject` stops free seats at zero. */
function allowanceOf(grant: Grant, overageBehavior: OverageBehavior): Allowance {
  if (grant.kind === "rollover") return Allowance.none;
  switch (grant.overflow) {
    case Overflow.none:
      return Allowance.none;
    case Overflow.arrear:
      return Allowance.arrear;
    case Overflow.prorated:
      return Allowance.prorated;
    case Overflow.freeSeat:
      return overageBehavior === "reject" ? Allowance.none : Allowance.freeSeat;
    default:
      return grant.overflow satisfies never;
  }
}

/** An unlimited grant took everything, so it is the first to get units back. */
function refund(allocation: Allocation): void {
  for (const grant of allocation.grants) {
    if (grant.unlimited) refill(allocation, grant, grantedOf(grant));
  }
  liftDebts(allocation);
  topUp(allocation);
}

function partsOf(allocation: Allocation): DeductionPart[] {
  return allocation.grants.flatMap((grant) => {
    const value = allocation.taken.get(grant.id)?.value ?? zero;
    return value.isZero() ? [] : [{ grantId: grant.id, setId: grant.setId, value }];
  });
}
