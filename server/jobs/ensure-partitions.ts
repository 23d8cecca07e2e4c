import type { Db } from "../platform/db";
import type { Logger } from "../platform/log";
import { sql } from "../platform/sql";

const MONTHS_AHEAD = 12;

/**
 * Makes the monthly partitions of ledger and events that are missing up to a year ahead. It waits
 * three seconds for its locks at most, since whoever comes after a waiting lock waits behind it.
 *
 * @returns how many it made
 */
export async function ensurePartitions(db: Db, log: Logger): Promise<number> {
  const made = await db.transact(async (tx) => {
    await tx.query(sql`SET LOCAL lock_timeout = '3s'`);
    const [row] = await tx.query<{ made: number }>(
      sql`SELECT ensure_partitions(${MONTHS_AHEAD}::int) AS made`,
    );
    return row?.made ?? 0;
  });
  if (made > 0) log.info({ partitions: made }, "partitions made");
  return made;
}
