import type { Catalog, CatalogPlanVersion } from "../catalog/catalog";
import { WindfallError } from "../core/error";

/**
 * The version of a plan that an attach means: the one asked for, else the active one.
 *
 * @throws `not_found/product_not_found`; `invalid_request` for an archived plan
 */
export function requireVersion(
  catalog: Catalog,
  planSlug: string,
  version?: number,
): CatalogPlanVersion {
  const plan = catalog.planBySlug.get(planSlug);
  if (plan === undefined) {
    throw new WindfallError("not_found", "product_not_found", `Plan ${planSlug} not found.`);
  }
  if (plan.archived) {
    throw new WindfallError(
      "invalid_request",
      "invalid_request",
      `Plan '${planSlug}' is archived. Restore it before giving it to anybody else.`,
    );
  }
  if (version === undefined) return plan.active;
  const found = plan.versions.find((candidate) => candidate.version === version);
  if (found !== undefined) return found;
  throw new WindfallError(
    "not_found",
    "product_not_found",
    `Plan ${planSlug} has no version ${version}.`,
  );
}
