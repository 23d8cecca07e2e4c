import type { z } from "zod";
import type { RolloverRule } from "../core/balances/rollover";
import { invariant } from "../core/invariant";
import type { BasePrice, ItemPrice, Tier } from "../core/plan";
import { itemText, type PlanText, priceText } from "../core/plan-text";
import { type Quantity, toWire } from "../core/quantity";
import type { Tenant } from "../platform/context";
import type { CatalogFeature, CatalogPlan, CatalogPlanVersion, ContentItem } from "./catalog";
import { presentCredits } from "./credits/present-credits";
import { DEFAULT_CURRENCY } from "./default-currency";
import type { FeatureOutput } from "./feature-schema";
import type { PlanOutput } from "./plan-schema";

export type FeatureWire = z.input<typeof FeatureOutput>;
export type PlanWire = z.input<typeof PlanOutput>;
type PlanItemWire = PlanWire["items"][number];

/** A feature as the wire shows it. */
export function presentFeature(feature: CatalogFeature): FeatureWire {
  return {
    id: feature.slug,
    name: feature.name,
    type: feature.type,
    consumable: feature.consumable,
    event_names: [...feature.eventNames],
    ...(feature.rollupKeys.length > 0 ? { rollup_keys: [...feature.rollupKeys] } : {}),
    ...presentCredits(feature),
    ...(feature.display === null ? {} : { display: { ...feature.display } }),
    archived: feature.archived,
  };
}

/** A plan at one of its versions as the wire shows it. */
export function presentPlan(
  plan: CatalogPlan,
  version: CatalogPlanVersion,
  tenant: Tenant,
): PlanWire {
  return {
    id: plan.slug,
    name: plan.name,
    description: plan.description,
    group: plan.groupKey === "" ? null : plan.groupKey,
    version: version.version,
    active: version.id === plan.active.id,
    add_on: plan.isAddOn,
    auto_enable: plan.autoEnable,
    price: version.price === null ? null : presentBasePrice(version.price),
    items: version.items.map(presentItem),
    created_at: plan.createdAt.getTime(),
    env: tenant.envKind,
    archived: plan.archived,
    config: { ignore_past_due: false },
    billing_controls: plan.shownControls,
    metadata: { ...plan.metadata },
    base_variant_id: null,
  };
}

function presentBasePrice(price: BasePrice): NonNullable<PlanWire["price"]> {
  const others = price.amounts.filter((one) => one.currency !== DEFAULT_CURRENCY);
  return {
    amount: amountIn(price.amounts, DEFAULT_CURRENCY),
    interval: price.interval,
    interval_count: price.intervalCount,
    ...(others.length === 0 ? {} : { additional_currencies: others.map(presentAmount) }),
    display: presentText(priceText(price, DEFAULT_CURRENCY)),
  };
}

function presentItem(item: ContentItem): PlanItemWire {
  const { feature, price } = item;
  return {
    feature_id: feature.slug,
    feature: presentItemFeature(feature),
    included: toWire(item.included),
    unlimited: item.unlimited,
    pooled: item.pooled,
    reset: presentReset(item),
    price: price === null ? null : presentItemPrice(price, item.included),
    ...(price !== null && chargesChanges(item)
      ? { proration: { on_increase: price.onIncrease, on_decrease: price.onDecrease } }
      : {}),
    ...presentRules(item),
    display: presentText(itemText(item, DEFAULT_CURRENCY)),
  };
}

/** The rarer rules, where a plan states them. */
function presentRules({ rollover, entityFeature, resetOnSwitch }: ContentItem) {
  return {
    ...(rollover === null ? {} : { rollover: presentRollover(rollover) }),
    ...(entityFeature === null ? {} : { entity_feature_id: entityFeature.slug }),
    ...(resetOnSwitch === null ? {} : { reset_usage_when_enabled: resetOnSwitch }),
  };
}

function presentRollover(rule: RolloverRule): NonNullable<PlanItemWire["rollover"]> {
  const { max, maxPercentage, expiryMonths } = rule;
  return {
    max: max === null ? null : toWire(max),
    ...(maxPercentage === null ? {} : { max_percentage: toWire(maxPercentage) }),
    ...(expiryMonths === null
      ? { expiry_duration_type: "forever" }
      : { expiry_duration_type: "month", expiry_duration_length: expiryMonths }),
  };
}

