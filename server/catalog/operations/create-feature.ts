import { z } from "zod";
import { audit } from "../../platform/audit";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { bumpCatalog } from "../../tenancy/rows";
import { creditSystemFields } from "../credits/credit-schema";
import { readCredits } from "../credits/read-credits";
import {
  Display,
  EventNames,
  FeatureOutput,
  FeatureType,
  Name,
  RollupKeys,
  readDisplay,
  readKind,
  Slug,
} from "../feature-schema";
import { duplicateFeature, featureNamed } from "../named";
import { presentFeature } from "../present";
import { readCatalog } from "../read-catalog";
import { insertFeature } from "../rows";

const CreateFeatureInput = z.object({
  feature_id: Slug,
  name: Name,
  type: FeatureType,
  consumable: z
    .boolean()
    .nullish()
    .describe(
      "For a metered feature: true is used up and reset, false is held, as seats are. Absent means true.",
    ),
  display: Display.nullish(),
  event_names: EventNames.nullish(),
  rollup_keys: RollupKeys.nullish(),
  ...creditSystemFields,
});

/** Creates a feature that plans can include and usage can be tracked against. */
export const createFeature = operation(
  {
    kind: "command",
    scope: "features:write",
    summary: "Create a feature",
    input: CreateFeatureInput,
    output: FeatureOutput,
    aliases: {
      id: "feature_id",
      unit_label: (label) => ({ display: { singular: label, plural: label } }),
    },
    errors: ["duplicate_feature_id", "feature_not_found"],
    example: {
      feature_id: "messages",
      name: "Messages",
      type: "metered",
      consumable: true,
      display: { singular: "message", plural: "messages" },
    },
  },
  (ctx, input) =>
    inTransaction(ctx, async (ctx) => {
      await bumpCatalog(ctx);
      const before = await readCatalog(ctx.db, ctx.tenant.envId);
      if (before.featureBySlug.has(input.feature_id)) throw duplicateFeature(input.feature_id);
      const kind = readKind(input);
      await insertFeature(ctx, {
        slug: input.feature_id,
        name: input.name,
        ...kind,
        ...readCredits(input, { type: kind.type, catalog: before, before: null }),
        display: readDisplay(input.display),
        eventNames: input.event_names ?? [],
        rollupKeys: input.rollup_keys ?? [],
      });
      const after = await readCatalog(ctx.db, ctx.tenant.envId);
      const answer = presentFeature(featureNamed(after, input.feature_id));
      await audit(ctx, {
        action: "features.create",
        targetType: "feature",
        targetId: input.feature_id,
        after: answer,
      });
      return answer;
    }),
);
