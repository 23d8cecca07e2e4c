import { z } from "zod";
import { WindfallError } from "../../core/error";
import { audit } from "../../platform/audit";
import type { TxCtx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { bumpCatalog } from "../../tenancy/rows";
import type { Catalog, CatalogFeature } from "../catalog";
import { FeatureRef } from "../feature-schema";
import { featureUse } from "../holders";
import { featureNamed } from "../named";
import { presentFeature } from "../present";
import { readCatalog } from "../read-catalog";
import { deleteFeatureRow } from "../rows";

/** Deletes a feature that no plan has, no credit system and no customer ever had. */
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
      const catalog = await readCatalog(ctx.db, ctx.tenant.envId);
      const feature = featureNamed(catalog, feature_id);
      const why = await whyItStays(ctx, catalog, feature);
      if (why !== null) {
        throw new WindfallError(
          "conflict",
          "feature_in_use",
          `Feature '${feature_id}' is ${why}. Archive it instead: features.update with archived: true.`,
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

async function whyItStays(
  ctx: TxCtx,
  catalog: Catalog,
  feature: CatalogFeature,
): Promise<string | null> {
  const [system] = catalog.creditSystemsOf.get(feature.id) ?? [];
  if (system !== undefined) return `a member of credit system '${system.slug}'`;
  const use = await featureUse(ctx, feature.id);
  if (use.inPlans) return "part of a plan";
  return use.byCustomers ? "used by customers" : null;
}
