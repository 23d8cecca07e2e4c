import { WindfallError } from "../error";
import { invariant } from "../invariant";
import { larger, type Quantity, sum, zero } from "../quantity";
import {
  type Allocation,
  allocate,
  drain,
  liftDebts,
  refill,
  settleAllocation,
  topUp,
} from "./allocation";
import { burnOrder, type Grant, grantedOf, Overflow } from "./grant";
import { Allowance, type GrantChange, LedgerCause, moveGrant } from "./ledger";

/** What an operator or the API changes about a balance (domain §12, "Editing"). */
export type BalanceEdit = {
  /** Sets what is left; debts are lifted to zero first. */
  readonly remaining?: Quantity | undefined;
  /** Adds to what is left, or takes away when negative. */
  readonly addToBalance?: Quantity | undefined;
  /** Sets what counts as used, which may be more than was granted. */
  readonly usage?: Quantity | undefined;
  /** Sets the included amount until the next reset; what was used stays used. */
  readonly includedGrant?: Quantity | undefined;
  /** Moves the next reset; the later ones follow from it. */
  readonly nextResetAt?: Date | undefined;
  /** Sets or, with null, removes the expiry. */
  readonly expiresAt?: Date | null | undefined;
};

type EditInput = {
  /** The live grants of one feature that the edit targets, at least one. */
  readonly grants: readonly Grant[];
  readonly edit: BalanceEdit;
  readonly entityId: string | null;
  readonly entityKey?: (entityId: string) => string;
  readonly editId: string;
  readonly at: Date;
};

/**
 * Applies a balance edit to the grants it targets, in burn order.
 *
 * `remaining`, `addToBalance` and `usage` exclude one another and move the signed balance only, so
 * the granted amount stays and the reported usage changes. `includedGrant` and the two dates need
 * a single target.
 *
 * @throws WindfallError `invalid_inputs` when fields exclude each other, nothing would change, a
 *   single target is needed, or an instant or amount is not possible.
 */
export function editGrants(input: EditInput): GrantChange[] {
  const { edit, at, editId } = input;
  invariant(input.grants.length > 0, "A balance edit without a grant to edit.");
  assertConsistent(edit);
  const changes = new Map<string, GrantChange>();
  let grants = burnOrder(input.grants, input);
  const record = (change: GrantChange) => {
    const earlier = changes.get(change.grant.id)?.entries ?? [];
    changes.set(change.grant.id, {
      grant: change.grant,
      entries: [...earlier, ...change.entries],
    });
    grants = grants.map((grant) => (grant.id === change.grant.id ? change.grant : grant));
  };
  if (edit.includedGrant !== undefined) {
    record(setIncluded(single(grants), edit.includedGrant, { at, editId }));
  }
  const allocation = allocateEdit(grants, edit);
  if (allocation !== null) {
    for (const change of settleAllocation(allocation, {
      at,
      cause: LedgerCause.edit,
      causeId: editId,
    })) {
      record(change);
    }
  }
  if (edit.nextResetAt !== undefined || edit.expiresAt !== undefined) {
    record({ grant: setDates(single(grants), edit, at), entries: [] });
  }
  return [...changes.values()];
}

function assertConsistent(edit: BalanceEdit): void {
  const balanceFields = [edit.remaining, edit.addToBalance, edit.usage];
  const given = balanceFields.filter((value) => value !== undefined).length;
  if (given > 1) {
    throw refused("remaining, add_to_balance and usage exclude each other; send one of them.");
  }
  const others = [edit.includedGrant, edit.nextResetAt, edit.expiresAt];
  if (given === 0 && others.every((value) => value === undefined)) {
    throw refused(
      "Nothing to change: send remaining, add_to_balance, usage, included_grant, next_reset_at or expires_at.",
    );
  }
  if (edit.remaining?.lessThan(zero)) throw refused("remaining must not be below 0.");
  if (edit.includedGrant?.lessThan(zero)) throw refused("included_grant must not be below 0.");
}

/** What rolled over from a grant is not meant where the grant itself is targeted. */
function single(grants: readonly Grant[]): Grant {
  const proper = grants.filter((grant) => grant.kind !== "rollover");
  const meant = proper.length > 0 ? proper : grants;
  const [grant, ...others] = meant;
  if (grant === undefined || others.length > 0) {
    throw refused(
      `${meant.length} balances match, and this change needs exactly one: name it with balance_id.`,
    );
  }
  return grant;
}

