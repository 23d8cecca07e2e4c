import { WindfallError } from "../core/error";
import { audit } from "../platform/audit";
import type { Ctx, TxCtx } from "../platform/context";
import { inTransaction } from "../platform/transaction";
import { bumpCatalog } from "../tenancy/rows";
import { addPlan } from "./add-plan";
import type { Catalog, CatalogPlan, PlanContent } from "./catalog";
import { type DraftProblem, readDraft } from "./draft-content";
import { editPlan } from "./edit-plan";
import { planNamed, versionNumbered } from "./named";
import { draftConflict, requireDraft } from "./plan-draft";
import type { PlanFieldsInput } from "./plan-schema";
import { type PlanWire, presentPlan } from "./present";
import { readCatalog } from "./read-catalog";
import { deleteDraftRow, lockDraft } from "./rows";

/** What is to be published, and what the editor had seen when deciding so. */
export interface PublishDraft {
  readonly draftId: string;
  readonly revision: number;
  /** The active version that the change list was made against; null for a new plan. */
  readonly ontoVersion: number | null;
}

/**
 * Publishes a draft: its content becomes a version as `plans.update` would make it, and the draft
 * is gone.
 *
 * @throws `draft_conflict` when the draft or the plan moved on; `invalid_inputs` for an unfinished
 * draft; what `editPlan` refuses
 */
export async function publishDraft(ctx: Ctx, request: PublishDraft): Promise<PlanWire> {
  return inTransaction(ctx, async (ctx) => {
    await bumpCatalog(ctx);
    const { id } = await requireDraft(ctx, request.draftId);
    await lockDraft(ctx, id);
    const draft = await requireDraft(ctx, request.draftId);
    const catalog = await readCatalog(ctx.db, ctx.tenant.envId);
    const plan = draft.planId === null ? null : (catalog.planById.get(draft.planId) ?? null);
    const onto = plan?.active.version ?? null;
    if (draft.revision !== request.revision || onto !== request.ontoVersion) throw draftConflict();
    const read = readDraft(catalog, draft.body.plan, plan);
    if (read.plan === null || read.content === null) throw unfinished(read.problems);
    await deleteDraftRow(ctx, id);
    return plan === null
      ? addPlan(ctx, read.plan, catalog)
      : publishOnto(ctx, { plan, catalog, input: read.plan, content: read.content });
  });
}

async function publishOnto(
  ctx: TxCtx,
  change: { plan: CatalogPlan; catalog: Catalog; input: PlanFieldsInput; content: PlanContent },
): Promise<PlanWire> {
  const { plan, catalog, input, content } = change;
  const fields = {
    slug: input.plan_id,
    name: input.name,
    description: input.description,
    groupKey: input.group,
    isAddOn: input.add_on,
    autoEnable: input.auto_enable,
    metadata: input.metadata ?? plan.metadata,
    archived: plan.archived,
  };
  const edit = { fields, content, base: plan.active, forceVersion: false };
  const published = await editPlan(ctx, plan, edit, catalog);
  const changed = planNamed(await readCatalog(ctx.db, ctx.tenant.envId), fields.slug);
  const version = versionNumbered(changed, published.version);
  const answer = presentPlan(changed, version, ctx.tenant);
  await audit(ctx, {
    action: "plans.publish",
    targetType: "plan",
    targetId: plan.slug,
    before: presentPlan(plan, plan.active, ctx.tenant),
    after: { ...answer, version_id: String(version.id) },
  });
  return answer;
}

function unfinished(problems: readonly DraftProblem[]): WindfallError {
  const lines = problems.slice(0, 10).map(({ path, message }) => `${path}: ${message}`);
  return new WindfallError("invalid_request", "invalid_inputs", lines.join("; "));
}
