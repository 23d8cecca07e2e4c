import { audit } from "../platform/audit";
import type { TxCtx } from "../platform/context";
import type { Catalog } from "./catalog";
import { readContent } from "./content/read-content";
import { patchControls } from "./controls";
import type { ControlLists } from "./controls-schema";
import { checkAutoEnable, checkPlanIsUnused } from "./edit-plan";
import { planNamed } from "./named";
import type { PlanFieldsInput } from "./plan-schema";
import { type PlanWire, presentPlan } from "./present";
import { readCatalog } from "./read-catalog";
import { insertPlan, insertVersion } from "./rows";

/**
 * Makes a plan with its published version 1. `catalog` was read after the catalog was bumped.
 *
 * @throws `product_already_exists`, `feature_not_found`, `invalid_inputs`
 */
export async function addPlan(
  ctx: TxCtx,
  input: PlanFieldsInput & { readonly billing_controls?: ControlLists | null | undefined },
  catalog: Catalog,
): Promise<PlanWire> {
  checkPlanIsUnused(catalog, input.plan_id);
  const content = readContent(catalog, input);
  const fields = {
    slug: input.plan_id,
    name: input.name,
    description: input.description,
    groupKey: input.group,
    isAddOn: input.add_on,
    autoEnable: input.auto_enable,
    metadata: input.metadata ?? {},
    billingControls: patchControls(catalog, null, input.billing_controls ?? {}),
    archived: false,
  };
  checkAutoEnable(fields, content);
  const planId = await insertPlan(ctx, fields, 1);
  const versionId = await insertVersion(ctx, { planId, version: 1, content });
  const plan = planNamed(await readCatalog(ctx.db, ctx.tenant.envId), input.plan_id);
  const answer = presentPlan(plan, plan.active, ctx.tenant);
  await audit(ctx, {
    action: "plans.create",
    targetType: "plan",
    targetId: input.plan_id,
    after: { ...answer, version_id: String(versionId) },
  });
  return answer;
}
