import { requireCustomer } from "../customers/rows";
import type { ReadCtx } from "../platform/context";
import { type EntityRow, requireEntity, requireEntityAnywhere } from "./rows";

/** How a request names an entity. */
interface NamedEntity {
  readonly customer_id?: string | null | undefined;
  readonly entity_id: string;
}

/** The customer of the entity that a request names, by the names alone: it is not looked up. */
export function holderOf({ customer_id, entity_id }: NamedEntity) {
  return customer_id ? { externalId: customer_id } : { entityExternalId: entity_id };
}

/**
 * The entity that a request names: of the customer it names, else the only one with that id.
 *
 * @throws `customer_not_found`, `entity_not_found`; `invalid_request` when the id alone is not enough
 */
export async function requireEntityOf(ctx: ReadCtx, named: NamedEntity): Promise<EntityRow> {
  if (!named.customer_id) return requireEntityAnywhere(ctx, named.entity_id);
  const customer = await requireCustomer(ctx, named.customer_id);
  return requireEntity(ctx, customer.id, named.entity_id);
}
