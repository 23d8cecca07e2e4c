import type { UsageEffects } from "../balances/usage-effects";
import { writeEffects } from "../balances/write-effects";
import type { Catalog } from "../catalog/catalog";
import type { Grant } from "../core/balances/grant";
import { endGrant, onTopOf } from "../core/balances/reset";
import type { TxCtx } from "../platform/context";
import type { GatedCustomer } from "./gate-customer";
import { loadBillingState } from "./load-billing-state";
import { endSubscriptions } from "./rows";

/** Whose plans and balances end. */
export interface Ending {
  /** One entity by its row id, or the customer with all its entities. */
  readonly of: { readonly entityId: string } | "everybody";
  /** The row that is deleted: the cause of the closing entries. */
  readonly causeId: string;
  /** What else happens to the grants that stay, decided on their state with due work applied. */
  readonly alongside?: (grants: readonly Grant[]) => Promise<UsageEffects | null>;
}

/**
 * Ends the plans of a customer or an entity that is deleted, and closes their balances: each gets
 * an entry that brings it to zero, so that the ledger still sums up.
 */
export async function endHoldings(
  ctx: TxCtx,
  catalog: Catalog,
  { customer, gate, now }: GatedCustomer,
  ending: Ending,
): Promise<void> {
  const { state, due } = await loadBillingState(ctx, catalog, customer.id, now);
  const owned = ({ entityId }: { readonly entityId: string | null }) =>
    ending.of === "everybody" || entityId === ending.of.entityId;
  const ids = state.subscriptions.filter(owned).map(({ id }) => id);
  await endSubscriptions(ctx, customer.id, { ids, at: now });
  // What an entity's plan put into the customer's pool ends with the plan.
  const ends = (grant: Grant) =>
    owned(grant) || (grant.subscriptionId !== null && ids.includes(grant.subscriptionId));
  const closed = state.grants.filter(ends).map((grant) => endGrant(grant, now, ending.causeId));
  const beside = await ending.alongside?.(state.grants.filter((grant) => !ends(grant)));
  const { opened, changed } = onTopOf(due, [...closed, ...(beside?.changes ?? [])]);
  await writeEffects(ctx, gate, { ...beside, opened, changes: changed, events: [] });
}
