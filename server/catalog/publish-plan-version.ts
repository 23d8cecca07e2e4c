import type { TxCtx } from "../platform/context";
import type { CatalogPlan, CatalogPlanVersion, PlanContent } from "./catalog";
import { contentHash } from "./content/content-hash";
import { versionsWereHeld } from "./holders";
import { activateVersion, deleteVersions, insertVersion, lockVersion } from "./rows";

/** How a content became the plan's: it was so already, took the place of a version, or the next number. */
export type Publication = {
  readonly kind: "unchanged" | "replaced" | "next";
  readonly version: number;
};

/** A content to be published, and where it came from. */
export interface PublicationRequest {
  readonly plan: CatalogPlan;
  /** The version that was edited. */
  readonly base: CatalogPlanVersion;
  readonly content: PlanContent;
  /** Makes the next version even where nothing changed or nobody held the base. */
  readonly force: boolean;
}

/**
 * What publishing a content does (decision 21).
 *
 * A version that any customer ever held stays as it is, and the content becomes the next one. A
 * version that nobody held yet is replaced by a row of the same number. Nobody moves: who is on
 * an older version stays there.
 */
export function decidePublication(request: PublicationRequest, baseWasHeld: boolean): Publication {
  const { plan, base, content, force } = request;
  const unchanged = contentHash(content).toString("hex") === base.contentHash;
  if (unchanged && !force) return { kind: "unchanged", version: base.version };
  if (!force && !baseWasHeld) return { kind: "replaced", version: base.version };
  return { kind: "next", version: Math.max(...plan.versions.map((one) => one.version)) + 1 };
}

/** Publishes a content of a plan as `decidePublication` says. */
export async function publishPlanVersion(
  ctx: TxCtx,
  request: PublicationRequest,
): Promise<Publication> {
  const { plan, base, content } = request;
  // Locked before the look, so that an attach underway is either seen or waits for us.
  await lockVersion(ctx, base.id);
  const publication = decidePublication(request, await versionsWereHeld(ctx, [base.id]));
  if (publication.kind === "unchanged") return publication;
  if (publication.kind === "replaced") await deleteVersions(ctx, [base.id]);
  await insertVersion(ctx, { planId: plan.id, version: publication.version, content });
  if (publication.kind === "next") await activateVersion(ctx, plan.id, publication.version);
  return publication;
}
