import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { loadSeatControls } from "../../balances/load-seat-controls";
import type { UsageEffects } from "../../balances/usage-effects";
import { endHoldings } from "../../billing/end-holdings";
import { type GatedCustomer, gateCustomer } from "../../billing/gate-customer";
import type { Catalog } from "../../catalog/catalog";
import { currentCatalog } from "../../catalog/load-catalog";
import type { Grant } from "../../core/balances/grant";
import { invariant } from "../../core/invariant";
import { customerIdOf } from "../../customers/present";
import { eraseEventsOf } from "../../events/erase-events";
import { audit } from "../../platform/audit";
import type { TxCtx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { successOutput } from "../../platform/wire";
import { entityScopeInput } from "../entity-schema";
import { holderOf, requireEntityOf } from "../require-entity-of";
import { buryEntities, type EntityRow, requireEntity, tookSeat } from "../rows";
import { handBackSeat } from "../seat";

/**
 * Deletes an entity: its own plans and balances end, the unit it took of its seat feature is handed
 * back, and its id is free again.
 */
export const deleteEntity = operation(
  {
    kind: "command",
    scope: "customers:write",
    summary: "Delete an entity",
    input: z.object(entityScopeInput),
    output: successOutput,
    errors: ["customer_not_found", "entity_not_found"],
    example: { customer_id: "user_123", entity_id: "seat_1" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    await expireLocks(ctx, holderOf(input));
    return inTransaction(ctx, async (ctx) => {
      const named = await requireEntityOf(ctx, input);
      const gated = await gateCustomer(
        ctx,
        customerIdOf({ id: named.customerId, externalId: named.customerExternalId }),
      );
      const entity = await requireEntity(ctx, gated.customer.id, input.entity_id);
      const taken = await tookSeat(ctx, entity);
      await endHoldings(ctx, catalog, gated, {
        of: { entityId: entity.id },
        causeId: entity.id,
        alongside: (grants) =>
          taken ? handBack(ctx, catalog, gated, { entity, grants }) : nothing,
      });
      await buryEntities(ctx, gated.customer.id, [entity.id]);
      await eraseEventsOf(ctx, { customerId: gated.customer.id, entityId: entity.id });
      await audit(ctx, {
        action: "entities.delete",
        targetType: "entity",
        targetId: entity.externalId,
        before: { customer_id: customerIdOf(gated.customer) },
      });
      return { success: true };
    });
  },
);

const nothing = Promise.resolve(null);

/** The unit of the seat feature goes back to the grants that stay, and counts as handed back. */
async function handBack(
  ctx: TxCtx,
  catalog: Catalog,
  { customer, now }: GatedCustomer,
  { entity, grants }: { entity: EntityRow; grants: readonly Grant[] },
): Promise<UsageEffects> {
  const feature = catalog.featureById.get(entity.featureId);
  invariant(feature !== undefined, "An entity's feature is never removed.");
  const owner = { catalog, customerId: customer.id, grants, feature, now };
  const { effectsOf } = await loadSeatControls(ctx, owner);
  return effectsOf(handBackSeat({ grants, featureId: feature.id, entityId: entity.id, at: now }));
}
