import type { z } from "zod";
import {
  type AutoTopup,
  type ControlEntry,
  type ControlSet,
  filterKey,
  type PropertyFilter,
  type SpendLimit,
  type UsageAlertRule,
  type UsageLimitRule,
} from "../core/balances/controls";
import { limitHash } from "../core/balances/usage-limit";
import { type Quantity, quantity } from "../core/quantity";
import type { Catalog } from "./catalog";
import {
  type ChangedLists,
  type ControlLists,
  hasRule,
  type PlanControlsOutput,
} from "./controls-schema";
import { wrongField } from "./wrong-field";

/**
 * Billing controls as they are stored on a plan, a customer or an entity: the wire's lists, but
 * with the row id of a feature for its name, which can change. A feature that is gone since is
 * passed over by every reader.
 */
export type StoredControls = {
  readonly [Key in keyof ControlLists]?: readonly Stored<ControlLists[Key]>[];
};

type Stored<List> =
  NonNullable<List> extends readonly (infer Entry)[]
    ? Omit<Entry, "feature_id"> & { readonly feature_id?: number | undefined }
    : never;

export type PlanControls = z.input<typeof PlanControlsOutput>;

/** Lists of controls as a request sends them; a list that is absent stays as it is. */
export type ControlsPatch = ControlLists;

/**
 * Lays the lists of a request over what is stored: a list that is sent replaces the whole list, an
 * empty one removes it.
 *
 * @returns null when nothing is left.
 * @throws `invalid_inputs` naming the field of a feature that does not exist or cannot be limited.
 */
export function patchControls(
  catalog: Catalog,
  stored: StoredControls | null,
  patch: ControlsPatch,
): StoredControls | null {
  const lists = Object.entries({ ...stored, ...withFeatureIds(catalog, patch) });
  const left = lists.filter(([, entries]) => entries !== undefined && entries.length > 0);
  return left.length === 0 ? null : (Object.fromEntries(left) as StoredControls);
}

/** What the present window of a usage limit shall have counted. */
export interface CounterSetting {
  readonly featureId: number;
  readonly filter: PropertyFilter | null;
  readonly usage: Quantity;
  /** Whether the limit itself was sent along. */
  readonly hasRule: boolean;
  /** The field of the request. */
  readonly path: string;
}

/**
 * Tells the limits of a request from the counters that it sets. Entries with nothing but a usage
 * leave the list as it is; among others, such an entry keeps the limit that is stored here for the
 * same feature and filter, if any.
 *
 * @throws `invalid_inputs` naming the field of a feature that does not exist
 */
export function splitCounters(
  catalog: Catalog,
  stored: StoredControls | null,
  changed: ChangedLists,
): { readonly patch: ControlsPatch; readonly counters: readonly CounterSetting[] } {
  const { usage_limits, ...lists } = changed;
  if (usage_limits === undefined) return { patch: lists, counters: [] };
  const rules: NonNullable<ControlsPatch["usage_limits"]> = [];
  const counters: CounterSetting[] = [];
  for (const [n, { usage, limit, interval, ...entry }] of usage_limits.entries()) {
    const path = `billing_controls.usage_limits.${n}`;
    const featureId = featureIdOf(catalog, entry.feature_id, `${path}.feature_id`) ?? 0;
    const filter = readFilter(entry.filter);
    if (limit !== undefined && interval !== undefined) rules.push({ ...entry, limit, interval });
    else {
      const kept = (stored?.usage_limits ?? []).find(
        (one) =>
          one.feature_id === featureId && filterKey(readFilter(one.filter)) === filterKey(filter),
      );
      if (kept !== undefined) rules.push({ ...kept, feature_id: entry.feature_id });
    }
    if (usage === undefined) continue;
    const hasLimit = limit !== undefined;
    counters.push({ featureId, filter, usage: quantity(usage), hasRule: hasLimit, path });
  }
  const onlyCounters = usage_limits.length > 0 && !usage_limits.some(hasRule);
  return { patch: onlyCounters ? lists : { ...lists, usage_limits: rules }, counters };
}

function withFeatureIds(catalog: Catalog, patch: ControlsPatch): StoredControls {
  const lists = Object.entries(patch).flatMap(([key, entries]) =>
    entries === undefined || entries === null
      ? []
      : [
          [
            key,
            entries.map((entry, n) => ({
              ...entry,
              feature_id: featureIdOf(
                catalog,
                entry.feature_id,
                `billing_controls.${key}.${n}.feature_id`,
              ),
            })),
          ],
        ],
  );
  return Object.fromEntries(lists) as StoredControls;
}

