import type { z } from "zod";
import { rolloverRule } from "../../core/balances/rollover";
import { WindfallError } from "../../core/error";
import type { Interval } from "../../core/interval";
import { type ItemPrice, plainRules } from "../../core/plan";
import { quantity, zero } from "../../core/quantity";
import type { Catalog, CatalogFeature, ContentItem, PlanContent } from "../catalog";
import type { BasePriceInput, PlanItemInput } from "../plan-schema";
import { wrongField } from "../wrong-field";
import { readBasePrice, readItemPrice } from "./read-price";

type BasePriceFields = z.output<typeof BasePriceInput>;
type ItemFields = z.output<typeof PlanItemInput>;

/** What a caller says of a plan's content; a part that is undefined stays as it was. */
export interface ContentChange {
  readonly price?: BasePriceFields | null | undefined;
  readonly items?: readonly ItemFields[] | undefined;
}

/**
 * Turns what a caller wrote into the content of a version, checked against the rules of domain §3,
 * and lays it over the content that it changes.
 *
 * @throws WindfallError `feature_not_found`; `invalid_inputs` with the path of the wrong field.
 */
export function readContent(
  catalog: Catalog,
  change: ContentChange,
  before: PlanContent = { price: null, items: [] },
): PlanContent {
  const known = new Set(before.items.map((item) => item.feature.id));
  const items =
    change.items === undefined
      ? before.items
      : change.items.map((item, n) => readItem(item, `items.${n}`, { catalog, known }));
  refuseRepeats(items);
  return { price: readPrice(change.price, before), items };
}

function readPrice(price: ContentChange["price"], before: PlanContent): PlanContent["price"] {
  if (price === undefined) return before.price;
  return price === null ? null : readBasePrice(price, "price");
}

function readItem(
  input: ItemFields,
  path: string,
  context: { catalog: Catalog; known: ReadonlySet<number> },
): ContentItem {
  const feature = findFeature(input.feature_id, path, context);
  if (feature.type === "boolean") return readBooleanItem(input, feature, path);
  const included = quantity(input.included ?? 0);
  const unlimited = input.unlimited === true;
  if (unlimited && !included.isZero()) {
    throw wrongField(`${path}.included`, "An unlimited item has no included amount.");
  }
  if (unlimited && input.price) {
    throw wrongField(`${path}.price`, "An unlimited item cannot have a price.");
  }
  const given = readReset(input, feature, path);
  const price = input.price
    ? readItemPrice(input.price, { path: `${path}.price`, included, proration: input.proration })
    : null;
  if (price !== null) checkPrice(price, { path, feature, included, reset: given });
  const billingBehavior = behaviorOf(price, feature, input.proration);
  checkProration(input, price, billingBehavior, path);
  return {
    feature,
    included,
    unlimited,
    reset: given ?? billedReset(price, feature, input),
    price,
    billingBehavior,
    ...readRules(input, {
      path,
      feature,
      context,
      renews: given ?? billedReset(price, feature, input),
    }),
  };
}

function findFeature(
  slug: string,
  path: string,
  context: { catalog: Catalog; known: ReadonlySet<number> },
): CatalogFeature {
  const feature = context.catalog.featureBySlug.get(slug);
  if (feature === undefined) {
    throw new WindfallError(
      "not_found",
      "feature_not_found",
      `${path}.feature_id: Feature '${slug}' not found. Create it first.`,
      { path: `${path}.feature_id`, problem: `Feature '${slug}' not found. Create it first.` },
    );
  }
  if (feature.archived && !context.known.has(feature.id)) {
    throw wrongField(`${path}.feature_id`, `Feature '${slug}' is archived. Restore it first.`);
  }
  return feature;
}

function readBooleanItem(input: ItemFields, feature: CatalogFeature, path: string): ContentItem {
  const meaningless = [
    ["included", (input.included ?? 0) !== 0],
    ["unlimited", input.unlimited === true],
    ["reset", input.reset !== undefined && input.reset !== null],
    ["price", input.price !== undefined && input.price !== null],
    ["proration", input.proration !== undefined && input.proration !== null],
    ["rollover", input.rollover !== undefined && input.rollover !== null],
    ["pooled", input.pooled === true],
    ["entity_feature_id", typeof input.entity_feature_id === "string"],
    ["reset_usage_when_enabled", typeof input.reset_usage_when_enabled === "boolean"],
  ] as const;
  for (const [field, isGiven] of meaningless) {
    if (!isGiven) continue;
    throw wrongField(
      `${path}.${field}`,
      `'${feature.slug}' is a boolean feature: the plan has it or not. Leave '${field}' out.`,
    );
  }
  return {
    feature,
    included: zero,
    unlimited: false,
    reset: null,
    price: null,
    billingBehavior: null,
    ...plainRules,
  };
}

type Rules = Pick<ContentItem, keyof typeof plainRules>;
type ItemContext = { readonly catalog: Catalog; readonly known: ReadonlySet<number> };

/** The rarer rules of an item: who gets it, what rolls over, what a switch carries. */
function readRules(
  input: ItemFields,
  item: { path: string; feature: CatalogFeature; context: ItemContext; renews: Interval | null },
): Rules {
  const { path, feature, context, renews } = item;
  const pooled = input.pooled === true;
  const owner = readOwner(input, path, feature, context);
  if (pooled && owner !== null) {
    throw wrongField(
      `${path}.pooled`,
      "Units are shared by all entities or given to each one. Leave pooled or entity_feature_id out.",
    );
  }
  if (!feature.consumable && input.reset_usage_when_enabled === true) {
    throw wrongField(
      `${path}.reset_usage_when_enabled`,
      `'${feature.slug}' is held, not used up: what is held stays held on a switch. Leave it out.`,
    );
  }
  return {
    entityFeature: owner,
    pooled,
    rollover: readRollover(input, path, input.unlimited === true ? null : renews),
    resetOnSwitch: feature.consumable ? (input.reset_usage_when_enabled ?? null) : null,
  };
}

