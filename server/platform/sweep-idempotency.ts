import { wallNow } from "./clock";
import type { Db } from "./db";
import type { Logger } from "./log";
import { sql } from "./sql";

/** Rows looked at by one statement, so that none holds many locks or runs for long. */
const CHUNK = 5000;

interface Swept {
  env_id: number | null;
  key_hash: string | null;
  deleted: number;
}

/**
 * Deletes stored answers whose time is over, going through the keys in their order. A key that is
 * claimed again at this moment has a later expiry and stays.
 *
 * @returns how many it deleted
 */
export async function sweepIdempotency(
  db: Db,
  log: Logger,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const now = wallNow();
  let deleted = 0;
  let envId: number | null = 0;
  let keyHash: string | null = "00000000-0000-0000-0000-000000000000";
  while (envId !== null && keyHash !== null) {
    signal.throwIfAborted();
    const [swept]: Swept[] = await db.query<Swept>(sql`
      WITH chunk AS (
        SELECT env_id, key_hash, expires_at FROM idempotency
        WHERE (env_id, key_hash) > (${envId}, ${keyHash}::uuid)
        ORDER BY env_id, key_hash LIMIT ${CHUNK}),
      gone AS (
        DELETE FROM idempotency i USING chunk c
        WHERE i.env_id = c.env_id AND i.key_hash = c.key_hash AND c.expires_at <= ${now}
          AND i.expires_at <= ${now}
        RETURNING 1),
      last AS (SELECT env_id, key_hash FROM chunk ORDER BY env_id DESC, key_hash DESC LIMIT 1)
      SELECT last.env_id, last.key_hash, (SELECT count(*)::int FROM gone) AS deleted
      FROM (SELECT 1) one LEFT JOIN last ON true`);
    deleted += swept?.deleted ?? 0;
    envId = swept?.env_id ?? null;
    keyHash = swept?.key_hash ?? null;
  }
  if (deleted > 0) log.info({ keys: deleted }, "expired idempotency keys deleted");
  return deleted;
}
