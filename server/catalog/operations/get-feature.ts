import { z } from "zod";
import { operation } from "../../platform/operation";
import { FeatureOutput, FeatureRef } from "../feature-schema";
import { currentCatalog } from "../load-catalog";
import { featureNamed } from "../named";
import { presentFeature } from "../present";

/** One feature by its id, archived or not. */
export const getFeature = operation(
  {
    kind: "query",
    scope: "features:read",
    summary: "Get a feature",
    input: z.object({ feature_id: FeatureRef }),
    output: FeatureOutput,
    aliases: { id: "feature_id" },
    errors: ["feature_not_found"],
    example: { feature_id: "messages" },
  },
  async (ctx, { feature_id }) =>
    presentFeature(featureNamed(await currentCatalog(ctx), feature_id)),
);
