import { WindfallError } from "../core/error";
import { type PlanDifference, planDifferences } from "../core/plan-diff";
import { audit } from "../platform/audit";
import type { Ctx, TxCtx } from "../platform/context";
import { inTransaction } from "../platform/transaction";
import { bumpCatalog } from "../tenancy/rows";
import { addPlan } from "./add-plan";
import type { Catalog, CatalogPlan, PlanContent } from "./catalog";
import { DEFAULT_CURRENCY } from "./default-currency";
import { type DraftProblem, readDraft } from "./draft-content";
import { editPlan } from "./edit-plan";
import { currentCatalog } from "./load-catalog";
import { planNamed, versionNumbered } from "./named";
import { draftConflict, requireDraft } from "./plan-draft";
import type { PlanFieldsInput } from "./plan-schema";
import { countHolders } from "./plan-versions";
import { type PlanWire, presentPlan } from "./present";
import { decidePublication, type Publication } from "./publish-plan-version";
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

/** What publishing a draft would do, for the person who is about to. */
export interface PublicationPreview {
  readonly problems: readonly DraftProblem[];
  /** Against the active version, in words. */
  readonly changes: readonly PlanDifference[];
  /** Null while there are problems; `first` is a plan that was never published. */
  readonly becomes: {
    readonly kind: Publication["kind"] | "first";
    readonly version: number;
  } | null;
  /** Customers who keep what they have: on the active version, and on older ones. */
  readonly customersOnActive: number;
  readonly customersOnOlder: number;
}

/**
 * Says what publishing a draft would do, by the same decision that publishing makes.
 *
 * @throws `draft_not_found`
 */
export async function previewPublication(ctx: Ctx, draftId: string): Promise<PublicationPreview> {
  const draft = await requireDraft(ctx, draftId);
  const catalog = await currentCatalog(ctx);
  const plan = draft.planId === null ? null : (catalog.planById.get(draft.planId) ?? null);
  const { problems, content } = readDraft(catalog, draft.body.plan, plan);
  const holders = plan === null ? null : await countHolders(ctx, plan);
  const onActive = plan === null ? undefined : holders?.get(plan.active.id);
  const onPlan = [...(holders?.values() ?? [])].reduce((total, one) => total + one.now, 0);
  const request = plan && content && { plan, base: plan.active, content, force: false };
  const first = content === null ? null : { kind: "first" as const, version: 1 };
  return {
    problems,
    changes:
      content === null ? [] : planDifferences(plan?.active ?? null, content, DEFAULT_CURRENCY),
    becomes: request === null ? first : decidePublication(request, onActive !== undefined),
    customersOnActive: onActive?.now ?? 0,
    customersOnOlder: onPlan - (onActive?.now ?? 0),
  };
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
    billingControls: plan.billingControls,
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
