import type { FeatureType } from "../feature";
import { aboveZero, larger, type Quantity, sum, zero } from "../quantity";
import { roundUnits } from "./credit-cost";
import {
  type Candidate,
  type Limiting,
  limitingOf,
  missingIn,
  orderCandidates,
  spend,
  type UseRules,
} from "./deduction";
import { type Grant, Overflow } from "./grant";
import { Allowance } from "./ledger";

type DecisionReason =
  | "boolean"
  | "unlimited"
  | "enough"
  | "overage"
  | "insufficient"
  | "usage_limit"
  | "no_balance";

/** Whether a customer may use a feature; a denial says why and how many units would lift it. */
export type Decision = {
  readonly allowed: boolean;
  readonly reason: DecisionReason;
  /** The feature whose balance answers: the one asked for, or a credit system that pays for it. */
  readonly featureId: number;
  /** What is needed, in the units of the feature that answers. */
  readonly required: Quantity;
  /** Units that are missing for a yes, alike; null when allowed, or when no number helps. */
  readonly missing: Quantity | null;
  /** What would have to be higher for a yes; null when allowed, or when there is no balance. */
  readonly limitedBy: Limiting | null;
};

export type DecideInput = UseRules & {
  readonly feature: { readonly type: FeatureType };
  /** Units of the feature asked for. */
  readonly required: Quantity;
};

/**
 * Decides a check (domain §17).
 *
 * It says yes exactly when a deduction that may reject would go through, so seats without a price
 * are denied at zero although a track would be recorded, and own units and credits that suffice
 * only together are enough. A negative requirement is met where there is a balance at all.
 *
 * The first of these answers: the feature itself if its own balance suffices; the first credit
 * system that suffices alone; the first credit system that the customer has; its own balance.
 */
export function decide(input: DecideInput): Decision {
  const { feature, required, featureId } = input;
  const ordered = orderCandidates(input);
  if (ordered.length === 0) {
    const missing = feature.type === "boolean" ? null : larger(zero, required);
    return { ...denied(input, "no_balance"), missing };
  }
  if (feature.type === "boolean") return allowed(input, "boolean");
  const isPlain = input.controls === undefined && input.limit === undefined;
  if (isPlain && ordered.every(({ grant }) => grant.featureId === featureId)) {
    return decidePlain(
      input,
      ordered.map(({ grant }) => grant),
    );
  }
  return decideAmong(input, ordered);
}

/** The whole rule where only the feature's own grants count and nothing else limits them. */
function decidePlain(input: DecideInput, grants: readonly Grant[]): Decision {
  const { required } = input;
  if (grants.some((grant) => grant.unlimited)) return allowed(input, "unlimited");
  const remaining = remainingOf(grants);
  if (required.lessThanOrEqualTo(remaining)) return allowed(input, "enough");
  const headroom = overageHeadroom(grants);
  if (headroom === null) return allowed(input, "overage");
  const missing = required.minus(remaining).minus(headroom);
  if (missing.lessThanOrEqualTo(zero)) return allowed(input, "overage");
  const limitedBy = grants.some(sellsOverage) ? "max_purchase" : "included";
  return { ...denied(input, "insufficient"), missing, limitedBy };
}

/** Tries the features that may pay one by one, then all together, as a deduction would. */
function decideAmong(input: DecideInput, ordered: readonly Candidate[]): Decision {
  const held = heldFeatures(input, ordered);
  const isUnlimited = ordered.some(({ grant }) => grant.unlimited);
  // Where any grant is unlimited it takes everything and usage limits do not count.
  const rules = isUnlimited ? { ...input, limit: undefined } : input;
  for (const featureId of held) {
    const rows = ordered.filter(({ grant }) => grant.featureId === featureId);
    const reason = sufficesWith(rules, rows);
    if (reason !== null) return allowed(input, reason, rows);
  }
  const fallback = held.find((featureId) => featureId !== input.featureId) ?? input.featureId;
  const answering = ordered.filter(({ grant }) => grant.featureId === fallback);
  const together = sufficesWith(rules, ordered);
  if (together !== null) return allowed(input, together, answering);
  const spent = spend(rules, ordered, { amount: input.required, overageBehavior: "reject" });
  const limitedBy = limitingOf(rules, ordered, spent);
  return {
    ...denied(input, limitedBy === "usage_limit" ? "usage_limit" : "insufficient", answering),
    missing: missingCost(answering, input.required, missingIn(spent, input.required)),
    limitedBy,
  };
}

