import { type Gate, gateCustomers } from "../balances/gate";
import {
  type CustomerRow,
  customerNotFound,
  listCustomersById,
  requireCustomer,
} from "../customers/rows";
import type { TxCtx } from "../platform/context";

/** A customer whose gate this transaction holds. */
export interface GatedCustomer {
  readonly customer: CustomerRow;
  readonly gate: Gate;
  /**
   * The instant of whatever is decided behind the gate: the request's own, but never before what
   * the customer's ledger already says.
   */
  readonly now: Date;
}

/**
 * Finds a customer, waits for its gate and reads it again behind it, since it may have been deleted
 * meanwhile.
 *
 * @throws `not_found/customer_not_found`
 */
export async function gateCustomer(ctx: TxCtx, reference: string): Promise<GatedCustomer> {
  const found = await requireCustomer(ctx, reference);
  const gate = (await gateCustomers(ctx, [found.id])).get(found.id);
  const [customer] = await listCustomersById(ctx, [found.id]);
  if (gate === undefined || customer === undefined) throw customerNotFound(reference);
  return { customer, gate, now: gate.recordedAt };
}