function setIncluded(
  grant: Grant,
  included: Quantity,
  why: { at: Date; editId: string },
): GrantChange {
  if (grant.unlimited) throw refused("An unlimited balance has no included_grant to change.");
  const change = included.minus(grant.included).minus(grant.adjustment);
  if (change.isZero()) return { grant, entries: [] };
  const move = moveGrant(grant, {
    at: why.at,
    cause: LedgerCause.edit,
    causeId: why.editId,
    allowance: grant.balance.plus(change).lessThan(zero) ? Allowance.edit : Allowance.none,
    delta: change,
    grantedDelta: change,
  });
  return { grant: move.grant, entries: [move.entry] };
}

function allocateEdit(grants: readonly Grant[], edit: BalanceEdit): Allocation | null {
  const unlimited = grants.some((grant) => grant.unlimited);
  if (edit.usage !== undefined) {
    const granted = sum(grants.map(grantedOf));
    const signed = sum(grants.map((grant) => grant.balance));
    const shift = granted.minus(edit.usage).minus(signed);
    return unlimited ? shiftUnlimited(grants, shift) : shiftBalance(grants, shift);
  }
  if (edit.remaining === undefined && edit.addToBalance === undefined) return null;
  if (unlimited) throw refused("An unlimited balance has nothing to set or add; set its usage.");
  if (edit.remaining !== undefined) return setRemaining(grants, edit.remaining);
  return edit.addToBalance === undefined ? null : shiftBalance(grants, edit.addToBalance);
}

function setRemaining(grants: readonly Grant[], remaining: Quantity): Allocation {
  const debt = sum(grants.map((grant) => larger(zero, zero.minus(grant.balance))));
  const held = sum(grants.map((grant) => larger(zero, grant.balance)));
  const allocation = allocate(grants, zero.minus(debt));
  liftDebts(allocation);
  allocation.left = held.minus(remaining);
  if (allocation.left.lessThan(zero)) addRest(allocation);
  else drainToZero(allocation);
  return allocation;
}

/** Moves the sum of the signed balances; what must go below zero goes where use would go. */
function shiftBalance(grants: readonly Grant[], shift: Quantity): Allocation {
  const allocation = allocate(grants, zero.minus(shift));
  if (shift.greaterThan(zero)) {
    liftDebts(allocation);
    addRest(allocation);
    return allocation;
  }
  drainToZero(allocation);
  for (const grant of grants) {
    if (grant.overflow !== Overflow.none) {
      drain(allocation, grant, { floor: grant.floor, allowance: Allowance.edit });
    }
  }
  drain(allocation, firstProper(grants), { floor: null, allowance: Allowance.edit });
  return allocation;
}

function shiftUnlimited(grants: readonly Grant[], shift: Quantity): Allocation {
  const allocation = allocate(grants, zero.minus(shift));
  const unlimited = grants.find((grant) => grant.unlimited);
  invariant(unlimited, "No unlimited grant to shift.");
  if (shift.greaterThan(zero)) refill(allocation, unlimited, null);
  else drain(allocation, unlimited, { floor: null, allowance: Allowance.unlimited });
  return allocation;
}

function drainToZero(allocation: Allocation): void {
  for (const grant of allocation.grants) {
    drain(allocation, grant, { floor: zero, allowance: Allowance.none });
  }
}

/** Gives units back up to what was granted; a gift beyond that lands on the first grant. */
function addRest(allocation: Allocation): void {
  topUp(allocation);
  refill(allocation, firstProper(allocation.grants), null);
}

/** The first grant that is not a rollover, unless nothing else is targeted. */
function firstProper(grants: readonly Grant[]): Grant {
  const first = grants.find((grant) => grant.kind !== "rollover") ?? grants[0];
  invariant(first, "No grant to move.");
  return first;
}

function setDates(grant: Grant, edit: BalanceEdit, at: Date): Grant {
  const expiresAt = edit.expiresAt === undefined ? grant.expiresAt : edit.expiresAt;
  const nextResetAt = edit.nextResetAt ?? grant.nextResetAt;
  if (edit.expiresAt && edit.expiresAt.getTime() <= at.getTime()) {
    throw refused("expires_at must lie in the future.");
  }
  if (edit.nextResetAt === undefined) return { ...grant, expiresAt };
  if (grant.reset === null || grant.unlimited) throw refused("This balance does not reset.");
  if (edit.nextResetAt.getTime() <= at.getTime()) {
    throw refused("next_reset_at must lie in the future.");
  }
  if (expiresAt !== null && edit.nextResetAt.getTime() >= expiresAt.getTime()) {
    throw refused("next_reset_at must lie before expires_at.");
  }
  return { ...grant, expiresAt, nextResetAt, anchorAt: edit.nextResetAt };
}

function refused(message: string): WindfallError {
  return new WindfallError("invalid_request", "invalid_inputs", message);
}
