import { wallNow } from "../platform/clock";
import type { Db } from "../platform/db";
import type { Logger } from "../platform/log";
import { sql } from "../platform/sql";
import { foldAllUsage } from "./fold-usage";
import { sweepCustomerRollups, sweepRollups } from "./rows";
import { KEPT_MONTHS } from "./span";

const KEPT_ROLLUP_MONTHS = 37;
const CHUNK = 1_000;
const NOWHERE = { envId: 0, id: "00000000-0000-0000-0000-000000000000" };

/**
 * Drops the events of months that ended 14 months ago, and the sums of quarters older than 37
 * months. What is summed by property is folded first, to the last backdated event. The ledger, which
 * says what became of each balance, is never dropped.
 *
 * @returns how many months of events it dropped
 */
export async function expireUsage(db: Db, log: Logger, signal?: AbortSignal): Promise<number> {
  await foldAllUsage(db, log, signal);
  const dropped = await db.transact(async (tx) => {
    // Whoever comes after a waiting lock waits behind it.
    await tx.query(sql`SET LOCAL lock_timeout = '3s'`);
    const [row] = await tx.query<{ dropped: number }>(
      sql`SELECT drop_expired_events(${KEPT_MONTHS}::int) AS dropped`,
    );
    return row?.dropped ?? 0;
  });
  if (dropped > 0) log.info({ months: dropped }, "expired events dropped");
  const before = rollupsKeptFrom(wallNow());
  const features = await db.query<{ envId: number; featureId: number }>(sql`
    SELECT env_id AS "envId", id AS "featureId" FROM feature WHERE created_at < ${before}`);
  for (const feature of features) {
    signal?.throwIfAborted();
    await sweepRollups(db, before, feature);
  }
  await sweepCustomers(db, before, signal);
  return dropped;
}

/** Sums of quarters before this instant are gone or go tonight. */
function rollupsKeptFrom(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - KEPT_ROLLUP_MONTHS, 1));
}

/** Customers that are younger have no sums that old, but for backdated ones: those go later. */
async function sweepCustomers(db: Db, before: Date, signal?: AbortSignal): Promise<void> {
  let after: typeof NOWHERE | undefined = NOWHERE;
  while (after !== undefined) {
    signal?.throwIfAborted();
    const rows: (typeof NOWHERE)[] = await db.query<typeof NOWHERE>(sql`
      SELECT env_id AS "envId", id FROM customer
      WHERE (env_id, id) > (${after.envId}, ${after.id}::uuid) AND created_at < ${before}
      ORDER BY env_id, id LIMIT ${CHUNK}`);
    for (const envId of new Set(rows.map((row) => row.envId))) {
      const customerIds = rows.filter((row) => row.envId === envId).map(({ id }) => id);
      await sweepCustomerRollups(db, before, { envId, customerIds });
    }
    after = rows.at(-1);
  }
}
