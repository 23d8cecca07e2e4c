import type { z } from "zod";
import type { Catalog } from "../catalog/catalog";
import type { CustomerControlsOutput } from "../catalog/controls-schema";
import {
  type AutoTopup,
  alertEntries,
  type ControlEntry,
  type ControlSet,
  type ControlSources,
  overageEntry,
  type PropertyFilter,
  type Sourced,
  type SpendLimit,
  spendLimitEntry,
  topupEntry,
  type UsageAlertRule,
  type UsageLimitRule,
  type UsageWindow,
  usageLimitEntries,
} from "../core/balances/controls";
import type { Grant } from "../core/balances/grant";
import { usedOf } from "../core/balances/usage-limit";
import { toWire } from "../core/quantity";
import { limitView } from "./controls/limit-view";
import { type ControlHolders, includedOf, sourcesOf } from "./controls/resolve-controls";

type ControlsWire = z.input<typeof CustomerControlsOutput>;

/** Whose controls are shown, and what their counters rest on. */
export interface ShownControls extends ControlHolders {
  /** All living grants of the customer. */
  readonly grants: readonly Grant[];
  /** All counters of the customer that are not over. */
  readonly windows: readonly UsageWindow[];
  readonly now: Date;
}

/**
 * The controls that count for a customer or one of its entities, with where each was set and what
 * usage limits have counted (domain §22). A control that is switched off is shown too: it hides
 * those of farther sources.
 */
export function presentControls(shown: ShownControls): ControlsWire {
  const sources = sourcesOf(shown);
  if (sources === null) return {};
  const entries = {
    auto_topups:
      shown.entity === null
        ? pick(sources, "autoTopups", (feature) => [topupEntry(sources, feature)]).map((found) => ({
            ...named(shown, found),
            ...presentTopup(found.entry.control),
          }))
        : [],
    spend_limits: pick(sources, "spendLimits", (feature) => [
      spendLimitEntry(sources, feature, () => includedOf(shown.catalog, shown.planIds, feature)),
    ]).map((found) => ({ ...named(shown, found), ...presentSpendLimit(found.entry.control) })),
    usage_limits: pick(sources, "usageLimits", (feature) =>
      usageLimitEntries(sources, feature),
    ).map((found) => ({ ...named(shown, found), ...presentUsageLimit(shown, found) })),
    usage_alerts: pick(sources, "usageAlerts", (feature) => alertEntries(sources, feature)).map(
      (found) => ({ ...named(shown, found), ...presentAlert(found.entry.control) }),
    ),
    overage_allowed: pick(sources, "overageAllowed", (feature) => [
      overageEntry(sources, feature),
    ]).map((found) => named(shown, found)),
  };
  const lists = Object.entries(entries).filter(([, list]) => list.length > 0);
  return Object.fromEntries(lists) as ControlsWire;
}

/** Stands for "every feature without an entry of its own" among the ids of features. */
const everyFeature = -1;

/**
 * The entries of one list that count for any feature it names, each once. Those for every feature
 * are found by a feature that nothing names.
 */
function pick<Control>(
  sources: ControlSources,
  list: keyof ControlSet,
  resolve: (featureId: number) => readonly (Sourced<ControlEntry<Control>> | null)[],
): Sourced<ControlEntry<Control>>[] {
  const sets = [sources.entity?.set, sources.customer.set, ...sources.plans];
  const named = new Set(
    sets.flatMap((set) => (set?.[list] ?? []).map(({ featureId }) => featureId ?? everyFeature)),
  );
  const found = new Map<unknown, Sourced<ControlEntry<Control>>>();
  for (const featureId of named) {
    for (const sourced of resolve(featureId)) {
      if (sourced !== null) found.set(sourced.entry, sourced);
    }
  }
  return [...found.values()];
}

function named(
  { catalog }: { readonly catalog: Catalog },
  { entry, source }: Sourced<ControlEntry<unknown>>,
) {
  const slug = entry.featureId === null ? null : catalog.featureById.get(entry.featureId)?.slug;
  return { ...(slug ? { feature_id: slug } : {}), enabled: entry.enabled, source };
}

function presentSpendLimit({ type, overageLimit, skipOverageBilling }: SpendLimit) {
  return {
    limit_type: type,
    ...(overageLimit === null ? {} : { overage_limit: toWire(overageLimit) }),
    ...(skipOverageBilling ? { skip_overage_billing: true } : {}),
  };
}

function presentUsageLimit(
  shown: ShownControls,
  { entry, source }: Sourced<ControlEntry<UsageLimitRule>>,
) {
  const { catalog, customer, entity, now } = shown;
  const rule = entry.control;
  const view = limitView(
    {
      catalog,
      entity: entity === null ? null : { id: entity.id, externalId: entity.id },
      now,
      grantsOf: (featureId) => shown.grants.filter((grant) => grant.featureId === featureId),
      windowsOf: (featureId) => shown.windows.filter((one) => one.featureId === featureId),
    },
    { id: entry.featureId ?? everyFeature },
  );
  const scopeId = source === "entity" && entity !== null ? entity.id : customer.id;
  return {
    limit: toWire(rule.limit),
    interval: rule.interval,
    anchor: rule.anchor,
    ...presentFilter(rule.filter),
    usage: toWire(usedOf({ ...rule, scopeId }, view)),
  };
}

function presentAlert(rule: UsageAlertRule) {
  return {
    threshold: toWire(rule.threshold),
    threshold_type: rule.thresholdType,
    basis: rule.basis,
    ...presentFilter(rule.filter),
    ...(rule.name === null ? {} : { name: rule.name }),
  };
}

function presentTopup(topup: AutoTopup) {
  const { purchaseLimit } = topup;
  return {
    threshold: toWire(topup.threshold),
    quantity: toWire(topup.quantity),
    ...(purchaseLimit === null
      ? {}
      : {
          purchase_limit: {
            interval: purchaseLimit.interval,
            interval_count: purchaseLimit.intervalCount,
            limit: purchaseLimit.limit,
          },
        }),
    ...(topup.invoiceMode ? { invoice_mode: true } : {}),
  };
}

function presentFilter(filter: PropertyFilter | null) {
  return filter === null ? {} : { filter: { properties: { ...filter } } };
}
