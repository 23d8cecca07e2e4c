import { wallNow } from "../platform/clock";
import type { Db, Tx } from "../platform/db";
import type { Logger } from "../platform/log";
import { sql } from "../platform/sql";
import { type FoldedKey, writeFold } from "./rows";
import { eventsKeptFrom, QUARTER_MS } from "./span";

/** Events read by one transaction, but for a quarter that has more. */
const CHUNK_EVENTS = 50_000;
const CHUNK_QUARTERS = 2_000;
const DAY_MS = 86_400_000;
/** Quarters that may still fill are left to the readers. */
const SETTLED_MS = 2 * QUARTER_MS;

/**
 * Sums the events of the last three days by the values of the properties that their features name
 * (`rollup_keys`), quarter by quarter.
 *
 * It keeps no mark of how far it came. A quarter is folded when the fold counts as many events as
 * the rollup that is committed with them; else it is folded again, in whole. Whatever is committed
 * late or about the past is met in this way, a job that was killed leaves nothing to mend, and
 * readers tell by the same comparison which quarters they must read from the events.
 *
 * @returns how many quarters it folded; a second run finds none
 */
export function foldRecentUsage(db: Db, log: Logger, signal?: AbortSignal): Promise<number> {
  return foldUsage({ db, log, from: new Date(wallNow().getTime() - 3 * DAY_MS), signal });
}

/** The same for all that happened since events are kept: backdated events, keys that are new. */
export function foldAllUsage(db: Db, log: Logger, signal?: AbortSignal): Promise<number> {
  return foldUsage({ db, log, from: eventsKeptFrom(wallNow()), signal });
}

/** Held while quarters are folded or unfolded, so that neither meets the other halfway. */
export async function lockFolds(tx: Tx, envId: number): Promise<void> {
  await tx.query(sql`SELECT pg_advisory_xact_lock(hashtext('usage_fold'), ${envId})`);
}

async function foldUsage(work: {
  readonly db: Db;
  readonly log: Logger;
  readonly from: Date;
  readonly signal: AbortSignal | undefined;
}): Promise<number> {
  const { db, log, signal } = work;
  const until = new Date(wallNow().getTime() - SETTLED_MS);
  const keys = await db.query<FoldedKey>(sql`
    SELECT f.env_id AS "envId", f.id AS "featureId", k.key
    FROM feature f CROSS JOIN LATERAL unnest(f.rollup_keys) AS k(key) ORDER BY 1, 2, 3`);
  let folded = 0;
  for (const key of keys) {
    let from: Date | undefined = work.from;
    while (from !== undefined) {
      signal?.throwIfAborted();
      const span = { from, until };
      const buckets: readonly Date[] = await db.transact((tx) => foldChunk(tx, key, span));
      folded += buckets.length;
      const last: Date | undefined = buckets.at(-1);
      // Not the same again: the events of a quarter may be gone while its sums are kept.
      from = last && new Date(last.getTime() + QUARTER_MS);
    }
  }
  if (folded > 0) log.info({ quarters: folded }, "usage folded by property");
  return folded;
}

/** Folds the first quarters of a span that are not; gives them. */
async function foldChunk(
  tx: Tx,
  of: FoldedKey,
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<Date[]> {
  await lockFolds(tx, of.envId);
  const where = sql`feature_id = ${of.featureId} AND bucket_at >= ${from} AND bucket_at < ${until}`;
  const rows = await tx.query<{ bucketAt: Date }>(sql`
    SELECT d.bucket_at AS "bucketAt" FROM (
      SELECT h.bucket_at, sum(h.events) OVER (ORDER BY h.bucket_at) - h.events AS before
      FROM (SELECT bucket_at, sum(count) AS events FROM usage_rollup_env
            WHERE env_id = ${of.envId} AND ${where} GROUP BY bucket_at) h
      LEFT JOIN (SELECT bucket_at, sum(count) AS events FROM usage_rollup_key
                 WHERE env_id = ${of.envId} AND ${where} AND key = ${of.key} GROUP BY bucket_at) k
        ON k.bucket_at = h.bucket_at
      WHERE k.events IS DISTINCT FROM h.events) d
    WHERE d.before < ${CHUNK_EVENTS} ORDER BY d.bucket_at LIMIT ${CHUNK_QUARTERS}`);
  const buckets = rows.map(({ bucketAt }) => bucketAt);
  if (buckets.length > 0) await writeFold(tx, of, buckets);
  return buckets;
}
