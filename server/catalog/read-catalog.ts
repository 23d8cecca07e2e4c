import type { RolloverRule } from "../core/balances/rollover";
import type { FeatureType } from "../core/feature";
import type { Interval, IntervalUnit } from "../core/interval";
import { invariant } from "../core/invariant";
import type {
  BasePrice,
  BillingMethod,
  ItemPrice,
  OnDecrease,
  OnIncrease,
  PriceInterval,
  Tier,
  TierBehavior,
} from "../core/plan";
import { fromRow } from "../core/quantity";
import { type Queryable, sql } from "../platform/sql";
import type {
  Catalog,
  CatalogFeature,
  CatalogItem,
  CatalogPlan,
  CatalogPlanVersion,
  FeatureDisplay,
} from "./catalog";
import { presentStoredControls, type StoredControls } from "./controls";
import {
  creditSystemIndex,
  type MarkupsRow,
  type MemberRow,
  type RatesRow,
  ratesIndex,
  toMarkups,
  toMember,
} from "./credits/stored";

/** Decimals and bigints travel as text, since JSON numbers would lose their last digits. */
interface CatalogRow {
  readonly version: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly rates: readonly RatesRow[];
  readonly features: readonly FeatureRow[];
  readonly plans: readonly PlanRow[];
  readonly versions: readonly VersionRow[];
  readonly items: readonly ItemRow[];
  readonly prices: readonly PriceRow[];
}

interface FeatureRow {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly type: FeatureType;
  readonly consumable: boolean;
  readonly display: FeatureDisplay | null;
  readonly event_names: readonly string[];
  readonly rollup_keys: readonly string[];
  readonly credit_schema: readonly MemberRow[] | null;
  readonly markups: MarkupsRow | null;
  readonly archived: boolean;
  readonly created_ms: number;
}

interface PlanRow {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly group_key: string;
  readonly is_add_on: boolean;
  readonly auto_enable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly billing_controls: StoredControls | null;
  readonly active_version: number;
  readonly archived: boolean;
  readonly created_ms: number;
}

interface VersionRow {
  readonly id: string;
  readonly plan_id: number;
  readonly version: number;
  readonly published_ms: number;
  readonly content_hash: string;
}

interface ItemRow {
  readonly id: string;
  readonly plan_version_id: string;
  readonly feature_id: number;
  readonly included: string;
  readonly unlimited: boolean;
  readonly reset_unit: IntervalUnit | null;
  readonly reset_count: number | null;
  readonly entity_feature_id: number | null;
  readonly pooled: boolean;
  readonly rollover: RolloverRow | null;
  readonly reset_on_switch: boolean | null;
  readonly billing_behavior: "arrear" | "prorated" | null;
}

/** A `RolloverRule` as JSON writes it. */
interface RolloverRow {
  readonly max: string | null;
  readonly maxPercentage: string | null;
  readonly expiryMonths: number | null;
}

interface PriceRow {
  readonly plan_version_id: string;
  readonly plan_item_id: string | null;
  readonly interval: PriceInterval;
  readonly interval_count: number;
  readonly billing_units: string;
  readonly method: "base" | BillingMethod;
  readonly tier_behavior: TierBehavior;
  readonly max_purchase: string | null;
  readonly on_increase: OnIncrease;
  readonly on_decrease: OnDecrease;
  readonly amounts: readonly AmountRow[];
}

interface AmountRow {
  readonly currency: string;
  readonly tier_no: number;
  readonly to_units: string | null;
  readonly amount: string;
  readonly flat: string | null;
}

/**
 * Reads an environment's catalog in one statement, hence from one snapshot with its version number.
 * Versions made for a single customer are left out. Not cached: see `loadCatalog`.
 */
