import { WindfallError } from "../core/error";
import { parsePublicId, toPublicId } from "../core/id";
import { type PlanDifference, planDifferences } from "../core/plan-diff";
import type { Ctx, ReadCtx } from "../platform/context";
import { newId } from "../platform/id";
import { sql } from "../platform/sql";
import { inTransaction } from "../platform/transaction";
import type { Catalog, CatalogPlan } from "./catalog";
import { DEFAULT_CURRENCY } from "./default-currency";
import { type DraftPlan, type DraftProblem, readDraft } from "./draft-content";
import { currentCatalog } from "./load-catalog";
import { planNamed } from "./named";
import { presentPlan } from "./present";
import { deleteDraftRow, insertDraft, updateDraft } from "./rows";

/** A draft as its editor sees it. */
export interface PlanDraftView {
  /** Null until the first save. */
  readonly draftId: string | null;
  /** The plan that it changes; null for one that was never published. */
  readonly planId: string | null;
  /** Grows with every save; 0 until the first. A save names the one it started from. */
  readonly revision: number;
  readonly updatedAt: Date | null;
  /** The e-mail address of who saved it last. */
  readonly updatedBy: string | null;
  /** The version that the draft started from, and the one that is active now. */
  readonly baseVersion: number | null;
  readonly activeVersion: number | null;
  readonly plan: DraftPlan;
  /** What stands in the way of publishing, at its fields. */
  readonly problems: readonly DraftProblem[];
  /** What publishing would change against the active version, in words; empty while there are problems. */
  readonly changes: readonly PlanDifference[];
}

/** A stored draft. */
export interface StoredDraft {
  readonly id: string;
  readonly planId: number | null;
  readonly revision: number;
  readonly updatedAt: Date;
  readonly updatedBy: string | null;
  readonly body: DraftBody;
}

/** What a draft's row holds. */
interface DraftBody {
  readonly baseVersion: number | null;
  readonly plan: DraftPlan;
}

/**
 * The draft of a plan, or the active version as the draft that a first save would make.
 *
 * @throws `product_not_found`
 */
export async function planDraft(ctx: Ctx, planSlug: string): Promise<PlanDraftView> {
  const catalog = await currentCatalog(ctx);
  const plan = planNamed(catalog, planSlug);
  const [stored] = await findDrafts(ctx, { planId: plan.id });
  return view(catalog, stored ?? null, plan, startingFrom(ctx, plan));
}

/**
 * The draft of a plan that was never published.
 *
 * @throws `draft_not_found`
 */
export async function namedDraft(ctx: Ctx, draftId: string): Promise<PlanDraftView> {
  const catalog = await currentCatalog(ctx);
  const stored = await requireDraft(ctx, draftId);
  const plan = stored.planId === null ? null : (catalog.planById.get(stored.planId) ?? null);
  return view(catalog, stored, plan, stored.body);
}

/** All drafts, the last saved first. */
export async function listDrafts(ctx: Ctx): Promise<PlanDraftView[]> {
  const catalog = await currentCatalog(ctx);
  const drafts = await findDrafts(ctx, {});
  return drafts.map((stored) => {
    const plan = stored.planId === null ? null : (catalog.planById.get(stored.planId) ?? null);
    return view(catalog, stored, plan, stored.body);
  });
}

/** A save: which draft, the revision it started from, and the whole plan as it stands now. */
export interface DraftSave {
  /** Null for a draft that is not stored yet. */
  readonly draftId: string | null;
  /** The plan that a new draft changes; null starts a new plan. */
  readonly planId: string | null;
  readonly revision: number;
  /** The version that the editor has before it; null for a new plan. */
  readonly baseVersion: number | null;
  readonly plan: DraftPlan;
}

/**
 * Saves a draft, finished or not. Nothing is live until it is published.
 *
 * @throws `conflict/draft_conflict` when somebody saved, published or discarded it meanwhile
 */
