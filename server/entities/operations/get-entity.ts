import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { EntityOutput, viewEntity } from "../../billing/entity-view";
import { currentCatalog } from "../../catalog/load-catalog";
import { operation } from "../../platform/operation";
import { entityScopeInput } from "../entity-schema";
import { requireEntityOf } from "../require-entity-of";

/** One entity with its own plans and balances and those of its customer. */
export const getEntity = operation(
  {
    kind: "query",
    scope: "customers:read",
    summary: "Get an entity",
    input: z.object(entityScopeInput),
    output: EntityOutput,
    errors: ["customer_not_found", "entity_not_found"],
    example: { customer_id: "user_123", entity_id: "seat_1" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    const entity = await requireEntityOf(ctx, input);
    await expireLocks(ctx, { customerIds: [entity.customerId] });
    return viewEntity(ctx, catalog, entity);
  },
);
