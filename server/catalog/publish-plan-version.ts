import type { TxCtx } from "../platform/context";
import type { CatalogPlan, CatalogPlanVersion, PlanContent } from "./catalog";
import { contentHash } from "./content-hash";
import { versionsWereHeld } from "./holders";
import { activateVersion, deleteVersions, insertVersion, lockVersion } from "./rows";

/** How a content became the plan's: it was so already, took the place of a version, or the next number. */
export type Publication = {
  readonly kind: "unchanged" | "replaced" | "next";
  readonly version: number;
};

/**
 * Publishes a content of a plan (decision 21).
 *
 * A version that any customer ever held stays as it is, and the content becomes the next one. A
 * version that nobody held yet is replaced by a row of the same number. Nobody moves: who is on
 * an older version stays there.
 *
 * @param base the version that was edited
 * @param force makes the next version even where nothing changed or nobody held the base
 */
export async function publishPlanVersion(
  ctx: TxCtx,
  edit: {
    readonly plan: CatalogPlan;
    readonly base: CatalogPlanVersion;
    readonly content: PlanContent;
    readonly force: boolean;
  },
): Promise<Publication> {
  const { plan, base, content, force } = edit;
  const unchanged = contentHash(content).toString("hex") === base.contentHash;
  if (unchanged && !force) return { kind: "unchanged", version: base.version };
  if (!force && (await mayBeReplaced(ctx, base))) {
    await deleteVersions(ctx, [base.id]);
    await insertVersion(ctx, { planId: plan.id, version: base.version, content });
    return { kind: "replaced", version: base.version };
  }
  const version = Math.max(...plan.versions.map((one) => one.version)) + 1;
  await insertVersion(ctx, { planId: plan.id, version, content });
  await activateVersion(ctx, plan.id, version);
  return { kind: "next", version };
}

/** Locked before the look, so that an attach underway is either seen or waits for us. */
async function mayBeReplaced(ctx: TxCtx, version: CatalogPlanVersion): Promise<boolean> {
  await lockVersion(ctx, version.id);
  return !(await versionsWereHeld(ctx, [version.id]));
}
