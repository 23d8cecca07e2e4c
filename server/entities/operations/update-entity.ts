import { z } from "zod";
import { controlsChanged } from "../../balances/controls-changed";
import { expireLocks } from "../../balances/expire-locks";
import { gateCustomers } from "../../balances/gate";
import { EntityOutput, viewEntity } from "../../billing/entity-view";
import type { Catalog } from "../../catalog/catalog";
import { patchControls, showStoredControls, splitCounters } from "../../catalog/controls";
import { type ChangedLists, EntityControlsChange } from "../../catalog/controls-schema";
import { currentCatalog } from "../../catalog/load-catalog";
import { audit } from "../../platform/audit";
import type { TxCtx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { entityName, entityScopeInput } from "../entity-schema";
import { holderOf, requireEntityOf } from "../require-entity-of";
import {
  type EntityRow,
  entityNotFound,
  renameEntity,
  requireEntity,
  updateEntityControls,
} from "../rows";

const UpdateEntityInput = z.object({
  ...entityScopeInput,
  name: entityName,
  billing_controls: EntityControlsChange.nullish().describe(
    "Limits and alerts. A list that is sent replaces the whole list, the others stay.",
  ),
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
    await expireLocks(ctx, holderOf(input));
    return inTransaction(ctx, async (ctx) => {
      const found = await requireEntityOf(ctx, input);
      const { before, after } = await changeControls(ctx, catalog, {
        entity: found,
        lists: input.billing_controls ?? null,
      });
      const { name = after.name } = input;
      if (input.name !== undefined) await renameEntity(ctx, after, name);
      const changed = [
        ...(input.name === undefined ? [] : ["name"]),
        ...(input.billing_controls ? ["billing_controls"] : []),
      ];
      if (changed.length === 0) return viewEntity(ctx, catalog, found);
      const shown = (row: EntityRow) =>
        input.billing_controls
          ? { billing_controls: showStoredControls(catalog, row.billingControls) }
          : {};
      await audit(ctx, {
        action: "entities.update",
        targetType: "entity",
        targetId: found.externalId,
        before: shown(before),
        after: { changed, ...shown(after) },
      });
      return viewEntity(ctx, catalog, { ...after, name });
    });
  },
);

/** Replaces the lists that were sent, behind the customer's gate: a decision under way must notice. */
async function changeControls(
  ctx: TxCtx,
  catalog: Catalog,
  { entity, lists }: { entity: EntityRow; lists: ChangedLists | null },
): Promise<{ before: EntityRow; after: EntityRow }> {
  if (lists === null) return { before: entity, after: entity };
  const gate = (await gateCustomers(ctx, [entity.customerId])).get(entity.customerId);
  if (gate === undefined) throw entityNotFound(entity.externalId);
  const before = await requireEntity(ctx, entity.customerId, entity.externalId);
  const { patch, counters } = splitCounters(catalog, before.billingControls, lists);
  const billingControls = patchControls(catalog, before.billingControls, patch);
  const after = { ...before, billingControls };
  await updateEntityControls(ctx, after);
  await controlsChanged(ctx, gate, { catalog, entityId: entity.id, counters, withTopups: false });
  return { before, after };
}
