import type { Catalog, CatalogFeature } from "../catalog/catalog";
import type { Grant } from "../core/balances/grant";
import type { GrantChange } from "../core/balances/ledger";
import { WindfallError } from "../core/error";
import { quantity } from "../core/quantity";

/** What a check or a track means when no amount is given. */
export const oneUnit = quantity(1);

/** The feature of a wire id, archived ones included: existing balances keep working. */
export function featureNamed(catalog: Catalog, featureId: string): CatalogFeature {
  const feature = catalog.featureBySlug.get(featureId);
  if (feature === undefined) {
    throw new WindfallError("not_found", "feature_not_found", `Feature ${featureId} not found`);
  }
  return feature;
}

/** The grants as they stand after a decision. */
export function replaceChanged(grants: readonly Grant[], changes: readonly GrantChange[]): Grant[] {
  const changed = new Map(changes.map(({ grant }) => [grant.id, grant]));
  return grants.map((grant) => changed.get(grant.id) ?? grant);
}
