import { toPublicId } from "../core/id";
import { fromRow } from "../core/quantity";
import { wallNow } from "../platform/clock";
import type { Db } from "../platform/db";
import type { Logger } from "../platform/log";
import { observeDiscrepancies } from "../platform/metrics";
import { sql } from "../platform/sql";

const DAY_MS = 86_400_000;
/** Differences of one feature that are reported one by one. */
const MAX_REPORTED = 100;

/** What events sum to in a quarter of an hour and what is stored; exact decimals as text. */
export interface UsageDiscrepancy {
  readonly envId: number;
  readonly featureId: number;
  /** Null for the sum of the whole environment. */
  readonly customerId: string | null;
  readonly bucketAt: Date;
  readonly events: { readonly count: number; readonly tracked: string };
  readonly stored: { readonly count: number; readonly tracked: string };
}

interface DifferingRow {
  customer_id: string | null;
  bucket_at: Date;
  event_count: bigint;
  event_sum: string;
  stored_count: bigint;
  stored_sum: string;
}

/**
 * Compares the sums of the last two days with their events, feature by feature, each on one
 * snapshot: of the environment, and of each customer and entity that used something. Differences are
 * logged with both numbers, counted in the metrics and returned; nothing is repaired.
 */
export async function reconcileUsage(
  db: Db,
  log: Logger,
  signal: AbortSignal = new AbortController().signal,
): Promise<UsageDiscrepancy[]> {
  const from = new Date(Math.floor(wallNow().getTime() / DAY_MS) * DAY_MS - 2 * DAY_MS);
  const features = await db.query<{ envId: number; featureId: number }>(sql`
    SELECT env_id AS "envId", id AS "featureId" FROM feature ORDER BY 1, 2`);
  const found: UsageDiscrepancy[] = [];
  for (const { envId, featureId } of features) {
    signal.throwIfAborted();
    for (const row of await differing(db, { envId, featureId, from })) {
      const { customer_id: customerId, bucket_at: bucketAt } = row;
      const events = {
        count: Number(row.event_count),
        tracked: fromRow(row.event_sum).toString(),
      };
      const stored = {
        count: Number(row.stored_count),
        tracked: fromRow(row.stored_sum).toString(),
      };
      found.push({ envId, featureId, customerId, bucketAt, events, stored });
      const customer = customerId === null ? null : toPublicId("cus", customerId);
      log.error(
        { envId, featureId, customer, bucketAt, events, stored },
        "a sum of usage differs from its events",
      );
    }
  }
  observeDiscrepancies(found.length);
  log.info({ discrepancies: found.length }, "sums of usage reconciled with their events");
  return found;
}

function differing(
  db: Db,
  { envId, featureId, from }: { envId: number; featureId: number; from: Date },
): Promise<DifferingRow[]> {
  return db.query<DifferingRow>(sql`
    WITH used AS MATERIALIZED (
      SELECT e.customer_id,
        coalesce(e.entity_id, '00000000-0000-0000-0000-000000000000'::uuid) AS entity_id,
        date_bin('15 minutes', e.occurred_at, 'epoch') AS bucket_at,
        count(*) AS n, sum(e.value) AS v
      FROM meter_event e
      WHERE e.env_id = ${envId} AND e.feature_id = ${featureId} AND e.occurred_at >= ${from}
      GROUP BY 1, 2, 3),
    whole AS (SELECT bucket_at, sum(n)::bigint AS n, sum(v) AS v FROM used GROUP BY 1),
    stored AS (
      SELECT bucket_at, sum(count)::bigint AS n, sum(tracked) AS v FROM usage_rollup_env
      WHERE env_id = ${envId} AND feature_id = ${featureId} AND bucket_at >= ${from} GROUP BY 1)
    SELECT NULL::uuid AS customer_id, bucket_at, coalesce(w.n, 0) AS event_count,
      coalesce(w.v, 0) AS event_sum, coalesce(s.n, 0) AS stored_count, coalesce(s.v, 0) AS stored_sum
    FROM whole w FULL JOIN stored s USING (bucket_at)
    WHERE (w.n, w.v) IS DISTINCT FROM (s.n, s.v)
    UNION ALL
    SELECT u.customer_id, u.bucket_at, u.n, u.v, coalesce(r.count, 0), coalesce(r.tracked, 0)
    FROM used u LEFT JOIN usage_rollup r ON r.customer_id = u.customer_id
      AND r.feature_id = ${featureId} AND r.bucket_at = u.bucket_at AND r.entity_id = u.entity_id
    WHERE (u.n, u.v) IS DISTINCT FROM (r.count, r.tracked)
    LIMIT ${MAX_REPORTED}`);
}
