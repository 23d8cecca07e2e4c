import { type Deduction, deduct, ownCandidates, type UseRules } from "../core/balances/deduction";
import { type Grant, isLive } from "../core/balances/grant";
import { type GrantChange, LedgerCause } from "../core/balances/ledger";
import { WindfallError } from "../core/error";
import { invariant } from "../core/invariant";
import { quantity } from "../core/quantity";

/** One unit of a seat feature, taken by an entity or handed back by it. */
export interface Seat {
  /** The customer's living grants with due work applied. */
  readonly grants: readonly Grant[];
  readonly featureId: number;
  /** The entity's row id, which the ledger entry names as its cause. */
  readonly entityId: string;
  readonly at: Date;
  /** What else holds the unit; nothing when left out. */
  readonly rules?: Pick<UseRules, "controls" | "limit">;
}

type SeatMove = Extract<Deduction, { outcome: "applied" }>;

/**
 * Takes one unit for an entity that is being made (domain §7).
 *
 * Seats without a price are recorded beyond the grant and never block; a grant that sells up to a
 * limit, or sells in advance, does, and so does a control. Where the customer has no such feature
 * nothing is taken.
 *
 * @throws WindfallError `feature_limit_reached`
 */
export function takeSeat(seat: Seat & { readonly featureSlug: string }): SeatMove {
  const taken = move(seat, 1, "cap");
  if (taken.dropped.isZero() || ownGrants(seat).length === 0) return taken;
  throw new WindfallError(
    "invalid_request",
    "feature_limit_reached",
    `The customer has used all it may of '${seat.featureSlug}'. Free a unit or raise the limit first.`,
  );
}

/** Hands the unit of an entity back; beyond what the grants gave nothing is added. */
export function handBackSeat(seat: Seat): SeatMove {
  return move(seat, -1, "cap");
}

/**
 * Takes the units of entities that were there before their customer had the feature, on the grants
 * that bring it. Nobody is turned out: beyond what the grants give, units are owed.
 */
export function seatWaiting(
  opened: readonly GrantChange[],
  entities: readonly { readonly id: string; readonly featureId: number }[],
  at: Date,
): GrantChange[] {
  const changes = new Map(opened.map((change) => [change.grant.id, change]));
  for (const { id, featureId } of entities) {
    const grants = [...changes.values()].map(({ grant }) => grant);
    const seat = { grants, featureId, entityId: id, at };
    for (const { grant, entries } of move(seat, 1, "overflow").changes) {
      const earlier = changes.get(grant.id)?.entries ?? [];
      changes.set(grant.id, { grant, entries: [...earlier, ...entries] });
    }
  }
  return [...changes.values()];
}

/** An entity counts against what the customer has, never against what another entity owns. */
function ownGrants(seat: Seat): Grant[] {
  return seat.grants.filter(
    (grant) =>
      grant.featureId === seat.featureId && grant.entityId === null && isLive(grant, seat.at),
  );
}

function move(seat: Seat, units: 1 | -1, overageBehavior: "cap" | "overflow"): SeatMove {
  const deduction = deduct({
    ...seat.rules,
    featureId: seat.featureId,
    candidates: ownCandidates(ownGrants(seat)),
    amount: quantity(units),
    entityId: null,
    overageBehavior,
    cause: LedgerCause.entity,
    causeId: seat.entityId,
    at: seat.at,
  });
  invariant(deduction.outcome === "applied", "Only a deduction that may reject is refused.");
  return deduction;
}
