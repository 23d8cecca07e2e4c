import { WindfallError } from "../../core/error";
import type { FeatureType } from "../../core/feature";
import { type Quantity, quantity, zero } from "../../core/quantity";
import type { Catalog, CatalogFeature, CreditMember, Markups } from "../catalog";
import { wrongField } from "../wrong-field";
import type { CostFields, CreditFields, MemberFields } from "./credit-schema";

type Tiers = CreditMember["tiers"];
type ModelFields = NonNullable<CreditFields["model_markups"]>[string];

/** The columns of a feature that only credit systems fill. */
export type CreditColumns = Pick<CatalogFeature, "creditItems" | "markups">;

/** What is known of a feature when its credit fields are read. */
interface Place {
  readonly type: FeatureType;
  readonly catalog: Catalog;
  /** The feature as it stands; null when it is being made. */
  readonly before: CatalogFeature | null;
}

/**
 * What the credit fields of a request make of a feature (domain §§1, 18, 19). What is left out
 * stays as it was. Empty lists and maps mean nothing on a feature that has no such field, since
 * published clients send them by themselves.
 *
 * @throws `invalid_inputs` with the path of the wrong field; `feature_not_found` for a member
 */
export function readCredits(input: CreditFields, place: Place): CreditColumns {
  refuseForeign(input, place.type);
  if (place.type === "credit_system")
    return { creditItems: readMembers(input, place), markups: null };
  if (place.type === "ai_credit_system")
    return { creditItems: [], markups: readMarkups(input, place) };
  return { creditItems: [], markups: null };
}

function refuseForeign(input: CreditFields, type: FeatureType): void {
  if (type !== "credit_system" && (input.credit_schema ?? []).length > 0) {
    throw wrongField(
      "credit_schema",
      type === "ai_credit_system"
        ? "An AI credit system has no schema: it is priced by tokens. Leave it out, or use type 'credit_system'."
        : "Only a feature of type 'credit_system' has members.",
    );
  }
  if (type === "ai_credit_system") return;
  const given = [
    ["default_markup", (input.default_markup ?? null) !== null],
    ["provider_markups", Object.keys(input.provider_markups ?? {}).length > 0],
    ["model_markups", Object.keys(input.model_markups ?? {}).length > 0],
  ] as const;
  for (const [field, isGiven] of given) {
    if (isGiven) throw wrongField(field, "Only a feature of type 'ai_credit_system' has markups.");
  }
}

function readMembers(input: CreditFields, place: Place): readonly CreditMember[] {
  const { credit_schema: schema } = input;
  if ((schema === undefined || schema === null) && place.before !== null) {
    return place.before.creditItems;
  }
  if (!schema || schema.length === 0) {
    throw wrongField("credit_schema", "A credit system needs at least one member with its cost.");
  }
  const seen = new Set<number>();
  return schema.map((fields, n) => {
    const path = `credit_schema.${n}`;
    const feature = memberNamed(fields.metered_feature_id, path, place);
    if (seen.has(feature.id)) {
      throw wrongField(
        `${path}.metered_feature_id`,
        `'${feature.slug}' is a member twice. Give it one cost, with tiers or dimensions if it varies.`,
      );
    }
    seen.add(feature.id);
    return readMember(fields, feature, path);
  });
}

function memberNamed(slug: string, path: string, place: Place): CatalogFeature {
  const field = `${path}.metered_feature_id`;
  const feature = place.catalog.featureBySlug.get(slug);
  if (feature === undefined) {
    throw new WindfallError(
      "not_found",
      "feature_not_found",
      `${field}: Feature '${slug}' not found. Create it first.`,
      { path: field, problem: `Feature '${slug}' not found. Create it first.` },
    );
  }
  const joins = !place.before?.creditItems.some((item) => item.featureId === feature.id);
  if (feature.archived && joins) {
    throw wrongField(field, `Feature '${slug}' is archived. Restore it first.`);
  }
  const isCounted = feature.type === "metered" && feature.consumable;
  if (isCounted || feature.type === "ai_credit_system") return feature;
  throw wrongField(
    field,
    `'${slug}' cannot be a member: members are metered features that are used up, and AI credit systems.`,
  );
}