function featureIdOf(
  catalog: Catalog,
  slug: string | null | undefined,
  path: string,
): number | undefined {
  if (slug === null || slug === undefined) return undefined;
  const feature = catalog.featureBySlug.get(slug);
  if (feature === undefined) throw wrongField(path, `There is no feature '${slug}'.`);
  if (feature.type !== "boolean") return feature.id;
  throw wrongField(path, `'${slug}' is a boolean feature, nothing of it is counted.`);
}

/** Stored controls in the words of the wire; entries of features that are gone are left out. */
export function presentStoredControls(
  slugById: ReadonlyMap<number, string>,
  stored: StoredControls | null,
): PlanControls {
  const lists = Object.entries(stored ?? {}).map(([key, entries]) => [
    key,
    entries.flatMap(({ feature_id, ...entry }) => {
      if (feature_id === undefined) return [entry];
      const slug = slugById.get(feature_id);
      return slug === undefined ? [] : [{ feature_id: slug, ...entry }];
    }),
  ]);
  return Object.fromEntries(lists) as PlanControls;
}

/** {@link presentStoredControls} with the names of a compiled catalog. */
export function showStoredControls(
  catalog: Pick<Catalog, "featureById">,
  stored: StoredControls | null,
): PlanControls {
  const slugs = [...catalog.featureById.values()].map(({ id, slug }) => [id, slug] as const);
  return presentStoredControls(new Map(slugs), stored);
}

const setsRead = new WeakMap<StoredControls, ControlSet>();

/** Stored controls as the core takes them; the same object is read once. */
export function readControls(stored: StoredControls): ControlSet {
  const known = setsRead.get(stored);
  if (known !== undefined) return known;
  const set: ControlSet = {
    overageAllowed: (stored.overage_allowed ?? []).map((entry) => entryOf(entry, null)),
    spendLimits: (stored.spend_limits ?? []).map((entry) => entryOf(entry, readSpendLimit(entry))),
    usageLimits: (stored.usage_limits ?? []).map((entry) => entryOf(entry, readUsageLimit(entry))),
    usageAlerts: (stored.usage_alerts ?? []).map((entry) => entryOf(entry, readAlert(entry))),
    autoTopups: (stored.auto_topups ?? []).map((entry) => entryOf(entry, readTopup(entry))),
  };
  setsRead.set(stored, set);
  return set;
}

function entryOf<Control>(
  stored: { readonly feature_id?: number | undefined; readonly enabled: boolean },
  control: Control,
): ControlEntry<Control> {
  return { featureId: stored.feature_id ?? null, enabled: stored.enabled, control };
}

type EntryOf<Key extends keyof ControlLists> = NonNullable<StoredControls[Key]>[number];

function readSpendLimit(stored: EntryOf<"spend_limits">): SpendLimit {
  return {
    type: stored.limit_type ?? "absolute",
    overageLimit: stored.overage_limit === undefined ? null : quantity(stored.overage_limit),
    skipOverageBilling: stored.skip_overage_billing ?? false,
  };
}

function readUsageLimit(stored: EntryOf<"usage_limits">): UsageLimitRule {
  const rule = {
    interval: stored.interval,
    anchor: stored.anchor ?? ("billing_cycle" as const),
    filter: readFilter(stored.filter),
  };
  return { ...rule, limit: quantity(stored.limit), hash: limitHash(rule) };
}

function readAlert(stored: EntryOf<"usage_alerts">): UsageAlertRule {
  return {
    threshold: quantity(stored.threshold),
    thresholdType: stored.threshold_type,
    basis: stored.basis,
    name: stored.name ?? null,
    filter: readFilter(stored.filter),
  };
}

function readTopup(stored: EntryOf<"auto_topups">): AutoTopup {
  return {
    threshold: quantity(stored.threshold),
    quantity: quantity(stored.quantity),
    purchaseLimit:
      stored.purchase_limit === undefined
        ? null
        : {
            interval: stored.purchase_limit.interval,
            intervalCount: stored.purchase_limit.interval_count,
            limit: stored.purchase_limit.limit,
          },
    invoiceMode: stored.invoice_mode ?? false,
  };
}

function readFilter(
  stored: { readonly properties: PropertyFilter } | undefined,
): PropertyFilter | null {
  return stored === undefined ? null : stored.properties;
}
