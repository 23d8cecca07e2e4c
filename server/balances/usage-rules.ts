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

const MAX_BACKDATE_MONTHS = 13;
/** A client's clock may run a little ahead of ours. */
const MAX_AHEAD_MS = 60_000;

/** Usage may be reported late, but neither before it happened nor too long after. */
export function isPlausibleTime(timestamp: Date | undefined, now: Date): boolean {
  if (timestamp === undefined) return true;
  const oldest = new Date(now);
  oldest.setUTCMonth(oldest.getUTCMonth() - MAX_BACKDATE_MONTHS);
  return timestamp >= oldest && timestamp.getTime() <= now.getTime() + MAX_AHEAD_MS;
}

/**
 * Refuses a time that is not plausible. Asked where a use is decided, after its idempotency key: a
 * use that was stored in time stays answered, however late it is sent again.
 *
 * @throws `invalid_inputs`
 */
export function requirePlausibleTime(timestamp: Date | undefined, now: Date): void {
  if (isPlausibleTime(timestamp, now)) return;
  throw new WindfallError(
    "invalid_request",
    "invalid_inputs",
    "timestamp must not lie in the future or more than 13 months back.",
  );
}

/** The grants as they stand after a decision. */
export function replaceChanged(grants: readonly Grant[], changes: readonly GrantChange[]): Grant[] {
  const changed = new Map(changes.map(({ grant }) => [grant.id, grant]));
  return grants.map((grant) => changed.get(grant.id) ?? grant);
}
