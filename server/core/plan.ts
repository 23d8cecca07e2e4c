import type { RolloverRule } from "./balances/rollover";
import type { FeatureType } from "./feature";
import type { Interval } from "./interval";
import type { Amount } from "./money";
import { type Quantity, zero } from "./quantity";

export type PriceInterval = "one_off" | "week" | "month" | "quarter" | "semi_annual" | "year";
export type BillingMethod = "prepaid" | "usage_based";
export type TierBehavior = "graduated" | "volume";
export type OnIncrease =
  | "prorate_immediately"
  | "bill_immediately"
  | "prorate_next_cycle"
  | "bill_next_cycle";
export type OnDecrease = "prorate_immediately" | "prorate_next_cycle" | "none" | "no_prorations";

/** What a step costs in one currency: per package of billing units, and once when it is entered. */
export type TierAmount = {
  readonly currency: string;
  readonly amount: Amount;
  readonly flatAmount: Amount | null;
};

/** A step of a price; `to` counts units beyond the included ones and null is without end. */
export type Tier = { readonly to: Quantity | null; readonly amounts: readonly TierAmount[] };

/** The base price of a plan, the same interval in every currency. */
export type BasePrice = {
  readonly interval: PriceInterval;
  readonly intervalCount: number;
  readonly amounts: readonly { readonly currency: string; readonly amount: Amount }[];
};

/** The price of one plan item; a price without steps has a single tier without end. */
export type ItemPrice = {
  readonly interval: PriceInterval;
  readonly intervalCount: number;
  readonly billingUnits: Quantity;
  readonly method: BillingMethod;
  readonly tierBehavior: TierBehavior;
  readonly tiers: readonly Tier[];
  /** Units that can be bought beyond the included ones; null is unbounded, 0 is a real cap. */
  readonly maxPurchase: Quantity | null;
  readonly onIncrease: OnIncrease;
  readonly onDecrease: OnDecrease;
};

/** What a decision needs of a feature in a plan. */
type ItemFeature = {
  readonly id: number;
  readonly slug: string;
  readonly type: FeatureType;
  readonly consumable: boolean;
};

/** One feature in a plan. `reset` null means that the amount is given once. */
export type PlanItem = {
  readonly id: bigint;
  readonly feature: ItemFeature;
  readonly included: Quantity;
  readonly unlimited: boolean;
  readonly reset: Interval | null;
  /** Given once to each entity of this feature instead of once to the customer. */
  readonly entityFeature: ItemFeature | null;
  /** Held by an entity's plan, yet added to what the customer and all its entities share. */
  readonly pooled: boolean;
  readonly rollover: RolloverRule | null;
  /**
   * Whether what was used is forgotten when the customer switches from this item to another plan;
   * null forgets it. Only for consumables: what is held always stays held (domain §9).
   */
  readonly resetOnSwitch: boolean | null;
  readonly price: ItemPrice | null;
};

/** The rarer rules of a plan item, as they are where nothing is said. */
export const plainRules = {
  entityFeature: null,
  pooled: false,
  rollover: null,
  resetOnSwitch: null,
} as const satisfies Partial<PlanItem>;

/** An immutable published state of a plan. Main plans of one group replace each other. */
export type PlanVersion = {
  readonly id: bigint;
  readonly planId: number;
  readonly slug: string;
  readonly name: string;
  readonly version: number;
  readonly groupKey: string;
  readonly isAddOn: boolean;
  readonly autoEnable: boolean;
  readonly price: BasePrice | null;
  readonly items: readonly PlanItem[];
};

/** The parts of a version, stored or not yet, that can cost something. */
export type PricedContent = Pick<PlanVersion, "price"> & {
  readonly items: readonly (Pick<PlanItem, "price"> & {
    /** Whether usage is billed at the period's end or at once with every change. */
    readonly billingBehavior?: "arrear" | "prorated" | null;
  })[];
};

/** Whether nothing of a version costs anything: it has no prices, or all of them are zero. */
export function isFree(version: PricedContent): boolean {
  const base = version.price?.amounts ?? [];
  const steps = version.items.flatMap((item) => item.price?.tiers ?? []);
  return (
    base.every((price) => price.amount.isZero()) &&
    steps.every((tier) => tier.amounts.every(isZeroAmount))
  );
}

function isZeroAmount(amount: TierAmount): boolean {
  return amount.amount.isZero() && (amount.flatAmount ?? zero).isZero();
}

/**
 * The versions that a new customer gets (domain §6): every free add-on that is given to all, and
 * in each group the oldest such main plan.
 */
export function defaultVersions(versions: readonly PlanVersion[]): PlanVersion[] {
  const takenGroups = new Set<string>();
  return [...versions]
    .sort((a, b) => a.planId - b.planId)
    .filter((version) => {
      if (!version.autoEnable || !isFree(version)) return false;
      if (version.isAddOn) return true;
      if (takenGroups.has(version.groupKey)) return false;
      takenGroups.add(version.groupKey);
      return true;
    });
}