export async function saveDraft(ctx: Ctx, save: DraftSave): Promise<PlanDraftView> {
  const catalog = await currentCatalog(ctx);
  const plan = save.planId === null ? null : planNamed(catalog, save.planId);
  const body = { baseVersion: save.baseVersion, plan: save.plan };
  const stored = save.draftId === null ? null : await requireDraft(ctx, save.draftId);
  const id = stored?.id ?? newId();
  const isSaved = await inTransaction(ctx, (ctx) =>
    stored === null
      ? insertDraft(ctx, { id, planId: plan?.id ?? null, body })
      : updateDraft(ctx, { id, revision: save.revision, body }),
  );
  if (!isSaved) throw draftConflict();
  return namedDraft(ctx, toPublicId("dft", id));
}

/** Throws a draft away; what is published stays. */
export async function discardDraft(ctx: Ctx, draftId: string): Promise<void> {
  const { id } = await requireDraft(ctx, draftId);
  await inTransaction(ctx, (ctx) => deleteDraftRow(ctx, id));
}

/** @throws `draft_not_found` */
export async function requireDraft(ctx: ReadCtx, draftId: string): Promise<StoredDraft> {
  const id = parsePublicId("dft", draftId);
  const [stored] = id === null ? [] : await findDrafts(ctx, { id });
  if (stored !== undefined) return stored;
  throw new WindfallError(
    "not_found",
    "draft_not_found",
    "There is no such draft: it was published or discarded.",
  );
}

/** The 409 for a draft that moved on under its editor. */
export function draftConflict(): WindfallError {
  return new WindfallError(
    "conflict",
    "draft_conflict",
    "Somebody else saved or published this meanwhile. Look at their version before you go on.",
  );
}

interface DraftRow {
  id: string;
  plan_id: number | null;
  body: DraftBody;
  revision: number;
  updated_at: Date;
  updated_by: string | null;
}

async function findDrafts(
  ctx: ReadCtx,
  which: { readonly id?: string; readonly planId?: number },
): Promise<StoredDraft[]> {
  const rows = await ctx.db.query<DraftRow>(sql`
    SELECT d.id, d.plan_id, d.body, d.revision, d.updated_at, u.email AS updated_by
    FROM plan_draft d LEFT JOIN app_user u ON u.id = d.updated_by
    WHERE d.env_id = ${ctx.tenant.envId}
      AND (${which.id ?? null}::uuid IS NULL OR d.id = ${which.id ?? null}::uuid)
      AND (${which.planId ?? null}::int IS NULL OR d.plan_id = ${which.planId ?? null}::int)
    ORDER BY d.updated_at DESC, d.id LIMIT 1000`);
  return rows.map((row) => ({
    id: row.id,
    planId: row.plan_id,
    revision: row.revision,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
    body: row.body,
  }));
}

function view(
  catalog: Catalog,
  stored: StoredDraft | null,
  plan: CatalogPlan | null,
  start: DraftBody,
): PlanDraftView {
  const body = stored?.body ?? start;
  const read = readDraft(catalog, body.plan, plan);
  return {
    draftId: stored === null ? null : toPublicId("dft", stored.id),
    planId: plan?.slug ?? null,
    revision: stored?.revision ?? 0,
    updatedAt: stored?.updatedAt ?? null,
    updatedBy: stored?.updatedBy ?? null,
    baseVersion: body.baseVersion,
    activeVersion: plan?.active.version ?? null,
    plan: body.plan,
    problems: read.problems,
    changes:
      read.content === null
        ? []
        : planDifferences(plan?.active ?? null, read.content, DEFAULT_CURRENCY),
  };
}

/** The active version in the words of `plans.create`, so that editing begins with what is live. */
function startingFrom(ctx: Ctx, plan: CatalogPlan): DraftBody {
  const wire = presentPlan(plan, plan.active, ctx.tenant);
  return {
    baseVersion: plan.active.version,
    plan: {
      plan_id: wire.id,
      name: wire.name,
      description: wire.description,
      group: plan.groupKey,
      add_on: wire.add_on,
      auto_enable: wire.auto_enable,
      price: wire.price && withoutDisplay(wire.price),
      items: wire.items.map(({ feature: _feature, display: _display, ...item }) => item),
      metadata: wire.metadata,
    },
  };
}

function withoutDisplay<Shown extends { display?: unknown }>(shown: Shown): Omit<Shown, "display"> {
  const { display: _display, ...rest } = shown;
  return rest;
}
