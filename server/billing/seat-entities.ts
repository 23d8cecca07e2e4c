import { isLive } from "../core/balances/grant";
import type { BillingChange, BillingState } from "../core/billing-change";
import type { PlanVersion } from "../core/plan";
import { listEntitiesOf } from "../entities/rows";
import { seatWaiting } from "../entities/seat";
import type { ReadCtx } from "../platform/context";

/**
 * A seat feature counts the entities of its type. Where a change brings it to a customer that did
 * not have it, the entities that are there already take their units of the new grants.
 */
export async function seatEntities(
  ctx: ReadCtx,
  decided: {
    readonly customerId: string;
    readonly version: PlanVersion;
    readonly state: BillingState;
    readonly change: BillingChange;
  },
): Promise<BillingChange> {
  const { customerId, version, state, change } = decided;
  const { entityId, startedAt } = change.start.subscription;
  const held = state.grants.filter((grant) => grant.entityId === null && isLive(grant, startedAt));
  const brought = version.items
    .map(({ feature }) => feature)
    .filter(({ type, consumable }) => type === "metered" && !consumable)
    .filter(({ id }) => !held.some((grant) => grant.featureId === id));
  if (entityId !== null || brought.length === 0) return change;
  const entities = (await listEntitiesOf(ctx, [customerId])).get(customerId) ?? [];
  const waiting = entities.filter(({ featureId }) => brought.some(({ id }) => id === featureId));
  const grants = seatWaiting(change.start.grants, waiting, startedAt);
  return { ...change, start: { ...change.start, grants } };
}
