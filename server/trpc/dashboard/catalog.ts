import { z } from "zod";
import { countPlanHolders, listFeatureUsage } from "../../catalog/catalog-counts";
import type { DraftPlan } from "../../catalog/draft-content";
import { listModelPrices, ModelRatesShape, setModelPrice } from "../../catalog/model-prices";
import {
  discardDraft,
  listDrafts,
  namedDraft,
  planDraft,
  saveDraft,
} from "../../catalog/plan-draft";
import { PlanRef, VersionNumber } from "../../catalog/plan-schema";
import { comparePlanVersions, listPlanVersions } from "../../catalog/plan-versions";
import { previewPublication, publishDraft } from "../../catalog/publish-draft";
import { router, scoped } from "../init";

const MAX_DRAFT_CHARS = 500_000;

const DraftRef = z.string().min(1).max(64);
const Revision = z.int().min(0);

/** Any unfinished plan: what it lacks is told as `problems`, not refused. */
const Draft = z
  .custom<DraftPlan>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "A draft is an object.",
  )
  .refine((plan) => JSON.stringify(plan).length <= MAX_DRAFT_CHARS, "The draft is too large.");

/** Drafts, versions and counts of the catalog, which only the dashboard knows. */
export const catalog = router({
  /** The draft of a published plan; without one, what is live, at revision 0. */
  planDraft: scoped("plans:read")
    .input(z.object({ planId: PlanRef }))
    .query(({ ctx, input }) => planDraft(ctx.call, input.planId)),
  /** A draft by its own id, as for a plan that was never published. */
  draft: scoped("plans:read")
    .input(z.object({ draftId: DraftRef }))
    .query(({ ctx, input }) => namedDraft(ctx.call, input.draftId)),
  drafts: scoped("plans:read").query(({ ctx }) => listDrafts(ctx.call)),
  /** Saves over the revision that the editor started from; refuses when it moved on. */
  saveDraft: scoped("plans:write")
    .input(
      z.object({
        draftId: DraftRef.nullable(),
        planId: PlanRef.nullable(),
        revision: Revision,
        baseVersion: VersionNumber.nullable(),
        plan: Draft,
      }),
    )
    .mutation(({ ctx, input }) => saveDraft(ctx.call, input)),
  discardDraft: scoped("plans:write")
    .input(z.object({ draftId: DraftRef }))
    .mutation(({ ctx, input }) => discardDraft(ctx.call, input.draftId)),
  /** What publishing would change, as which version, and how many customers keep what they have. */
  previewPublish: scoped("plans:read")
    .input(z.object({ draftId: DraftRef }))
    .query(({ ctx, input }) => previewPublication(ctx.call, input.draftId)),
  /** Makes the draft live; refuses when the draft or the plan moved on meanwhile. */
  publishDraft: scoped("plans:write")
    .input(
      z.object({
        draftId: DraftRef,
        revision: Revision,
        ontoVersion: VersionNumber.nullable(),
      }),
    )
    .mutation(({ ctx, input }) => publishDraft(ctx.call, input)),
  versions: scoped("plans:read")
    .input(z.object({ planId: PlanRef }))
    .query(({ ctx, input }) => listPlanVersions(ctx.call, input.planId)),
  compareVersions: scoped("plans:read")
    .input(z.object({ planId: PlanRef, from: VersionNumber, to: VersionNumber }))
    .query(({ ctx, input }) => comparePlanVersions(ctx.call, input)),
  planCounts: scoped("plans:read").query(({ ctx }) => countPlanHolders(ctx.call)),
  /** What a million tokens of each model cost here, and what they cost without own prices. */
  modelPrices: scoped("features:read").query(({ ctx }) => listModelPrices(ctx.call)),
  /** Sets a model's price from now on; null goes back to the bundled one. */
  setModelPrice: scoped("features:write")
    .input(
      z.object({
        model: z.string().min(3).max(256),
        rates: ModelRatesShape.nullable(),
        reason: z.string().trim().min(1).max(1000),
      }),
    )
    .mutation(({ ctx, input }) => setModelPrice(ctx.call, input)),
  featureUsage: scoped("features:read").query(({ ctx }) => listFeatureUsage(ctx.call)),
});