/** Inside a plan the wire speaks of a feature in the words of its older versions. */
function presentItemFeature(feature: CatalogFeature): PlanItemWire["feature"] {
  const { singular, plural } = feature.display ?? { singular: null, plural: null };
  const metered = feature.consumable ? "single_use" : "continuous_use";
  return {
    id: feature.slug,
    name: feature.name,
    type: feature.type === "boolean" ? "boolean" : metered,
    display: singular === null || plural === null ? null : { singular, plural },
    archived: feature.archived,
  };
}

function presentReset(item: ContentItem): PlanItemWire["reset"] {
  if (item.reset !== null) {
    return { interval: item.reset.unit, interval_count: item.reset.count };
  }
  const givenOnce = item.feature.consumable && !item.unlimited;
  return givenOnce ? { interval: "one_off", interval_count: 1 } : null;
}

/** Whether a change of quantity is charged by itself, so that proration means something. */
function chargesChanges(item: ContentItem): boolean {
  return item.price?.method === "prepaid" || item.billingBehavior === "prorated";
}

/** The price of a plan item, with bounds of tiers that count the included units. */
export function presentItemPrice(
  price: ItemPrice,
  included: Quantity,
): NonNullable<PlanItemWire["price"]> {
  return {
    ...presentRates(price, included),
    tier_behavior: price.tierBehavior,
    interval: price.interval,
    interval_count: price.intervalCount,
    billing_units: toWire(price.billingUnits),
    billing_method: price.method,
    max_purchase: price.maxPurchase === null ? null : toWire(price.maxPurchase),
  };
}

/** A single endless step is a plain amount, unless its behaviour or flat amount says more. */
function presentRates(
  price: ItemPrice,
  included: Quantity,
): Pick<NonNullable<PlanItemWire["price"]>, "amount" | "additional_currencies" | "tiers"> {
  const [first] = price.tiers;
  const plain =
    price.tiers.length === 1 &&
    price.tierBehavior === "graduated" &&
    first?.amounts.every((one) => one.flatAmount === null) === true;
  if (!plain || first === undefined) {
    return { tiers: price.tiers.map((tier) => presentTier(tier, included)) };
  }
  const others = first.amounts.filter((one) => one.currency !== DEFAULT_CURRENCY);
  return {
    amount: amountIn(first.amounts, DEFAULT_CURRENCY),
    ...(others.length === 0 ? {} : { additional_currencies: others.map(presentAmount) }),
  };
}

/** The wire's bounds count the included units, the stored ones begin after them. */
function presentTier(tier: Tier, included: Quantity) {
  const main = tier.amounts.find((one) => one.currency === DEFAULT_CURRENCY);
  const others = tier.amounts.filter((one) => one.currency !== DEFAULT_CURRENCY);
  return {
    to: tier.to === null ? ("inf" as const) : toWire(tier.to.plus(included)),
    amount: amountIn(tier.amounts, DEFAULT_CURRENCY),
    ...presentFlat(main?.flatAmount ?? null),
    ...(others.length === 0
      ? {}
      : {
          additional_currencies: others.map((one) => ({
            ...presentAmount(one),
            ...presentFlat(one.flatAmount),
          })),
        }),
  };
}

function presentFlat(flat: Quantity | null): { flat_amount?: number } {
  return flat === null ? {} : { flat_amount: toWire(flat) };
}

function presentAmount(one: { currency: string; amount: Quantity }) {
  return { currency: one.currency, amount: toWire(one.amount) };
}

function amountIn(
  amounts: readonly { readonly currency: string; readonly amount: Quantity }[],
  currency: string,
): number {
  const found = amounts.find((one) => one.currency === currency);
  invariant(found !== undefined, `A price has no amount in ${currency}.`);
  return toWire(found.amount);
}

function presentText(text: PlanText) {
  return {
    primary_text: text.primary,
    ...(text.secondary === null ? {} : { secondary_text: text.secondary }),
  };
}