export async function readCatalog(db: Queryable, envId: number): Promise<Catalog> {
  const [row] = await db.query<CatalogRow>(sql`
    SELECT e.catalog_version AS version,
      (SELECT o.settings FROM organization o WHERE o.id = e.org_id) AS settings,
      (SELECT coalesce(json_agg(json_build_object('model', r.model, 'rates', r.rates,
          'valid_from_ms', round(extract(epoch FROM r.valid_from) * 1000))
          ORDER BY r.valid_from DESC, r.id DESC), '[]')
        FROM ai_model_rate r WHERE r.env_id = e.id) AS rates,
      (SELECT coalesce(json_agg(json_build_object('id', f.id, 'slug', f.slug, 'name', f.name,
          'type', f.type, 'consumable', f.consumable, 'display', f.display,
          'event_names', f.event_names, 'rollup_keys', f.rollup_keys, 'credit_schema', f.credit_schema, 'markups', f.markups,
          'archived', f.archived_at IS NOT NULL,
          'created_ms', round(extract(epoch FROM f.created_at) * 1000)) ORDER BY f.id), '[]')
        FROM feature f WHERE f.env_id = e.id) AS features,
      (SELECT coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'name', p.name,
          'description', p.description, 'group_key', p.group_key, 'is_add_on', p.is_add_on,
          'auto_enable', p.auto_enable, 'metadata', p.metadata,
          'billing_controls', p.billing_controls,
          'active_version', p.active_version, 'archived', p.archived_at IS NOT NULL,
          'created_ms', round(extract(epoch FROM p.created_at) * 1000)) ORDER BY p.id), '[]')
        FROM plan p WHERE p.env_id = e.id) AS plans,
      (SELECT coalesce(json_agg(json_build_object('id', v.id::text, 'plan_id', v.plan_id,
          'version', v.version, 'content_hash', encode(v.content_hash, 'hex'),
          'published_ms', round(extract(epoch FROM v.published_at) * 1000)) ORDER BY v.version), '[]')
        FROM plan_version v
        WHERE v.env_id = e.id AND v.custom_for IS NULL AND v.published_at IS NOT NULL) AS versions,
      (SELECT coalesce(json_agg(json_build_object('id', i.id::text,
          'plan_version_id', i.plan_version_id::text, 'feature_id', i.feature_id,
          'included', i.included::text, 'unlimited', i.unlimited,
          'reset_unit', i.reset_unit, 'reset_count', i.reset_count,
          'entity_feature_id', i.entity_feature_id, 'pooled', i.pooled,
          'rollover', i.rollover, 'reset_on_switch', i.reset_on_switch,
          'billing_behavior', i.billing_behavior) ORDER BY i.n), '[]')
        FROM plan_item i WHERE i.env_id = e.id) AS items,
      (SELECT coalesce(json_agg(json_build_object('plan_version_id', r.plan_version_id::text,
          'plan_item_id', r.plan_item_id::text, 'interval', r.interval,
          'interval_count', r.interval_count, 'billing_units', r.billing_units::text,
          'method', r.method, 'tier_behavior', r.tier_behavior,
          'max_purchase', r.max_purchase::text, 'on_increase', r.on_increase,
          'on_decrease', r.on_decrease,
          'amounts', (SELECT coalesce(json_agg(json_build_object('currency', a.currency,
              'tier_no', a.tier_no, 'to_units', a.to_units::text, 'amount', a.amount::text,
              'flat', a.flat::text) ORDER BY a.tier_no, a.currency), '[]')
            FROM price_amount a WHERE a.env_id = r.env_id AND a.price_id = r.id))), '[]')
        FROM price r WHERE r.env_id = e.id) AS prices
    FROM environment e WHERE e.id = ${envId}`);
  invariant(row !== undefined, `Environment ${envId} does not exist.`);
  return compile(envId, row);
}

function compile(envId: number, row: CatalogRow): Catalog {
  const slugById = new Map(row.features.map((feature) => [feature.id, feature.slug]));
  const features = row.features.map((feature) => toFeature(feature, slugById));
  const featureById = new Map(features.map((feature) => [feature.id, feature]));
  const pricesByVersion = groupBy(row.prices, (price) => price.plan_version_id);
  const itemsByVersion = groupBy(row.items, (item) => item.plan_version_id);
  const versionsByPlan = groupBy(row.versions, (version) => version.plan_id);
  const plans = row.plans.map((plan) =>
    toPlan(
      plan,
      slugById,
      (versionsByPlan.get(plan.id) ?? []).map((version) =>
        toVersion({
          plan,
          version,
          items: itemsByVersion.get(version.id) ?? [],
          prices: pricesByVersion.get(version.id) ?? [],
          featureById,
        }),
      ),
    ),
  );
  const versions = plans.flatMap((plan) => plan.versions);
  return {
    envId,
    version: row.version,
    settings: {
      persistFreeOverage: row.settings.persist_free_overage === true,
      reverseDeductionOrder: row.settings.reverse_deduction_order === true,
    },
    featureBySlug: new Map(features.map((feature) => [feature.slug, feature])),
    featureById,
    featuresByEvent: eventIndex(features),
    creditSystemsOf: creditSystemIndex(features),
    ownRates: ratesIndex(row.rates),
    planBySlug: new Map(plans.map((plan) => [plan.slug, plan])),
    planById: new Map(plans.map((plan) => [plan.id, plan])),
    versionById: new Map(versions.map((version) => [version.id, version])),
    planSlugByItem: new Map(
      plans.flatMap((plan) =>
        plan.versions.flatMap((one) => one.items.map((item) => [item.id, plan.slug] as const)),
      ),
    ),
  };
}

function toFeature(row: FeatureRow, slugById: ReadonlyMap<number, string>): CatalogFeature {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    type: row.type,
    consumable: row.consumable,
    eventNames: row.event_names,
    rollupKeys: row.rollup_keys,
    archived: row.archived,
    display: row.display,
    creditItems: (row.credit_schema ?? []).map((member) => toMember(member, slugById)),
    markups: row.markups === null ? null : toMarkups(row.markups),
    createdAt: new Date(row.created_ms),
  };
}

