import { z } from "zod";
import { WindfallError } from "../../core/error";
import type { FeatureType as FeatureTypeName } from "../../core/feature";
import { audit } from "../../platform/audit";
import type { TxCtx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { bumpCatalog } from "../../tenancy/rows";
import type { Catalog, CatalogFeature } from "../catalog";
import { creditSystemFields } from "../credits/credit-schema";
import { readCredits } from "../credits/read-credits";
import {
  Display,
  EventNames,
  FeatureOutput,
  FeatureRef,
  FeatureType,
  Name,
  RollupKeys,
  readDisplay,
  readKind,
  Slug,
} from "../feature-schema";
import { featureUse } from "../holders";
import { duplicateFeature, featureNamed } from "../named";
import { presentFeature } from "../present";
import { readCatalog } from "../read-catalog";
import { type FeatureFields, renameInDrafts, updateFeatureRow } from "../rows";
import { wrongField } from "../wrong-field";

const UpdateFeatureInput = z.object({
  feature_id: FeatureRef,
  new_feature_id: Slug.nullish().describe("Renames the feature, as long as no customer had it."),
  name: Name.nullish(),
  type: FeatureType.nullish(),
  consumable: z.boolean().nullish(),
  display: Display.nullish(),
  event_names: EventNames.nullish(),
  rollup_keys: RollupKeys.nullish(),
  archived: z.boolean().nullish().describe("Hides the feature; existing balances keep working."),
  ...creditSystemFields,
});

/** Changes what a feature is called; what it is, only while nothing depends on it. */
export const updateFeature = operation(
  {
    kind: "command",
    scope: "features:write",
    summary: "Update a feature",
    input: UpdateFeatureInput,
    output: FeatureOutput,
    aliases: { id: "feature_id" },
    errors: ["feature_not_found", "duplicate_feature_id", "feature_in_use"],
    example: { feature_id: "messages", name: "Messages sent", event_names: ["message.sent"] },
  },
  (ctx, input) =>
    inTransaction(ctx, async (ctx) => {
      await bumpCatalog(ctx);
      const catalog = await readCatalog(ctx.db, ctx.tenant.envId);
      const feature = featureNamed(catalog, input.feature_id);
      const fields = readFields(input, feature, catalog);
      await checkChange(ctx, feature, fields, catalog);
      await updateFeatureRow(ctx, feature.id, {
        ...fields,
        archived: input.archived ?? feature.archived,
      });
      if (fields.slug !== feature.slug) {
        await renameInDrafts(ctx, { from: feature.slug, to: fields.slug });
      }
      const after = await readCatalog(ctx.db, ctx.tenant.envId);
      const answer = presentFeature(featureNamed(after, fields.slug));
      await audit(ctx, {
        action: "features.update",
        targetType: "feature",
        targetId: feature.slug,
        before: presentFeature(feature),
        after: answer,
      });
      return answer;
    }),
);

function readFields(
  input: z.output<typeof UpdateFeatureInput>,
  feature: CatalogFeature,
  catalog: Catalog,
): FeatureFields {
  const kind = readChangedKind(input, feature);
  return {
    slug: input.new_feature_id ?? feature.slug,
    name: input.name ?? feature.name,
    ...kind,
    ...readCredits(input, { type: kind.type, catalog, before: feature }),
    display: input.display === undefined ? feature.display : readDisplay(input.display),
    eventNames: input.event_names ?? feature.eventNames,
    rollupKeys: input.rollup_keys ?? feature.rollupKeys,
  };
}

function readChangedKind(input: z.output<typeof UpdateFeatureInput>, feature: CatalogFeature) {
  const type = input.type ?? { type: feature.type, consumable: undefined };
  refuseCreditSwitch(feature, type.type);
  const stays = type.type === feature.type;
  const consumable =
    input.consumable ?? (stays && type.consumable === undefined ? feature.consumable : undefined);
  return readKind({ type, consumable });
}

/** A credit system is never made of another feature, nor the other way round (domain §1). */
function refuseCreditSwitch(feature: CatalogFeature, type: FeatureTypeName): void {
  if (type === feature.type || !(isCredit(type) || isCredit(feature.type))) return;
  throw wrongField(
    "type",
    `'${feature.slug}' is of type '${feature.type}' and cannot become '${type}'. Create another feature instead.`,
  );
}

function isCredit(type: FeatureTypeName): boolean {
  return type === "credit_system" || type === "ai_credit_system";
}

/** What a feature is and how it is called is fixed once something was built on it (domain §1). */
async function checkChange(
  ctx: TxCtx,
  feature: CatalogFeature,
  fields: FeatureFields,
  catalog: Catalog,
): Promise<void> {
  const renamed = fields.slug !== feature.slug;
  const retyped = fields.type !== feature.type || fields.consumable !== feature.consumable;
  if (renamed && catalog.featureBySlug.has(fields.slug)) throw duplicateFeature(fields.slug);
  if (!renamed && !retyped) return;
  const [system] = catalog.creditSystemsOf.get(feature.id) ?? [];
  if (retyped && system !== undefined)
    throw inUse(feature, `It is a member of '${system.slug}', so its type stays.`);
  const use = await featureUse(ctx, feature.id);
  if (renamed && use.byCustomers)
    throw inUse(feature, "Customers have or had it, so its id stays.");
  if (retyped && use.byCustomers)
    throw inUse(feature, "Customers have or had it, so its type stays.");
  if (retyped && use.inPlans) throw inUse(feature, "It is part of a plan, so its type stays.");
}

function inUse(feature: CatalogFeature, why: string): WindfallError {
  return new WindfallError(
    "conflict",
    "feature_in_use",
    `Feature '${feature.slug}' cannot change like that. ${why} Create another feature instead.`,
  );
}
