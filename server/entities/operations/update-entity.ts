import { z } from "zod";
import { EntityOutput, viewEntity } from "../../billing/entity-view";
import { currentCatalog } from "../../catalog/load-catalog";
import { audit } from "../../platform/audit";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { entityControlsInput, entityName, entityScopeInput } from "../entity-schema";
import { requireEntityOf } from "../require-entity-of";
import { renameEntity } from "../rows";

const UpdateEntityInput = z.object({
  ...entityScopeInput,
  name: entityName,
  billing_controls: entityControlsInput,
});

/** Changes an entity's own fields; an absent field stays as it is. */
export const updateEntity = operation(
  {
    kind: "command",
    scope: "customers:write",
    summary: "Update an entity",
    input: UpdateEntityInput,
    output: EntityOutput,
    errors: ["customer_not_found", "entity_not_found"],
    example: { customer_id: "user_123", entity_id: "seat_1", name: "Ana Lima" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    return inTransaction(ctx, async (ctx) => {
      const entity = await requireEntityOf(ctx, input);
      const { name } = input;
      if (name === undefined) return viewEntity(ctx, catalog, entity);
      await renameEntity(ctx, entity, name);
      await audit(ctx, {
        action: "entities.update",
        targetType: "entity",
        targetId: entity.externalId,
        after: { changed: ["name"] },
      });
      return viewEntity(ctx, catalog, { ...entity, name });
    });
  },
);