/** The features of the candidates: the one asked for first, then credit systems as they were given. */
function heldFeatures(input: DecideInput, ordered: readonly Candidate[]): number[] {
  const visible = new Set(ordered.map(({ grant }) => grant.featureId));
  const given = new Set(input.candidates.map(({ grant }) => grant.featureId));
  return [
    input.featureId,
    ...[...given].filter((featureId) => featureId !== input.featureId),
  ].filter((featureId) => visible.has(featureId));
}

/** Whether these candidates alone let a rejecting deduction through, and by what; null if not. */
function sufficesWith(input: DecideInput, rows: readonly Candidate[]): DecisionReason | null {
  if (rows.some(({ grant }) => grant.unlimited)) return "unlimited";
  if (input.required.lessThanOrEqualTo(zero)) return "enough";
  const spent = spend(input, rows, { amount: input.required, overageBehavior: "reject" });
  if (!missingIn(spent, input.required).isZero()) return null;
  const owes = [...spent.allocation.taken.values()].some(
    ({ allowance }) => allowance !== Allowance.none,
  );
  return owes ? "overage" : "enough";
}

function allowed(
  input: DecideInput,
  reason: DecisionReason,
  rows: readonly Candidate[] = [],
): Decision {
  return {
    allowed: true,
    reason,
    featureId: rows[0]?.grant.featureId ?? input.featureId,
    required: requiredIn(input, rows),
    missing: null,
    limitedBy: null,
  };
}

function denied(
  input: DecideInput,
  reason: DecisionReason,
  rows: readonly Candidate[] = [],
): Decision {
  return { ...allowed(input, reason, rows), allowed: false };
}

/** What is required of the rows that answer; without rows of another feature in its own units. */
function requiredIn({ featureId, required }: DecideInput, rows: readonly Candidate[]): Quantity {
  const [row] = rows;
  if (row === undefined || row.grant.featureId === featureId) return required;
  const amount = roundUnits(row.cost.creditsFor(required.abs()));
  return required.isNegative() ? amount.negated() : amount;
}

/** What the last `missing` units of a requirement cost in the rows that answer. */
function missingCost(rows: readonly Candidate[], required: Quantity, missing: Quantity): Quantity {
  const [row] = rows;
  if (row === undefined) return missing;
  const { creditsFor } = row.cost;
  return roundUnits(creditsFor(required).minus(creditsFor(required.minus(missing))));
}

/** What is left to use: no grant counts below zero, and unlimited ones have no number (domain §12). */
export function remainingOf(grants: readonly Grant[]): Quantity {
  if (grants.some((grant) => grant.unlimited)) return zero;
  return sum(grants.map((grant) => aboveZero(grant.balance)));
}

/** Whether a grant sells use beyond itself. Seats without a price are recorded, not sold. */
export function sellsOverage(grant: Grant): boolean {
  return grant.overflow === Overflow.arrear || grant.overflow === Overflow.prorated;
}

/** Units that may still be used below zero; null is without bound. */
function overageHeadroom(grants: readonly Grant[]): Quantity | null {
  let headroom = zero;
  for (const grant of grants.filter(sellsOverage)) {
    if (grant.floor === null) return null;
    const debt = larger(zero, zero.minus(grant.balance));
    headroom = headroom.plus(larger(zero, zero.minus(grant.floor).minus(debt)));
  }
  return headroom;
}
