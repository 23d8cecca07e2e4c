import { loadGrants } from "../balances/rows";
import type { Catalog } from "../catalog/catalog";
import type { Grant } from "../core/balances/grant";
import type { GrantChange } from "../core/balances/ledger";
import { applyDue } from "../core/balances/reset";
import type { BillingState } from "../core/billing-change";
import type { ReadCtx } from "../platform/context";
import { listSubscriptions } from "./rows";

/** What a billing decision rests on. */
export interface LoadedState {
  readonly state: BillingState;
  /** Resets and expiries that fell due and are not stored yet; `state` counts them already. */
  readonly due: readonly GrantChange[];
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
  const brought = (stored.get(customerId) ?? []).map((before) => ({
    before,
    change: applyDue(before, now),
  }));
  return {
    state: {
      subscriptions: subscriptions.filter(({ status }) => status !== "scheduled"),
      grants: brought.map(({ change }) => change.grant),
    },
    due: brought.flatMap(({ before, change }) => (change.grant === before ? [] : [change])),
  };
}

/** The living grants of customers as stored, by customer. */
export function loadCustomerGrants(
  ctx: ReadCtx,
  catalog: Catalog,
  customerIds: readonly string[],
): Promise<Map<string, Grant[]>> {
  return loadGrants(ctx, customerIds, (itemId) => catalog.planSlugByItem.get(itemId) ?? null);
}

/** Puts what fell due in front of what was decided on top of it, one change a grant. */
export function withDue(
  due: readonly GrantChange[],
  decided: readonly GrantChange[],
): GrantChange[] {
  const merged = new Map(due.map((change) => [change.grant.id, change]));
  for (const change of decided) {
    const earlier = merged.get(change.grant.id)?.entries ?? [];
    merged.set(change.grant.id, { grant: change.grant, entries: [...earlier, ...change.entries] });
  }
  return [...merged.values()];
}
