import type { TxCtx } from "../platform/context";
import { sql } from "../platform/sql";

declare const gateBrand: unique symbol;

/** A customer's place in its ledger: the next sequence number and the time entries are stored at. */
export interface Gate {
  readonly customerId: string;
  readonly seq: bigint;
  /** Never before the last write, whatever the clocks of several processes say. */
  readonly recordedAt: Date;
  readonly [gateBrand]: true;
}

/**
 * Takes the customer's gate: everything that changes what a balance decision reads passes here
 * first, and holds it until the transaction ends. Several customers are gated in ascending order
 * of id, so that two callers never wait for each other in a circle. Read grants after this, in a
 * statement of its own: the locking statement's snapshot is older than its lock.
 *
 * @returns the gates by customer id; a customer that does not exist has none.
 */
export async function gateCustomers(
  ctx: TxCtx,
  customerIds: readonly string[],
): Promise<Map<string, Gate>> {
  const rows = await ctx.db.query<{ customer_id: string; seq: bigint; recorded_at: Date }>(sql`
    SELECT customer_id, seq, recorded_at FROM customer_head
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ANY(${customerIds}::uuid[])
    ORDER BY customer_id FOR UPDATE`);
  return new Map(
    rows.map((row) => [
      row.customer_id,
      {
        customerId: row.customer_id,
        seq: row.seq,
        recordedAt: row.recorded_at > ctx.now ? row.recorded_at : ctx.now,
      } as Gate,
    ]),
  );
}
