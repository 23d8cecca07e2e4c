import type { Catalog, CatalogPlanVersion } from "../catalog/catalog";
import { planNamed, versionNumbered } from "../catalog/named";
import { WindfallError } from "../core/error";

/**
 * The version of a plan that an attach means: the one asked for, else the active one.
 *
 * @throws `not_found/product_not_found`; `invalid_request` for an archived plan
 */
export function versionToAttach(
  catalog: Catalog,
  planSlug: string,
  version?: number | null,
): CatalogPlanVersion {
  const plan = planNamed(catalog, planSlug);
  if (!plan.archived) return versionNumbered(plan, version);
  throw new WindfallError(
    "invalid_request",
    "invalid_request",
    `Plan '${planSlug}' is archived. Restore it before giving it to anybody else.`,
  );
}
