import { z } from "zod";
import { WindfallError } from "../../core/error";
import { audit } from "../../platform/audit";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { bumpCatalog } from "../../tenancy/rows";
import type { CatalogPlan } from "../catalog";
import { versionsWereHeld } from "../holders";
import { planNamed } from "../named";
import { PlanRef } from "../plan-schema";
import { presentPlan } from "../present";
import { readCatalog } from "../read-catalog";
import { activateVersion, deletePlanRow, deleteVersions, lockVersion } from "../rows";

/** Deletes a plan, or its newest version, that no customer ever held. */
export const deletePlan = operation(
  {
    kind: "command",
    scope: "plans:write",
    summary: "Delete a plan that nobody had",
    description:
      "Without all_versions, a plan of several versions loses its active one and the version before becomes active; a plan of one version is deleted. What a customer ever held stays: archive it instead.",
    input: z.object({
      plan_id: PlanRef,
      all_versions: z.boolean().nullish().describe("Deletes the plan with every version."),
    }),
    output: z.object({ success: z.boolean() }),
    aliases: { id: "plan_id" },
    errors: ["product_not_found", "plan_in_use"],
    example: { plan_id: "free", all_versions: true },
  },
  (ctx, { plan_id, all_versions }) =>
    inTransaction(ctx, async (ctx) => {
      await bumpCatalog(ctx);
      const plan = planNamed(await readCatalog(ctx.db, ctx.tenant.envId), plan_id);
      const previous = all_versions === true ? null : previousVersion(plan);
      const doomed = previous === null ? plan.versions : [plan.active];
      for (const version of doomed) await lockVersion(ctx, version.id);
      const ids = doomed.map((version) => version.id);
      if (await versionsWereHeld(ctx, ids)) throw planInUse(plan);
      if (previous !== null) await activateVersion(ctx, plan.id, previous);
      await deleteVersions(ctx, ids);
      if (previous === null) await deletePlanRow(ctx, plan.id);
      await audit(ctx, {
        action: "plans.delete",
        targetType: "plan",
        targetId: plan.slug,
        before: presentPlan(plan, plan.active, ctx.tenant),
        after: previous === null ? undefined : { active_version: previous },
      });
      return { success: true };
    }),
);

/** The highest version number below the active one, or the highest other; null when it is alone. */
function previousVersion(plan: CatalogPlan): number | null {
  const others = plan.versions.map((one) => one.version).filter((n) => n !== plan.active.version);
  const below = others.filter((n) => n < plan.active.version);
  const candidates = below.length > 0 ? below : others;
  return candidates.length === 0 ? null : Math.max(...candidates);
}

function planInUse(plan: CatalogPlan): WindfallError {
  return new WindfallError(
    "conflict",
    "plan_in_use",
    `Customers have or had plan '${plan.slug}', so it stays for their history. Archive it instead: plans.update with archived: true.`,
  );
}