function readMember(fields: MemberFields, feature: CatalogFeature, path: string): CreditMember {
  return {
    featureId: feature.id,
    slug: feature.slug,
    billingUnits: quantity(fields.billing_units ?? 1),
    tiers: readCost(fields, path),
    dimensions: Object.entries(fields.dimensions ?? {}).map(([name, dimension]) => ({
      name,
      match: asText(dimension.match),
      priority: dimension.priority ?? 0,
      tiers: readCost(dimension, `${path}.dimensions.${name}`),
    })),
    multipliers: Object.entries(fields.multipliers ?? {}).map(([name, multiplier]) => ({
      name,
      match: asText(multiplier.match),
      factor: quantity(multiplier.factor ?? 1),
      add: quantity(multiplier.add ?? 0),
    })),
  };
}

function asText(match: Readonly<Record<string, string | number | boolean>>) {
  return Object.fromEntries(Object.entries(match).map(([key, value]) => [key, String(value)]));
}

function readCost(fields: CostFields, path: string): Tiers {
  const { credit_cost: cost, tiers } = fields;
  if (Array.isArray(tiers) === (typeof cost === "number")) {
    throw wrongField(`${path}.credit_cost`, "Give either 'credit_cost' or 'tiers'.");
  }
  if (typeof cost === "number") {
    if (!fields.tier_behavior) return [{ to: null, creditCost: quantity(cost) }];
    throw wrongField(`${path}.tier_behavior`, "It goes with 'tiers'. Leave it out.");
  }
  return readTiers(tiers ?? [], `${path}.tiers`);
}

function readTiers(tiers: NonNullable<CostFields["tiers"]>, path: string): Tiers {
  let reached = zero;
  return tiers.map((tier, n) => {
    const isLast = n === tiers.length - 1;
    if ((tier.to === "inf") !== isLast) {
      throw wrongField(`${path}.${n}.to`, "The last tier, and only the last, goes to 'inf'.");
    }
    const to = tier.to === "inf" ? null : quantity(tier.to);
    if (to?.lessThanOrEqualTo(reached)) {
      throw wrongField(
        `${path}.${n}.to`,
        "Each tier ends above the one before it, the first above 0.",
      );
    }
    reached = to ?? reached;
    return { to, creditCost: quantity(tier.credit_cost) };
  });
}

function readMarkups(input: CreditFields, place: Place): Markups {
  const before = place.before?.markups ?? { fallback: null, providers: {}, models: {} };
  return {
    fallback:
      input.default_markup === undefined ? before.fallback : decimalOrNull(input.default_markup),
    providers:
      input.provider_markups === undefined
        ? before.providers
        : Object.fromEntries(
            Object.entries(input.provider_markups ?? {}).map(([provider, { markup }]) => {
              if (!provider.includes("/")) return [provider, quantity(markup)];
              throw wrongField(
                `provider_markups.${provider}`,
                "Name the provider alone, such as 'openai'. Models go into 'model_markups'.",
              );
            }),
          ),
    models:
      input.model_markups === undefined
        ? before.models
        : Object.fromEntries(Object.entries(input.model_markups ?? {}).map(readModel)),
  };
}

function readModel([model, fields]: [string, ModelFields]): [string, Markups["models"][string]] {
  const path = `model_markups.${model}`;
  if (!/^[^/]+\/.+$/.test(model)) {
    throw wrongField(path, "Name a model as provider/model, such as 'openai/gpt-4o'.");
  }
  const inputCost = decimalOrNull(fields.input_cost);
  const outputCost = decimalOrNull(fields.output_cost);
  const costs = [inputCost, outputCost].filter((cost) => cost !== null).length;
  if (costs === 1 || (costs === 0 && model.startsWith("custom/"))) {
    throw wrongField(
      path,
      model.startsWith("custom/")
        ? "A model of your own needs both 'input_cost' and 'output_cost', per million tokens."
        : "Give both 'input_cost' and 'output_cost', or neither.",
    );
  }
  return [model, { markup: decimalOrNull(fields.markup), inputCost, outputCost }];
}

function decimalOrNull(value: number | null | undefined): Quantity | null {
  return typeof value === "number" ? quantity(value) : null;
}
