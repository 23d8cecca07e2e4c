import { deduct } from "../core/deduction";
import { WindfallError } from "../core/error";
import { type Grant, isLive } from "../core/grant";
import { invariant } from "../core/invariant";
import { type GrantChange, LedgerCause } from "../core/ledger";
import { quantity } from "../core/quantity";

/** One unit of a seat feature, taken by an entity or handed back by it. */
export interface Seat {
  /** The customer's living grants with due work applied. */
  readonly grants: readonly Grant[];
  readonly featureId: number;
  readonly featureSlug: string;
  /** The entity's row id, which the ledger entry names as its cause. */
  readonly entityId: string;
  readonly at: Date;
}

/**
 * Takes one unit for an entity that is being made (domain §7).
 *
 * Seats without a price are recorded beyond the grant and never block; a grant that sells up to a
 * limit, or sells in advance, does. Where the customer has no such feature nothing is taken.
 *
 * @throws WindfallError `feature_limit_reached`
 */
export function takeSeat(seat: Seat): readonly GrantChange[] {
  const rows = ownGrants(seat);
  if (rows.length === 0) return [];
  const taken = move(seat, rows, 1);
  if (taken.dropped.isZero()) return taken.changes;
  throw new WindfallError(
    "invalid_request",
    "feature_limit_reached",
    `The customer has used all it may of '${seat.featureSlug}'. Free a unit or raise the limit first.`,
  );
}

/** Hands the unit of an entity back; beyond what the grants gave nothing is added. */
export function handBackSeat(seat: Seat): readonly GrantChange[] {
  return move(seat, ownGrants(seat), -1).changes;
}

/** An entity counts against what the customer has, never against what another entity owns. */
function ownGrants(seat: Seat): Grant[] {
  return seat.grants.filter(
    (grant) =>
      grant.featureId === seat.featureId && grant.entityId === null && isLive(grant, seat.at),
  );
}

function move(seat: Seat, grants: readonly Grant[], units: 1 | -1) {
  const deduction = deduct({
    grants,
    amount: quantity(units),
    entityId: null,
    overageBehavior: "cap",
    cause: LedgerCause.entity,
    causeId: seat.entityId,
    at: seat.at,
  });
  invariant(deduction.outcome === "applied", "A capped deduction is always applied.");
  return deduction;
}
