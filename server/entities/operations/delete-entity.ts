import { z } from "zod";
import { endHoldings } from "../../billing/end-holdings";
import { gateCustomer } from "../../billing/gate-customer";
import { currentCatalog } from "../../catalog/load-catalog";
import { customerIdOf } from "../../customers/present";
import { eraseEventsOf } from "../../events/erase-events";
import { audit } from "../../platform/audit";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { successOutput } from "../../platform/wire";
import { entityScopeInput } from "../entity-schema";
import { requireEntityOf } from "../require-entity-of";
import { buryEntities, requireEntity, tookSeat } from "../rows";
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
          taken
            ? handBackSeat({
                grants,
                featureId: entity.featureId,
                entityId: entity.id,
                at: gated.now,
              })
            : [],
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
