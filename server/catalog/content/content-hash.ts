import { createHash } from "node:crypto";
import type { ContentItem, PlanContent } from "../catalog";

/**
 * SHA-256 of everything that a published version fixes, features by their row id, so that a
 * renamed feature is still the same. Two contents with one hash sell the same.
 */
export function contentHash(content: PlanContent): Buffer {
  const canonical = {
    price: content.price && { ...content.price, amounts: byCurrency(content.price.amounts) },
    items: content.items.map(canonicalItem),
  };
  return createHash("sha256").update(JSON.stringify(canonical, inKeyOrder)).digest();
}

/** Only the fields of content count: an item read from the database carries its row id as well. */
function canonicalItem(item: ContentItem) {
  const { feature, included, unlimited, reset, price, billingBehavior } = item;
  const tiers = price?.tiers.map((tier) => ({ ...tier, amounts: byCurrency(tier.amounts) }));
  return {
    feature: feature.id,
    included,
    unlimited,
    reset,
    price: price && { ...price, tiers },
    billingBehavior,
    ...rarerRules(item),
  };
}

/** Only what differs from the plain rules, so that versions from before these rules hash alike. */
function rarerRules(item: ContentItem) {
  const { entityFeature, pooled, rollover, resetOnSwitch } = item;
  return {
    ...(entityFeature === null ? {} : { entityFeature: entityFeature.id }),
    ...(pooled ? { pooled } : {}),
    ...(rollover === null ? {} : { rollover }),
    ...(resetOnSwitch === null ? {} : { resetOnSwitch }),
  };
}

/** Rows come back sorted by currency, callers write them in any order. */
function byCurrency<One extends { readonly currency: string }>(amounts: readonly One[]): One[] {
  return [...amounts].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

function inKeyOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
