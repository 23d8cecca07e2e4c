import type { Quantity } from "../quantity";

/** What units of a feature cost in the units of a grant: 1 for the feature's own grants. */
export type CreditCost = {
  /** Credits for the first `units` of one use; rises with `units` and is 0 for 0. */
  readonly creditsFor: (units: Quantity) => Quantity;
  /** The units that so many credits pay for: the inverse of `creditsFor`. */
  readonly unitsFor: (credits: Quantity) => Quantity;
};

/** How a credit system prices one of its members. */
export type CreditItem = {
  readonly featureId: number;
  /** Units of the member that one cost is for. */
  readonly billingUnits: Quantity;
  /** Graduated steps; a flat cost has the single step without end. */
  readonly tiers: readonly { readonly to: Quantity | null; readonly creditCost: Quantity }[];
  /** Other costs for events whose properties match; the highest priority wins, then the first. */
  readonly dimensions: readonly {
    readonly match: Readonly<Record<string, string>>;
    readonly priority: number;
    readonly tiers: readonly { readonly to: Quantity | null; readonly creditCost: Quantity }[];
  }[];
  /** Applied to the cost of events whose properties match: times `factor`, then plus `add`. */
  readonly multipliers: readonly {
    readonly match: Readonly<Record<string, string>>;
    readonly factor: Quantity;
    readonly add: Quantity;
  }[];
};
