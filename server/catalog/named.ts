import { WindfallError } from "../core/error";
import type { Catalog, CatalogFeature, CatalogPlan, CatalogPlanVersion } from "./catalog";

/**
 * The feature that callers call `slug`.
 *
 * @throws `not_found/feature_not_found`
 */
export function featureNamed(catalog: Catalog, slug: string): CatalogFeature {
  const feature = catalog.featureBySlug.get(slug);
  if (feature !== undefined) return feature;
  throw new WindfallError("not_found", "feature_not_found", `Feature '${slug}' not found.`);
}

/** The 409 for a feature id that is taken. */
export function duplicateFeature(slug: string): WindfallError {
  return new WindfallError("conflict", "duplicate_feature_id", `Feature '${slug}' already exists.`);
}

/**
 * The plan that callers call `slug`, archived or not.
 *
 * @throws `not_found/product_not_found`
 */
export function planNamed(catalog: Catalog, slug: string): CatalogPlan {
  const plan = catalog.planBySlug.get(slug);
  if (plan !== undefined) return plan;
  throw new WindfallError("not_found", "product_not_found", `Plan '${slug}' not found.`);
}

/**
 * A plan's version of that number; the active one when no number is given.
 *
 * @throws `not_found/product_not_found`
 */
export function versionNumbered(
  plan: CatalogPlan,
  version: number | null | undefined,
): CatalogPlanVersion {
  if (version === null || version === undefined) return plan.active;
  const found = plan.versions.find((one) => one.version === version);
  if (found !== undefined) return found;
  throw new WindfallError(
    "not_found",
    "product_not_found",
    `Plan '${plan.slug}' has no version ${version}.`,
  );
}