function eventIndex(features: readonly CatalogFeature[]): Map<string, CatalogFeature[]> {
  const index = new Map<string, CatalogFeature[]>();
  for (const feature of features) {
    for (const name of feature.eventNames) {
      const known = index.get(name);
      if (known === undefined) index.set(name, [feature]);
      else known.push(feature);
    }
  }
  return index;
}

function toPlan(
  row: PlanRow,
  slugById: ReadonlyMap<number, string>,
  versions: readonly CatalogPlanVersion[],
): CatalogPlan {
  const active = versions.find((version) => version.version === row.active_version);
  invariant(active !== undefined, `Plan ${row.id} has no version ${row.active_version}.`);
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    groupKey: row.group_key,
    isAddOn: row.is_add_on,
    autoEnable: row.auto_enable,
    metadata: row.metadata,
    billingControls: row.billing_controls,
    shownControls: presentStoredControls(slugById, row.billing_controls),
    archived: row.archived,
    createdAt: new Date(row.created_ms),
    active,
    versions,
  };
}

function toVersion(parts: {
  plan: PlanRow;
  version: VersionRow;
  items: readonly ItemRow[];
  prices: readonly PriceRow[];
  featureById: ReadonlyMap<number, CatalogFeature>;
}): CatalogPlanVersion {
  const { plan, version, items, prices, featureById } = parts;
  const base = prices.find((price) => price.plan_item_id === null);
  const priceOf = new Map(prices.map((price) => [price.plan_item_id, price]));
  return {
    id: BigInt(version.id),
    planId: plan.id,
    slug: plan.slug,
    name: plan.name,
    version: version.version,
    groupKey: plan.group_key,
    isAddOn: plan.is_add_on,
    // An archived plan is nobody's any more, so that new customers do not get it either.
    autoEnable: plan.auto_enable && !plan.archived,
    price: base === undefined ? null : toBasePrice(base),
    items: items.map((item) => toItem(item, priceOf.get(item.id), featureById)),
    publishedAt: new Date(version.published_ms),
    contentHash: version.content_hash,
  };
}

function toItem(
  row: ItemRow,
  price: PriceRow | undefined,
  featureById: ReadonlyMap<number, CatalogFeature>,
): CatalogItem {
  const feature = featureById.get(row.feature_id);
  invariant(feature !== undefined, `Plan item ${row.id} has no feature ${row.feature_id}.`);
  return {
    id: BigInt(row.id),
    feature,
    included: fromRow(row.included),
    unlimited: row.unlimited,
    reset: toReset(row),
    entityFeature:
      row.entity_feature_id === null ? null : (featureById.get(row.entity_feature_id) ?? null),
    pooled: row.pooled,
    rollover: toRollover(row.rollover),
    resetOnSwitch: row.reset_on_switch,
    price: price === undefined ? null : toItemPrice(price),
    billingBehavior: row.billing_behavior,
  };
}

function toReset(row: ItemRow): Interval | null {
  if (row.reset_unit === null) return null;
  return { unit: row.reset_unit, count: row.reset_count ?? 1 };
}

function toRollover(row: RolloverRow | null): RolloverRule | null {
  if (row === null) return null;
  return {
    max: row.max === null ? null : fromRow(row.max),
    maxPercentage: row.maxPercentage === null ? null : fromRow(row.maxPercentage),
    expiryMonths: row.expiryMonths,
  };
}

function toBasePrice(row: PriceRow): BasePrice {
  return {
    interval: row.interval,
    intervalCount: row.interval_count,
    amounts: row.amounts.map(({ currency, amount }) => ({ currency, amount: fromRow(amount) })),
  };
}

function toItemPrice(row: PriceRow): ItemPrice {
  invariant(row.method !== "base", "An item's price has the method of a base price.");
  return {
    interval: row.interval,
    intervalCount: row.interval_count,
    billingUnits: fromRow(row.billing_units),
    method: row.method,
    tierBehavior: row.tier_behavior,
    tiers: toTiers(row.amounts),
    maxPurchase: row.max_purchase === null ? null : fromRow(row.max_purchase),
    onIncrease: row.on_increase,
    onDecrease: row.on_decrease,
  };
}

function toTiers(rows: readonly AmountRow[]): Tier[] {
  return [...groupBy(rows, (row) => row.tier_no).values()].map((steps) => {
    const bound = steps[0]?.to_units ?? null;
    return {
      to: bound === null ? null : fromRow(bound),
      amounts: steps.map((step) => ({
        currency: step.currency,
        amount: fromRow(step.amount),
        flatAmount: step.flat === null ? null : fromRow(step.flat),
      })),
    };
  });
}

/** Groups in order of first appearance, rows in their own order. */
function groupBy<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const known = groups.get(keyOf(row));
    if (known === undefined) groups.set(keyOf(row), [row]);
    else known.push(row);
  }
  return groups;
}
