import type { IntervalUnit } from "../interval";
import { type Quantity, smaller } from "../quantity";

/** Where the control that counts was set; the nearer one hides the farther (domain §22). */
type ControlSource = "entity" | "customer" | "plan";

/** Property values, compared as text, that an event must have for a control to count it. */
export type PropertyFilter = Readonly<Record<string, string>>;

/** Caps overage in units of the feature; an enabled one replaces the maximum purchase. */
export type SpendLimit = {
  readonly type: "absolute" | "usage_percentage";
  /** Units of overage, or percent of what the main recurring plans include; null is no cap. */
  readonly overageLimit: Quantity | null;
  readonly skipOverageBilling: boolean;
  /** Set by an entity for itself: counts what it sees; any other counts all the customer's rows. */
  readonly ofEntity?: boolean;
};

/** Caps the use that is counted in a window, whatever the balance. */
export type UsageLimit = {
  readonly limit: Quantity;
  readonly interval: Extract<IntervalUnit, "day" | "week" | "month" | "year">;
  readonly anchor: "billing_cycle" | "utc";
  readonly filter: PropertyFilter | null;
  /** Tells the counters of one feature apart: a hash of interval, anchor and filter. */
  readonly hash: bigint;
  /** Whose counter it is: an entity's own limit counts alone, an inherited one with the customer. */
  readonly scopeId: string;
};

/** Tells when a figure crosses a threshold. */
export type UsageAlert = {
  readonly threshold: Quantity;
  readonly thresholdType: "usage" | "usage_percentage" | "remaining" | "remaining_percentage";
  /** What is watched: the balance, or the counter of the usage limit with the same filter. */
  readonly basis: "balance" | "usage_limit";
  readonly name: string | null;
  readonly filter: PropertyFilter | null;
  /** Whose figure is watched: the whole customer's, or that of the entity which set the alert. */
  readonly scopeId: string;
};

/** Buys units once the whole balance is down at a threshold. */
export type AutoTopup = {
  readonly threshold: Quantity;
  readonly quantity: Quantity;
  /** At most so many purchases in so long; null is no limit of the customer's own. */
  readonly purchaseLimit: {
    readonly interval: Extract<IntervalUnit, "hour" | "day" | "week" | "month">;
    readonly intervalCount: number;
    readonly limit: number;
  } | null;
  readonly invoiceMode: boolean;
};

