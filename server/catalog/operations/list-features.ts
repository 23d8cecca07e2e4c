import { z } from "zod";
import { operation } from "../../platform/operation";
import { FeatureOutput } from "../feature-schema";
import { currentCatalog } from "../load-catalog";
import { presentFeature } from "../present";

/** All features, oldest first; archived ones only on request. */
export const listFeatures = operation(
  {
    kind: "query",
    scope: "features:read",
    summary: "List features",
    input: z.object({
      include_archived: z.boolean().nullish().describe("Also features that are archived."),
    }),
    output: z.object({ list: z.array(FeatureOutput) }),
    example: {},
  },
  async (ctx, { include_archived }) => {
    const catalog = await currentCatalog(ctx);
    const features = [...catalog.featureById.values()].filter(
      (feature) => include_archived === true || !feature.archived,
    );
    return { list: features.map(presentFeature) };
  },
);
