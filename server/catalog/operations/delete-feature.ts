import { z } from "zod";
import { WindfallError } from "../../core/error";
import { audit } from "../../platform/audit";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { bumpCatalog } from "../../tenancy/rows";
import { FeatureRef } from "../feature-schema";
import { featureUse } from "../holders";
import { featureNamed } from "../named";
import { presentFeature } from "../present";
import { readCatalog } from "../read-catalog";
import { deleteFeatureRow } from "../rows";

/** Deletes a feature that no plan has and no customer ever had. */
export const deleteFeature = operation(
  {
    kind: "command",
    scope: "features:write",
    summary: "Delete an unused feature",
    input: z.object({ feature_id: FeatureRef }),
    output: z.object({ success: z.boolean() }),
    aliases: { id: "feature_id" },
    errors: ["feature_not_found", "feature_in_use"],
    example: { feature_id: "messages" },
  },
  (ctx, { feature_id }) =>
    inTransaction(ctx, async (ctx) => {
      await bumpCatalog(ctx);
      const feature = featureNamed(await readCatalog(ctx.db, ctx.tenant.envId), feature_id);
      const use = await featureUse(ctx, feature.id);
      if (use.inPlans || use.byCustomers) {
        throw new WindfallError(
          "conflict",
          "feature_in_use",
          `Feature '${feature_id}' is ${use.inPlans ? "part of a plan" : "used by customers"}. Archive it instead: features.update with archived: true.`,
        );
      }
      await deleteFeatureRow(ctx, feature.id);
      await audit(ctx, {
        action: "features.delete",
        targetType: "feature",
        targetId: feature_id,
        before: presentFeature(feature),
      });
      return { success: true };
    }),
);
