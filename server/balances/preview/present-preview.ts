import type { z } from "zod";
import type { CatalogItem, CatalogPlan } from "../../catalog/catalog";
import { DEFAULT_CURRENCY } from "../../catalog/default-currency";
import { planEligibility, type StandingSubscription } from "../../catalog/plan-eligibility";
import { type BasePrice, type ItemPrice, isFree } from "../../core/plan";
import { isOneOff } from "../../core/plan-diff";
import { itemText, type PlanText, priceText } from "../../core/plan-text";
import { toWire } from "../../core/quantity";
import type { Tenant } from "../../platform/context";
import type { ProductObject } from "./preview-schema";

type Product = z.input<typeof ProductObject>;
type ProductItem = Product["items"][number];

/** A plan's active version in the older shape, with what attaching it would be. */
export function presentProduct(
  plan: CatalogPlan,
  {
    standing,
    tenant,
    now,
  }: { standing: readonly StandingSubscription[]; tenant: Tenant; now: Date },
): Product {
  const { active } = plan;
  return {
    id: plan.slug,
    name: plan.name,
    group: plan.groupKey === "" ? null : plan.groupKey,
    env: tenant.envKind,
    is_add_on: plan.isAddOn,
    is_default: plan.autoEnable,
    archived: plan.archived,
    version: active.version,
    created_at: plan.createdAt.getTime(),
    items: [
      ...(active.price === null ? [] : [presentBase(active.price)]),
      ...active.items.map(presentItem),
    ],
    free_trial: null,
    base_variant_id: null,
    scenario: scenarioOf(planEligibility(plan, standing, now).attach_action),
    properties: {
      is_free: isFree(active),
      is_one_off: isOneOff(active),
      interval_group: active.price === null ? null : intervalOf(active.price.interval),
      has_trial: false,
      updateable: active.items.some(({ price }) => price?.method === "prepaid"),
    },
  };
}

function scenarioOf(
  action: ReturnType<typeof planEligibility>["attach_action"],
): Product["scenario"] {
  switch (action) {
    case "activate":
    case "purchase":
      return "new";
    case "none":
      return "active";
    case "upgrade":
    case "downgrade":
      return action;
    default:
      return action satisfies never;
  }
}

const nothing = {
  feature_id: null,
  feature_type: null,
  included_usage: null,
  interval: null,
  interval_count: null,
  price: null,
  tiers: null,
  tier_behavior: null,
  usage_model: null,
  billing_units: null,
  reset_usage_when_enabled: null,
  entity_feature_id: null,
  config: null,
} satisfies Partial<ProductItem>;

function presentBase(price: BasePrice): ProductItem {
  return {
    ...nothing,
    type: "price",
    interval: intervalOf(price.interval),
    interval_count: price.intervalCount,
    price: amountOf(price.amounts),
    display: presentText(priceText(price, DEFAULT_CURRENCY)),
  };
}

function presentItem(item: CatalogItem): ProductItem {
  const { feature, price, reset, rollover } = item;
  const metered = feature.consumable ? "single_use" : "continuous_use";
  const isBoolean = feature.type === "boolean";
  return {
    ...nothing,
    type: price === null ? "feature" : "priced_feature",
    feature_id: feature.slug,
    feature_type: isBoolean ? "boolean" : metered,
    included_usage: isBoolean ? null : item.unlimited ? "inf" : toWire(item.included),
    interval: reset?.unit ?? (price === null ? null : intervalOf(price.interval)),
    interval_count: reset?.count ?? price?.intervalCount ?? null,
    reset_usage_when_enabled: item.resetOnSwitch,
    display: presentText(itemText(item, DEFAULT_CURRENCY)),
    ...(price === null ? {} : presentRates(price)),
    config:
      rollover === null && price === null
        ? null
        : {
            rollover:
              rollover === null
                ? null
                : {
                    max: rollover.max === null ? null : toWire(rollover.max),
                    max_percentage:
                      rollover.maxPercentage === null ? null : toWire(rollover.maxPercentage),
                    duration: rollover.expiryMonths === null ? "forever" : "month",
                    length: rollover.expiryMonths ?? 0,
                  },
            on_increase: price?.onIncrease ?? null,
            on_decrease: price?.onDecrease ?? null,
          },
  };
}

function presentRates(price: ItemPrice): Partial<ProductItem> {
  const [first] = price.tiers;
  const isPlain = price.tiers.length === 1 && first !== undefined;
  return {
    price: isPlain ? amountOf(first.amounts) : null,
    tiers: isPlain
      ? null
      : price.tiers.map((tier) => ({
          to: tier.to === null ? "inf" : toWire(tier.to),
          amount: amountOf(tier.amounts) ?? 0,
        })),
    tier_behavior: isPlain ? null : price.tierBehavior,
    usage_model: price.method === "prepaid" ? "prepaid" : "pay_per_use",
    billing_units: toWire(price.billingUnits),
  };
}

function amountOf(amounts: BasePrice["amounts"]): number | null {
  const found = amounts.find(({ currency }) => currency === DEFAULT_CURRENCY);
  return found === undefined ? null : toWire(found.amount);
}

function intervalOf(interval: BasePrice["interval"]): string | null {
  return interval === "one_off" ? null : interval;
}

function presentText(text: PlanText): ProductItem["display"] {
  return { primary_text: text.primary, secondary_text: text.secondary };
}
