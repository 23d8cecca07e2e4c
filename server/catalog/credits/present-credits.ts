import type { z } from "zod";
import { toWire, zero } from "../../core/quantity";
import type { CatalogFeature, CreditMember, Markups } from "../catalog";
import type { creditSystemOutput } from "./credit-schema";

type SchemaWire = NonNullable<z.input<typeof creditSystemOutput.credit_schema>>;
type MemberWire = SchemaWire[number];
type ModelsWire = NonNullable<z.input<typeof creditSystemOutput.model_markups>>;

/** The fields that only credit systems have; none for other features. */
export function presentCredits(feature: CatalogFeature) {
  if (feature.type === "credit_system") {
    return { credit_schema: feature.creditItems.map(presentMember) };
  }
  return feature.markups === null ? {} : presentMarkups(feature.markups);
}

function presentMember(item: CreditMember): MemberWire {
  const { dimensions, multipliers } = item;
  return {
    metered_feature_id: item.slug,
    ...(item.billingUnits.equals(1) ? {} : { billing_units: toWire(item.billingUnits) }),
    ...presentCost(item.tiers),
    ...(dimensions.length === 0
      ? {}
      : {
          dimensions: Object.fromEntries(
            dimensions.map(({ name, match, priority, tiers }) => [
              name,
              { match: { ...match }, priority, ...presentCost(tiers) },
            ]),
          ),
        }),
    ...(multipliers.length === 0
      ? {}
      : {
          multipliers: Object.fromEntries(
            multipliers.map(({ name, match, factor, add }) => [
              name,
              {
                match: { ...match },
                ...(factor.equals(1) ? {} : { factor: toWire(factor) }),
                ...(add.isZero() ? {} : { add: toWire(add) }),
              },
            ]),
          ),
        }),
  };
}

/** A single endless step is a flat cost. */
function presentCost(
  tiers: CreditMember["tiers"],
): Pick<MemberWire, "credit_cost" | "tier_behavior" | "tiers"> {
  const [first] = tiers;
  if (tiers.length === 1 && first !== undefined) return { credit_cost: toWire(first.creditCost) };
  return {
    tier_behavior: "graduated",
    tiers: tiers.map(({ to, creditCost }) => ({
      to: to === null ? "inf" : toWire(to),
      credit_cost: toWire(creditCost),
    })),
  };
}

function presentMarkups(markups: Markups) {
  return {
    default_markup: toWire(markups.fallback ?? zero),
    provider_markups: Object.fromEntries(
      Object.entries(markups.providers).map(([provider, markup]) => [
        provider,
        { markup: toWire(markup) },
      ]),
    ),
    model_markups: Object.fromEntries(
      Object.entries(markups.models).map(([model, one]) => [model, presentModel(one)]),
    ),
  };
}

function presentModel(one: Markups["models"][string]): ModelsWire[string] {
  return {
    ...(one.markup === null ? {} : { markup: toWire(one.markup) }),
    ...(one.inputCost === null ? {} : { input_cost: toWire(one.inputCost) }),
    ...(one.outputCost === null ? {} : { output_cost: toWire(one.outputCost) }),
  };
}
