import { z } from "zod";
import { operation } from "../../platform/operation";
import { currentCatalog } from "../load-catalog";
import { planNamed, versionNumbered } from "../named";
import { PlanOutput, PlanRef, VersionNumber } from "../plan-schema";
import { presentPlan } from "../present";

/** One plan by its id, archived or not, at its active version or the one asked for. */
export const getPlan = operation(
  {
    kind: "query",
    scope: "plans:read",
    summary: "Get a plan",
    input: z.object({ plan_id: PlanRef, version: VersionNumber.nullish() }),
    output: PlanOutput,
    aliases: { id: "plan_id" },
    errors: ["product_not_found"],
    example: { plan_id: "free" },
  },
  async (ctx, { plan_id, version }) => {
    const plan = planNamed(await currentCatalog(ctx), plan_id);
    return presentPlan(plan, versionNumbered(plan, version), ctx.tenant);
  },
);
