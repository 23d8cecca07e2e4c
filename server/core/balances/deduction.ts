import { type Quantity, smaller, zero } from "../quantity";
import {
  type Allocation,
  allocate,
  drain,
  liftDebts,
  refill,
  settleAllocation,
  topUp,
} from "./allocation";
import type { FeatureControls } from "./controls";
import { type CreditCost, ownUnits, roundUnits } from "./credit-cost";
import { compareBurn, type Grant, grantedOf, Overflow } from "./grant";
import { Allowance, type GrantChange, type LedgerCause } from "./ledger";
import { spendHeadroom } from "./spend-limit";
import type { UsageHeadroom } from "./usage-limit";

/** What happens to the part of a deduction that no grant covers (domain §16 step 4). */
export type OverageBehavior = "cap" | "reject" | "overflow";

/** A grant that may pay for a use, and what a unit of the feature costs there. */
export type Candidate = { readonly grant: Grant; readonly cost: CreditCost };

/** What one grant gave: above zero was deducted, below zero was given back. */
export type DeductionPart = {
  readonly grantId: string;
  readonly setId: string;
  /** In the grant's own units. */
  readonly value: Quantity;
  /** The units of the feature that this covered. */
  readonly units: Quantity;
};

/** What would have to be higher for a use to go through. */
export type Limiting = "included" | "max_purchase" | "spend_limit" | "usage_limit";

/**
 * `applied` and `dropped` are units of the feature and always sum to the amount that was asked for,
 * signs included. The parts' units sum to `applied`, but for units that cost nothing.
 */
export type Deduction =
  | {
      readonly outcome: "applied";
      readonly changes: readonly GrantChange[];
      readonly parts: readonly DeductionPart[];
      readonly applied: Quantity;
      readonly dropped: Quantity;
    }
  | { readonly outcome: "insufficient"; readonly missing: Quantity; readonly limitedBy: Limiting };

/** On what, and under which rules, a use of a feature is deducted or decided. */
export type UseRules = {
  /** The feature that is used. */
  readonly featureId: number;
  /**
   * Live grants of the feature and of the credit systems that pay for it, of all the customer's
   * entities: those that the entity cannot see give nothing, but count for spend limits.
   */
  readonly candidates: readonly Candidate[];
  readonly entityId: string | null;
  readonly entityKey?: ((entityId: string) => string) | undefined;
  /** The controls of the candidates' features; a feature that is missing here has none. */
  readonly controls?: ReadonlyMap<number, FeatureControls> | undefined;
  /** What usage limits leave; nothing is limited when left out. */
  readonly limit?: UsageHeadroom | undefined;
  /** The organization's reversed order of resetting and lasting grants. */
  readonly reverseOrder?: boolean | undefined;
};

export type DeductionInput = UseRules & {
  /** Feature units; negative gives units back. */
  readonly amount: Quantity;
  readonly overageBehavior: OverageBehavior;
  readonly cause: LedgerCause;
  readonly causeId: string;
  readonly at: Date;
};

/** Grants of the used feature itself as candidates. */
export function ownCandidates(grants: readonly Grant[]): Candidate[] {
  return grants.map((grant) => ({ grant, cost: ownUnits }));
}

/**
 * Spends an amount of one feature over a customer's grants, or gives it back (domain §16).
 *
 * Nothing is written: the answer carries the grants' final rows and the entries behind them, in
 * burn order. A grant that changes twice in the passes still gets a single entry.
 */
export function deduct(input: DeductionInput): Deduction {
  const { amount, overageBehavior } = input;
  const ordered = orderCandidates(input);
  if (amount.isNegative() && !amount.isZero()) {
    return settle(refund(ordered, amount), amount, input);
  }
  const spent = spend(input, ordered, { amount, overageBehavior });
  if (overageBehavior === "reject") {
    const missing = missingIn(spent, amount);
    if (!missing.isZero()) {
      return { outcome: "insufficient", missing, limitedBy: limitingOf(input, ordered, spent) };
    }
  }
  return settle(spent.allocation, amount, input);
}

/** The candidates that whoever asks sees, in burn order. */
export function orderCandidates(rules: UseRules): readonly Candidate[] {
  const { entityId, candidates } = rules;
  const visible =
    entityId === null
      ? candidates
      : candidates.filter(({ grant }) => grant.entityId === null || grant.entityId === entityId);
  if (visible.length < 2) return visible;
  const compare = compareBurn(rules);
  return [...visible].sort((a, b) => compare(a.grant, b.grant));
}

