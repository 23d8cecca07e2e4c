import { Decimal } from "decimal.js";
import { larger, type Quantity, zero } from "../quantity";
import { matchesFilter } from "./controls";

/**
 * What units of a feature cost in the units of a grant: 1 for the feature's own grants.
 *
 * Both directions are exact (to 60 digits); who stores a figure rounds it with {@link roundUnits}.
 */
export type CreditCost = {
  /** Credits for the first `units` of one use; never falls with `units` and is 0 for 0. */
  readonly creditsFor: (units: Quantity) => Quantity;
  /**
   * The most units that so many credits pay for: the inverse of `creditsFor`. Where all further
   * units are free, those are not counted.
   */
  readonly unitsFor: (credits: Quantity) => Quantity;
};

/** How a credit system prices one of its members. */
export type CreditItem = {
  readonly featureId: number;
  /** Units of the member that one cost is for. */
  readonly billingUnits: Quantity;
  /** Graduated steps; a flat cost has the single step without end. */
  readonly tiers: readonly CreditTier[];
  /** Other costs for events whose properties match; the highest priority wins, then the first. */
  readonly dimensions: readonly {
    readonly match: Readonly<Record<string, string>>;
    readonly priority: number;
    readonly tiers: readonly CreditTier[];
  }[];
  /** Applied to the cost of events whose properties match: times `factor`, then plus `add`. */
  readonly multipliers: readonly {
    readonly match: Readonly<Record<string, string>>;
    readonly factor: Quantity;
    readonly add: Quantity;
  }[];
};

/** A step up to and with `to` units of one use; null is without end. */
type CreditTier = { readonly to: Quantity | null; readonly creditCost: Quantity };

type Properties = Readonly<Record<string, unknown>> | null;

/** The cost of a feature's units in its own grants. */
export const ownUnits: CreditCost = {
  creditsFor: (units) => units,
  unitsFor: (credits) => credits,
};

/** The one rounding of units and credits: to 10 places, halves away from zero, as stored. */
export function roundUnits(value: Quantity): Quantity {
  return value.decimalPlaces() <= 10 ? value : value.toDecimalPlaces(10, Decimal.ROUND_HALF_UP);
}

/** Items whose cost no property changes cost the same every time. */
const plainCosts = new WeakMap<CreditItem, CreditCost>();

/**
 * What a use with these properties costs under a credit system (domain §19).
 *
 * The cost is that of the matching dimension with the highest priority (of equals the first), else
 * the item's own; every multiplier that matches then changes it in turn, never to below zero.
 * Properties are compared as text.
 *
 * Our reading where the contract is silent: a cost is per `billingUnits`, and parts of them cost
 * their share (credits are not sold in packages); tiers are graduated over the units of one event,
 * so the n-th unit of an event costs what its tier says, whoever paid for those before it; `add` is
 * added to the cost of the same billing units that `factor` multiplies.
 */
export function costOf(item: CreditItem, properties: Properties): CreditCost {
  const isPlain = item.dimensions.length === 0 && item.multipliers.length === 0;
  const known = isPlain ? plainCosts.get(item) : undefined;
  if (known !== undefined) return known;
  const tiers = tiersFor(item, properties).map(({ to, creditCost }) => ({
    to,
    rate: larger(zero, multiplied(item, properties, creditCost)),
  }));
  const [only] = tiers;
  const cost =
    only === undefined || tiers.length > 1
      ? graduatedCost(tiers, item.billingUnits)
      : flatCost(only.rate, item.billingUnits);
  if (isPlain) plainCosts.set(item, cost);
  return cost;
}

function tiersFor(item: CreditItem, properties: Properties): readonly CreditTier[] {
  let best: CreditItem["dimensions"][number] | null = null;
  for (const dimension of item.dimensions) {
    if (!matchesFilter(dimension.match, properties)) continue;
    if (best === null || dimension.priority > best.priority) best = dimension;
  }
  return best?.tiers ?? item.tiers;
}

function multiplied(item: CreditItem, properties: Properties, creditCost: Quantity): Quantity {
  let rate = creditCost;
  for (const { match, factor, add } of item.multipliers) {
    if (matchesFilter(match, properties)) rate = rate.times(factor).plus(add);
  }
  return rate;
}

function flatCost(rate: Quantity, per: Quantity): CreditCost {
  if (rate.isZero()) return { creditsFor: () => zero, unitsFor: () => zero };
  return {
    creditsFor: (units) => units.times(rate).dividedBy(per),
    unitsFor: (credits) => credits.times(per).dividedBy(rate),
  };
}

type Step = { readonly to: Quantity | null; readonly rate: Quantity };

function graduatedCost(steps: readonly Step[], per: Quantity): CreditCost {
  return {
    creditsFor: (units) => {
      let credits = zero;
      let from = zero;
      for (const [n, { to, rate }] of steps.entries()) {
        const end = n === steps.length - 1 || to === null || units.lessThan(to) ? units : to;
        if (end.greaterThan(from)) credits = credits.plus(end.minus(from).times(rate));
        if (end === units) break;
        from = end;
      }
      return credits.dividedBy(per);
    },
    unitsFor: (credits) => unitsOfSteps(steps, credits.times(per)),
  };
}

/** The end of the last step that `credits` pay for in full, and what is left of the next one. */
function unitsOfSteps(steps: readonly Step[], credits: Quantity): Quantity {
  let left = credits;
  let from = zero;
  for (const [n, { to, rate }] of steps.entries()) {
    const whole = to === null || n === steps.length - 1 ? null : to.minus(from).times(rate);
    if (whole === null || to === null || left.lessThan(whole)) {
      return rate.isZero() ? from : from.plus(left.dividedBy(rate));
    }
    left = left.minus(whole);
    from = to;
  }
  return from;
}