/** The type of the entities that each get the item. */
function readOwner(
  input: ItemFields,
  path: string,
  feature: CatalogFeature,
  context: ItemContext,
): CatalogFeature | null {
  if (!input.entity_feature_id) return null;
  const field = `${path}.entity_feature_id`;
  const owner = context.catalog.featureBySlug.get(input.entity_feature_id);
  if (owner === undefined) {
    throw wrongField(field, `Feature '${input.entity_feature_id}' not found. Create it first.`);
  }
  if (owner.type !== "metered" || owner.consumable) {
    throw wrongField(field, "Name the feature that types entities: one that is held, like seats.");
  }
  if (owner.id === feature.id) {
    throw wrongField(
      field,
      `Entities of '${owner.slug}' are counted by it, so it has no other owner.`,
    );
  }
  return owner;
}

function readRollover(
  input: ItemFields,
  path: string,
  renews: Interval | null,
): ContentItem["rollover"] {
  if (!input.rollover) return null;
  const field = `${path}.rollover`;
  if (renews === null) {
    throw wrongField(field, "Only units that are renewed can roll over. Name a reset interval.");
  }
  const { max, max_percentage, expiry_duration_type, expiry_duration_length } = input.rollover;
  try {
    return rolloverRule({
      max: typeof max === "number" ? quantity(max) : null,
      maxPercentage: typeof max_percentage === "number" ? quantity(max_percentage) : null,
      months: expiry_duration_type === "forever" ? null : (expiry_duration_length ?? 1),
    });
  } catch (error) {
    throw wrongField(field, error instanceof Error ? error.message : "Not a rollover.");
  }
}

/** The reset that a caller names; null when the units are given once or nothing is said. */
function readReset(input: ItemFields, feature: CatalogFeature, path: string): Interval | null {
  const reset = input.reset ?? null;
  if (reset === null || reset.interval === "one_off") return null;
  if (reset.interval === "minute") {
    throw wrongField(`${path}.reset.interval`, "'minute' is not offered. Use 'hour' or longer.");
  }
  if (!feature.consumable) {
    throw wrongField(
      `${path}.reset`,
      `'${feature.slug}' is held, not used up, so it never resets. Leave 'reset' out.`,
    );
  }
  return { unit: reset.interval, count: reset.interval_count };
}

/** A priced consumable that names no reset is renewed with each payment. */
function billedReset(
  price: ItemPrice | null,
  feature: CatalogFeature,
  input: ItemFields,
): Interval | null {
  if (price === null || !feature.consumable || input.reset || price.interval === "one_off") {
    return null;
  }
  return { unit: price.interval, count: price.intervalCount };
}

function checkPrice(
  price: ItemPrice,
  item: {
    path: string;
    feature: CatalogFeature;
    included: ContentItem["included"];
    reset: Interval | null;
  },
): void {
  const { path, included, reset } = item;
  if (price.method === "prepaid") {
    if (!included.mod(price.billingUnits).isZero()) {
      throw wrongField(
        `${path}.included`,
        "On a prepaid item it is a whole multiple of price.billing_units.",
      );
    }
    return;
  }
  if (price.interval === "one_off") {
    throw wrongField(
      `${path}.price.interval`,
      "Usage is billed at the end of a period. Use a recurring interval, or 'prepaid'.",
    );
  }
  if (reset !== null && !sameLength(reset, { unit: price.interval, count: price.intervalCount })) {
    throw wrongField(
      `${path}.reset`,
      "On a usage_based item it is the same as price.interval. Leave it out.",
    );
  }
}

const MONTHS: Readonly<Partial<Record<Interval["unit"], number>>> = {
  month: 1,
  quarter: 3,
  semi_annual: 6,
  year: 12,
};

function sameLength(a: Interval, b: Interval): boolean {
  const monthsA = MONTHS[a.unit];
  const monthsB = MONTHS[b.unit];
  if (monthsA === undefined || monthsB === undefined)
    return a.unit === b.unit && a.count === b.count;
  return monthsA * a.count === monthsB * b.count;
}

/** Seats billed by use are charged at the period's end, unless the plan says how changes are. */
function behaviorOf(
  price: ItemPrice | null,
  feature: CatalogFeature,
  proration: ItemFields["proration"],
): ContentItem["billingBehavior"] {
  if (price?.method !== "usage_based") return null;
  return !feature.consumable && proration ? "prorated" : "arrear";
}

function checkProration(
  input: ItemFields,
  price: ItemPrice | null,
  behavior: ContentItem["billingBehavior"],
  path: string,
): void {
  if (!input.proration || price?.method === "prepaid" || behavior === "prorated") return;
  throw wrongField(
    `${path}.proration`,
    "It applies to prepaid items and to priced seats, whose quantity changes between invoices.",
  );
}

/** One feature may stand several times only where its interval or its billing method differs. */
function refuseRepeats(items: readonly ContentItem[]): void {
  const seen = new Set<string>();
  for (const [n, item] of items.entries()) {
    const { feature, reset, price } = item;
    const key = [
      feature.id,
      item.entityFeature?.id ?? (item.pooled ? "pooled" : ""),
      reset === null ? "" : `${reset.count} ${reset.unit}`,
      price === null ? "" : `${price.method} ${price.intervalCount} ${price.interval}`,
    ].join("/");
    if (seen.has(key)) {
      throw wrongField(
        `items.${n}`,
        `'${feature.slug}' stands in the plan twice with the same interval and billing method.`,
      );
    }
    seen.add(key);
  }
}
