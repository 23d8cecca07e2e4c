import type { IntervalUnit } from "../interval";
import type { Quantity } from "../quantity";

/** Where the control that counts was set; the nearer one hides the farther (domain §22). */
export type ControlSource = "entity" | "customer" | "plan";

/** Property values, compared as text, that an event must have for a control to count it. */
export type PropertyFilter = Readonly<Record<string, string>>;

export type SpendLimit = {
  readonly type: "absolute" | "usage_percentage";
  /** Units of overage, or percent of what the main recurring plans include; null is no cap. */
  readonly overageLimit: Quantity | null;
  readonly skipOverageBilling: boolean;
};

export type UsageLimit = {
  readonly limit: Quantity;
  readonly interval: Extract<IntervalUnit, "day" | "week" | "month" | "year">;
  readonly anchor: "billing_cycle" | "utc";
  readonly filter: PropertyFilter | null;
  /** Whose counter it is: an entity's own limit counts alone, an inherited one with the customer. */
  readonly scopeId: string;
};

export type UsageAlert = {
  readonly threshold: Quantity;
  readonly thresholdType: "usage" | "usage_percentage" | "remaining" | "remaining_percentage";
  readonly name: string | null;
  readonly filter: PropertyFilter | null;
};

export type AutoTopup = {
  readonly threshold: Quantity;
  readonly quantity: Quantity;
  readonly invoiceMode: boolean;
};

/** The counter of a usage limit in one of its windows `[startsAt, endsAt)`. */
export type UsageWindow = {
  readonly featureId: number;
  readonly scopeId: string;
  /** Tells limits of one feature apart: a hash of interval, anchor and filter. */
  readonly limitHash: bigint;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly used: Quantity;
};

/** The controls that count for one feature and whoever asks, resolved over entity, customer, plans. */
export type FeatureControls = {
  /** True lets balances go below zero without charge, false stops them at zero, null says nothing. */
  readonly overageAllowed: boolean | null;
  readonly spendLimit: SpendLimit | null;
  readonly usageLimits: readonly UsageLimit[];
  readonly usageAlerts: readonly UsageAlert[];
  readonly autoTopup: AutoTopup | null;
};

/** Nothing is limited, nobody is told. */
export const noControls: FeatureControls = {
  overageAllowed: null,
  spendLimit: null,
  usageLimits: [],
  usageAlerts: [],
  autoTopup: null,
};