/** What a spend took, and what held it. */
export type Spent = {
  readonly allocation: Allocation;
  /** What was left for the grants to cover, after the usage limits. */
  readonly within: Quantity;
  /** What spend limits leave now, by feature, in the feature's units. */
  readonly spendPools: Map<number, Quantity>;
  /** What usage limits of credit systems leave now. */
  readonly creditPools: Map<number, Quantity>;
};

/** The units that a spend did not cover, usage limits included. */
export function missingIn({ allocation, within }: Spent, amount: Quantity): Quantity {
  return amount.minus(within).plus(roundUnits(allocation.left));
}

type SpendStep = { readonly amount: Quantity; readonly overageBehavior: OverageBehavior };

/** Works out a positive amount over candidates that are already in order. */
export function spend(rules: UseRules, ordered: readonly Candidate[], step: SpendStep): Spent {
  const { amount, overageBehavior } = step;
  const unlimited = ordered.find(({ grant }) => grant.unlimited);
  const limit = unlimited !== undefined || overageBehavior === "overflow" ? undefined : rules.limit;
  const units = limit?.units ?? null;
  const within = units === null ? amount : smaller(amount, units);
  const allocation = allocate(
    ordered.map(({ grant }) => grant),
    within,
  );
  const spent: Spent = {
    allocation,
    within,
    spendPools: new Map(),
    creditPools: limit === undefined ? none : new Map(limit.credits),
  };
  if (unlimited !== undefined) {
    const { grant, cost } = unlimited;
    drain(allocation, grant, { floor: null, allowance: Allowance.unlimited, cost });
    return spent;
  }
  for (const candidate of ordered) {
    if (allocation.left.isZero()) return spent;
    drainWithin(spent, candidate, { floor: zero, allowance: Allowance.none });
  }
  if (!allocation.left.isZero()) goBelowZero(rules, ordered, { spent, overageBehavior });
  return spent;
}

/** Without usage limits there is nothing to count down. */
const none: Map<number, Quantity> = new Map();

function goBelowZero(
  rules: UseRules,
  ordered: readonly Candidate[],
  { spent, overageBehavior }: { spent: Spent; overageBehavior: OverageBehavior },
): void {
  const { allocation, spendPools } = spent;
  openSpendPools(rules, ordered, { pools: spendPools, everyRow: overageBehavior === "overflow" });
  for (const candidate of ordered) {
    const { grant } = candidate;
    const allowance = allowanceOf(grant, { rules, ordered, overageBehavior });
    if (allowance === Allowance.none) continue;
    const floor = spendPools.has(grant.featureId) ? null : grant.floor;
    drainWithin(spent, candidate, { floor, allowance });
    if (allocation.left.isZero()) return;
  }
  if (overageBehavior !== "overflow") return;
  // A rollover holds only what was left over, so the first grant proper takes the debt.
  const first = ordered.find(({ grant }) => grant.kind !== "rollover");
  if (first === undefined || controlsOf(rules, first.grant)?.overageAllowed === false) return;
  drainWithin(spent, first, { floor: null, allowance: Allowance.overflow });
}

/** Drains a grant as far as the pools of its feature go; a rollover is held by neither. */
function drainWithin(
  { allocation, spendPools, creditPools }: Spent,
  { grant, cost }: Candidate,
  to: { floor: Quantity | null; allowance: Allowance },
): void {
  const isLot = grant.kind === "rollover";
  const credits = isLot ? undefined : creditPools.get(grant.featureId);
  const overage = to.allowance === Allowance.none ? undefined : spendPools.get(grant.featureId);
  let most: Quantity | null = credits ?? overage ?? null;
  if (credits !== undefined && overage !== undefined) most = smaller(credits, overage);
  const { floor, allowance } = to;
  const value = drain(allocation, grant, { floor, allowance, most, cost });
  if (credits !== undefined) creditPools.set(grant.featureId, credits.minus(value));
  if (overage !== undefined) spendPools.set(grant.featureId, overage.minus(value));
}

