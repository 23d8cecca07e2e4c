import { loadGrants } from "../balances/rows";
import type { Catalog } from "../catalog/catalog";
import type { Grant } from "../core/balances/grant";
import { bringDue, type DueWork } from "../core/balances/reset";
import type { BillingState } from "../core/billing-change";
import type { PlanItem } from "../core/plan";
import type { ReadCtx } from "../platform/context";
import { newId } from "../platform/id";
import { listSubscriptions, type SubscriptionRow } from "./rows";

/** What a billing decision rests on. */
export interface LoadedState {
  readonly state: BillingState;
  /** What fell due and is not stored yet; `state` counts it already. */
  readonly due: DueWork;
}

/**
 * A customer's living subscriptions and grants as of `now`. A decision that is written loads them
 * behind the customer's gate; a preview does not need it.
 */
export async function loadBillingState(
  ctx: ReadCtx,
  catalog: Catalog,
  customerId: string,
  now: Date,
): Promise<LoadedState> {
  const subscriptions = (await listSubscriptions(ctx, [customerId])).get(customerId) ?? [];
  const stored = await loadCustomerGrants(ctx, catalog, [customerId]);
  const due = bringDue(stored.get(customerId) ?? [], now, { newId, ...catalog.settings });
  return {
    state: {
      subscriptions: subscriptions
        .filter(({ status }) => status !== "scheduled")
        .map((row) => ({ ...row, items: heldItems(catalog, row) })),
      grants: due.grants,
    },
    due,
  };
}

/** The items of the version that a subscription holds. */
function heldItems(catalog: Catalog, row: SubscriptionRow): readonly PlanItem[] {
  const versions = catalog.planById.get(row.planId)?.versions ?? [];
  return versions.find(({ version }) => version === row.planVersion)?.items ?? [];
}

/** The living grants of customers as stored, by customer. */
export function loadCustomerGrants(
  ctx: ReadCtx,
  catalog: Catalog,
  customerIds: readonly string[],
): Promise<Map<string, Grant[]>> {
  return loadGrants(ctx, customerIds, (itemId) => catalog.planSlugByItem.get(itemId) ?? null);
}