/** The counter of a usage limit in one of its windows `[startsAt, endsAt)`. */
export type UsageWindow = {
  readonly featureId: number;
  readonly scopeId: string;
  /** The hash of the limit. */
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

/** A control of one feature, or with null of every feature that has none of its own there. */
export type ControlEntry<Control> = {
  readonly featureId: number | null;
  /** A disabled entry still hides those of farther sources. */
  readonly enabled: boolean;
  readonly control: Control;
};

/** A usage limit before it is known whose counter it has. */
export type UsageLimitRule = Omit<UsageLimit, "scopeId">;
export type UsageAlertRule = Omit<UsageAlert, "scopeId">;

/** Everything that one entity, customer or plan says. */
export type ControlSet = {
  readonly overageAllowed: readonly ControlEntry<null>[];
  readonly spendLimits: readonly ControlEntry<SpendLimit>[];
  readonly usageLimits: readonly ControlEntry<UsageLimitRule>[];
  readonly usageAlerts: readonly ControlEntry<UsageAlertRule>[];
  readonly autoTopups: readonly ControlEntry<AutoTopup>[];
};

/** The controls that may count for whoever asks, nearest first; null where nothing was set. */
export type ControlSources = {
  readonly entity: { readonly id: string; readonly set: ControlSet | null } | null;
  readonly customer: { readonly id: string; readonly set: ControlSet | null };
  /** Of the plans held, in the order in which they started. */
  readonly plans: readonly ControlSet[];
};

/**
 * Resolves the controls of one feature: entity, then customer, then plans (domain §22).
 *
 * Of several plans the strictest counts: no overage before overage, the lowest spend limit, the
 * usage limit with the lowest limit a day; of alerts and top-ups those of the newest plan.
 *
 * @param includedOf what the main recurring plans include of the feature: the base of percentages
 */
export function effectiveControls(
  sources: ControlSources,
  featureId: number,
  includedOf: () => Quantity,
): FeatureControls {
  const resolved: FeatureControls = {
    overageAllowed: resolveOverage(sources, featureId),
    spendLimit: resolveSpendLimit(sources, featureId, includedOf),
    usageLimits: resolveUsageLimits(sources, featureId),
    usageAlerts: resolveAlerts(sources, featureId),
    autoTopup: resolveTopup(sources, featureId),
  };
  return saysNothing(resolved) ? noControls : resolved;
}

/** An entry with where it was set. */
export type Sourced<Entry> = { readonly entry: Entry; readonly source: ControlSource };

/** The entry of one list that counts for a feature, when all its entries are of one kind. */
function entryFor<Control>(
  sources: ControlSources,
  featureId: number,
  listOf: (set: ControlSet) => readonly ControlEntry<Control>[],
  strictest: (entries: readonly ControlEntry<Control>[]) => ControlEntry<Control> | undefined,
): Sourced<ControlEntry<Control>> | null {
  for (const { source, sets } of levels(sources)) {
    const found = sets.flatMap((set) => ownOrGeneral(listOf(set), featureId));
    const entry = source === "plan" ? strictest(found) : found[0];
    if (entry !== undefined) return { entry, source };
  }
  return null;
}

/** The usage limits that count for a feature: one for each filter. */
export function usageLimitEntries(
  sources: ControlSources,
  featureId: number,
): Sourced<ControlEntry<UsageLimitRule>>[] {
  const byFilter = new Map<string, Sourced<ControlEntry<UsageLimitRule>>>();
  for (const { source, sets } of levels(sources)) {
    const here = new Map<string, ControlEntry<UsageLimitRule>>();
    for (const entry of sets.flatMap((set) => set.usageLimits)) {
      if (entry.featureId !== featureId) continue;
      const key = filterKey(entry.control.filter);
      const rival = here.get(key);
      if (rival === undefined || isStricter(entry, rival)) here.set(key, entry);
    }
    for (const [key, entry] of here) if (!byFilter.has(key)) byFilter.set(key, { entry, source });
  }
  return [...byFilter.values()];
}

/** The alerts on the whole customer's figures, and those that the entity has on its own. */
export function alertEntries(
  sources: ControlSources,
  featureId: number,
): Sourced<ControlEntry<UsageAlertRule>>[] {
  const about = (set: ControlSet | null) =>
    (set?.usageAlerts ?? []).filter(
      (entry) => entry.featureId === null || entry.featureId === featureId,
    );
  const from = (source: ControlSource, entries: ControlEntry<UsageAlertRule>[]) =>
    entries.map((entry) => ({ entry, source }));
  const customer = about(sources.customer.set);
  const plans = sources.plans.map(about).filter((entries) => entries.length > 0);
  return [
    ...from("entity", about(sources.entity?.set ?? null)),
    ...(customer.length > 0 ? from("customer", customer) : from("plan", plans.at(-1) ?? [])),
  ];
}

/** The spend limit that counts for a feature, disabled or not. */
export function spendLimitEntry(
  sources: ControlSources,
  featureId: number,
  includedOf: () => Quantity,
): Sourced<ControlEntry<SpendLimit>> | null {
  return entryFor(
    sources,
    featureId,
    (set) => set.spendLimits,
    (entries) => lowestSpendLimit(entries, includedOf),
  );
}

/** Whether overage is allowed, with its source. */
export function overageEntry(
  sources: ControlSources,
  featureId: number,
): Sourced<ControlEntry<null>> | null {
  return entryFor(
    sources,
    featureId,
    (set) => set.overageAllowed,
    (entries) => entries.find((entry) => !entry.enabled) ?? entries[0],
  );
}

/** The automatic top-up that counts for a feature; an entity has none of its own. */
export function topupEntry(
  sources: ControlSources,
  featureId: number,
): Sourced<ControlEntry<AutoTopup>> | null {
  return entryFor(
    { ...sources, entity: null },
    featureId,
    (set) => set.autoTopups,
    (entries) => entries.at(-1),
  );
}

/** The cap of a spend limit in units of overage; null is no cap (domain §22). */
export function spendCap(limit: SpendLimit, included: Quantity): Quantity | null {
  if (limit.overageLimit === null || limit.type === "absolute") return limit.overageLimit;
  return included.isZero() ? null : included.times(limit.overageLimit).dividedBy(100);
}

/** Whether an event's properties have all values of a filter, compared as text. */
export function matchesFilter(
  filter: PropertyFilter | null,
  properties: Readonly<Record<string, unknown>> | null,
): boolean {
  if (filter === null) return true;
  return Object.entries(filter).every(([name, wanted]) => {
    const value = properties !== null && Object.hasOwn(properties, name) ? properties[name] : null;
    const isText = ["string", "number", "boolean"].includes(typeof value);
    return isText && String(value) === wanted;
  });
}

/** A filter as a text that is equal for equal filters, whatever the order of their names. */
export function filterKey(filter: PropertyFilter | null): string {
  if (filter === null) return "";
  return JSON.stringify(Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Level = { readonly source: ControlSource; readonly sets: readonly ControlSet[] };

function levels({ entity, customer, plans }: ControlSources): Level[] {
  const of = (source: ControlSource, set: ControlSet | null | undefined): Level[] =>
    set === null || set === undefined ? [] : [{ source, sets: [set] }];
  return [
    ...of("entity", entity?.set),
    ...of("customer", customer.set),
    { source: "plan", sets: plans },
  ];
}

function ownOrGeneral<Control>(
  entries: readonly ControlEntry<Control>[],
  featureId: number,
): ControlEntry<Control>[] {
  const own = entries.filter((entry) => entry.featureId === featureId);
  return own.length > 0 ? own : entries.filter((entry) => entry.featureId === null);
}

function resolveOverage(sources: ControlSources, featureId: number): boolean | null {
  return overageEntry(sources, featureId)?.entry.enabled ?? null;
}

function resolveSpendLimit(
  sources: ControlSources,
  featureId: number,
  includedOf: () => Quantity,
): SpendLimit | null {
  const found = spendLimitEntry(sources, featureId, includedOf);
  if (found?.entry.enabled !== true) return null;
  const { control } = found.entry;
  return found.source === "entity" ? { ...control, ofEntity: true } : control;
}

function lowestSpendLimit(
  entries: readonly ControlEntry<SpendLimit>[],
  includedOf: () => Quantity,
): ControlEntry<SpendLimit> | undefined {
  const enabled = entries.filter((entry) => entry.enabled);
  let lowest = enabled[0];
  if (enabled.length > 1) {
    const capped = enabled.map((entry) => ({ entry, cap: spendCap(entry.control, includedOf()) }));
    for (const { entry, cap } of capped) {
      const best = lowest === undefined ? null : spendCap(lowest.control, includedOf());
      if (cap !== null && (best === null || cap.lessThan(best))) lowest = entry;
    }
  }
  return lowest ?? entries[0];
}

function resolveUsageLimits(sources: ControlSources, featureId: number): UsageLimit[] {
  return usageLimitEntries(sources, featureId).flatMap(({ entry, source }) =>
    entry.enabled ? [{ ...entry.control, scopeId: scopeOf(sources, source) }] : [],
  );
}

function resolveAlerts(sources: ControlSources, featureId: number): UsageAlert[] {
  return alertEntries(sources, featureId).flatMap(({ entry, source }) =>
    entry.enabled ? [{ ...entry.control, scopeId: scopeOf(sources, source) }] : [],
  );
}

function resolveTopup(sources: ControlSources, featureId: number): AutoTopup | null {
  const found = topupEntry(sources, featureId);
  return found?.entry.enabled === true ? found.entry.control : null;
}

function scopeOf({ entity, customer }: ControlSources, source: ControlSource): string {
  return source === "entity" && entity !== null ? entity.id : customer.id;
}

const daysOf = { day: 1, week: 7, month: 30, year: 365 } as const;

/** Of two plans: an enabled limit, then the lowest a day, then the lower one, then UTC windows. */
function isStricter(a: ControlEntry<UsageLimitRule>, b: ControlEntry<UsageLimitRule>): boolean {
  if (a.enabled !== b.enabled) return a.enabled;
  const order =
    a.control.limit
      .times(daysOf[b.control.interval])
      .comparedTo(b.control.limit.times(daysOf[a.control.interval])) ||
    a.control.limit.comparedTo(b.control.limit) ||
    Number(a.control.anchor !== "utc") - Number(b.control.anchor !== "utc");
  return order < 0;
}

function saysNothing(controls: FeatureControls): boolean {
  return (
    controls.overageAllowed === null &&
    controls.spendLimit === null &&
    controls.usageLimits.length === 0 &&
    controls.usageAlerts.length === 0 &&
    controls.autoTopup === null
  );
}

/** The tighter of two bounds, where null is none. */
export function tighter(a: Quantity | null, b: Quantity | null): Quantity | null {
  if (a === null) return b;
  return b === null ? a : smaller(a, b);
}
