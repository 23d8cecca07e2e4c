import { requireCustomer } from "../customers/rows";
import type { ReadCtx } from "../platform/context";
import { type EntityRow, requireEntity, requireEntityAnywhere } from "./rows";

/**
 * The entity that a request names: of the customer it names, else the only one with that id.
 *
 * @throws `customer_not_found`, `entity_not_found`; `invalid_request` when the id alone is not enough
 */
export async function requireEntityOf(
  ctx: ReadCtx,
  named: { readonly customer_id?: string | null | undefined; readonly entity_id: string },
): Promise<EntityRow> {
  if (!named.customer_id) return requireEntityAnywhere(ctx, named.entity_id);
  const customer = await requireCustomer(ctx, named.customer_id);
  return requireEntity(ctx, customer.id, named.entity_id);
}
