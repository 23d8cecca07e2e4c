import type { TxCtx } from "../platform/context";
import type { Db } from "../platform/db";
import type { Logger } from "../platform/log";
import { sql } from "../platform/sql";
import { lockFolds } from "./fold-usage";
import { type Erasure, eraseProperties, finishErasure, requestErasure } from "./rows";

const CHUNK = 5_000;
/** Erasures that one run takes up. */
const MAX_ERASURES = 1_000;

/**
 * Erases the properties of the events of a customer or entity that this transaction deletes
 * (decision 20): they are the caller's own words and may be about a person. What is longer than a
 * chunk, and what was folded of it, follows by job within minutes.
 */
export async function eraseEventsOf(
  ctx: TxCtx,
  whose: Pick<Erasure, "customerId" | "entityId">,
): Promise<void> {
  await requestErasure(ctx, whose);
  const erasure = { envId: ctx.tenant.envId, ...whose };
  await eraseProperties(ctx.db, erasure, { from: null, limit: CHUNK });
}

/**
 * Finishes what deletions began.
 *
 * @returns how many customers and entities have no properties left
 */
export async function eraseEvents(db: Db, log: Logger, signal?: AbortSignal): Promise<number> {
  const erasures = await db.query<Erasure>(sql`
    SELECT env_id AS "envId", customer_id AS "customerId",
      nullif(entity_id, '00000000-0000-0000-0000-000000000000'::uuid) AS "entityId"
    FROM event_erasure ORDER BY requested_at LIMIT ${MAX_ERASURES}`);
  for (const erasure of erasures) {
    let from: Date | null = null;
    do {
      signal?.throwIfAborted();
      from = await eraseProperties(db, erasure, { from, limit: CHUNK });
    } while (from !== null);
    await db.transact(async (tx) => {
      await lockFolds(tx, erasure.envId);
      await finishErasure(tx, erasure);
    });
  }
  if (erasures.length > 0) log.info({ erasures: erasures.length }, "event properties erased");
  return erasures.length;
}