function openSpendPools(
  rules: UseRules,
  ordered: readonly Candidate[],
  { pools, everyRow }: { pools: Map<number, Quantity>; everyRow: boolean },
): void {
  for (const [featureId, controls] of rules.controls ?? []) {
    if (controls.spendLimit === null) continue;
    const headroom = spendHeadroom(
      controls,
      { all: rowsOf(rules.candidates, featureId), visible: rowsOf(ordered, featureId) },
      everyRow,
    );
    if (headroom !== null) pools.set(featureId, headroom);
  }
}

function rowsOf(candidates: readonly Candidate[], featureId: number): Grant[] {
  return candidates.flatMap(({ grant }) => (grant.featureId === featureId ? [grant] : []));
}

function controlsOf(rules: UseRules, grant: Grant): FeatureControls | undefined {
  return rules.controls?.get(grant.featureId);
}

/**
 * What lets this grant go below zero in the second pass. Off stops everything at zero; on lifts
 * grants without a price, unless some grant of their feature can go below zero anyway.
 */
function allowanceOf(
  grant: Grant,
  scope: {
    rules: UseRules;
    ordered: readonly Candidate[];
    overageBehavior: OverageBehavior;
  },
): Allowance {
  const { rules, ordered, overageBehavior } = scope;
  if (grant.kind === "rollover") return Allowance.none;
  const allowed = controlsOf(rules, grant)?.overageAllowed ?? null;
  if (allowed === false) return Allowance.none;
  const native = nativeAllowance(grant, overageBehavior);
  if (native !== Allowance.none || allowed === null || isPriced(grant)) return native;
  const covered = ordered.some(
    (other) =>
      other.grant.featureId === grant.featureId &&
      nativeAllowance(other.grant, overageBehavior) !== Allowance.none,
  );
  return covered ? Allowance.none : Allowance.overageAllowed;
}

/** What a grant's own price or kind lets it do; `reject` stops free seats at zero. */
function nativeAllowance(grant: Grant, overageBehavior: OverageBehavior): Allowance {
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

/** Units that were bought end where they end: being let below zero would give them away. */
function isPriced(grant: Grant): boolean {
  return grant.kind === "purchase" || grant.kind === "topup" || !grant.prepaid.isZero();
}

/** Which limit stood in the way of a spend that fell short. */
export function limitingOf(
  rules: UseRules,
  ordered: readonly Candidate[],
  { within, allocation, creditPools, spendPools }: Spent,
): Limiting {
  const isEmpty = (pool: Quantity) => pool.isZero();
  if (rules.limit?.units?.lessThanOrEqualTo(within) && allocation.left.isZero()) {
    return "usage_limit";
  }
  if ([...creditPools.values()].some(isEmpty)) return "usage_limit";
  if ([...spendPools.values()].some(isEmpty)) return "spend_limit";
  const sells = ordered.some(
    ({ grant }) =>
      grant.floor !== null &&
      allowanceOf(grant, { rules, ordered, overageBehavior: "reject" }) !== Allowance.none,
  );
  return sells ? "max_purchase" : "included";
}

/** An unlimited grant took everything, so it is the first to get units back. */
function refund(ordered: readonly Candidate[], amount: Quantity): Allocation {
  const allocation = allocate(
    ordered.map(({ grant }) => grant),
    amount,
  );
  const costs = new Map(ordered.map(({ grant, cost }) => [grant.id, cost]));
  const costOf = (grant: Grant) => costs.get(grant.id) ?? ownUnits;
  for (const { grant, cost } of ordered) {
    if (grant.unlimited) refill(allocation, grant, grantedOf(grant), cost);
  }
  liftDebts(allocation, costOf);
  topUp(allocation, costOf);
  return allocation;
}

function settle(
  allocation: Allocation,
  amount: Quantity,
  why: Pick<DeductionInput, "at" | "cause" | "causeId">,
): Deduction {
  const { asked } = allocation;
  const left = allocation.left.isZero() ? zero : roundUnits(allocation.left);
  const applied = left.isZero() ? asked : asked.minus(left);
  const parts: DeductionPart[] = [];
  for (const { id, setId } of allocation.grants) {
    const taken = allocation.taken.get(id);
    if (taken === undefined || taken.value.isZero()) continue;
    parts.push({ grantId: id, setId, value: taken.value, units: taken.units });
  }
  return {
    outcome: "applied",
    changes: settleAllocation(allocation, why),
    parts,
    applied,
    dropped: applied === amount ? zero : amount.minus(applied),
  };
}
