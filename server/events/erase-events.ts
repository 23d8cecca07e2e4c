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
  // A lock that outlives its entity still gets an event when it is closed, within 24 hours.
  const erasures = await db.query<Erasure & { awaited: boolean }>(sql`
    SELECT r.env_id AS "envId", r.customer_id AS "customerId",
      nullif(r.entity_id, '00000000-0000-0000-0000-000000000000'::uuid) AS "entityId",
      EXISTS (SELECT 1 FROM lock l WHERE l.env_id = r.env_id AND l.customer_id = r.customer_id
              AND l.entity_id = r.entity_id AND l.status = 0) AS awaited
    FROM event_erasure r ORDER BY awaited, r.requested_at LIMIT ${MAX_ERASURES}`);
  for (const { awaited, ...erasure } of erasures) {
    let from: Date | null = null;
    do {
      signal?.throwIfAborted();
      from = await eraseProperties(db, erasure, { from, limit: CHUNK });
    } while (from !== null);
    if (awaited) continue;
    await db.transact(async (tx) => {
      await lockFolds(tx, erasure.envId);
      await finishErasure(tx, erasure);
    });
  }
  const erased = erasures.filter(({ awaited }) => !awaited).length;
  if (erased > 0) log.info({ erasures: erased }, "event properties erased");
  return erased;
}
