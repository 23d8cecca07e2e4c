import { type Queryable, type Sql, sql } from "../platform/sql";

const INVARIANTS: readonly (readonly [string, Sql])[] = [
  [
    "balance, granted and last_seq equal the sums of the ledger",
    sql`SELECT g.id FROM grants g JOIN LATERAL (
          SELECT sum(delta) d, sum(granted_delta) gd, max(seq) q FROM ledger_entry l
          WHERE l.customer_id = g.customer_id AND l.grant_id = g.id) x ON true
        WHERE (g.balance, g.included + g.prepaid + g.adjustment, g.last_seq)
          IS DISTINCT FROM (x.d, x.gd, x.q)`,
  ],
  [
    "the chain of entries has no break, and time and seq rise together",
    sql`SELECT grant_id FROM (SELECT *, lag(balance_after) OVER w pb, lag(granted_after) OVER w pg,
          lag(seq) OVER w ps, lag(at) OVER w pa FROM ledger_entry
          WINDOW w AS (PARTITION BY customer_id, grant_id ORDER BY recorded_at, seq)) t
        WHERE ps IS NOT NULL AND (balance_after <> pb + delta OR granted_after <> pg + granted_delta
          OR seq <= ps OR at < pa)`,
  ],
  [
    "nothing is newer than its gate",
    sql`SELECT h.customer_id FROM customer_head h JOIN grants g USING (customer_id)
        WHERE g.last_seq > h.seq`,
  ],
  [
    "every usage entry has its event",
    sql`SELECT l.cause_id FROM ledger_entry l
        LEFT JOIN meter_event e ON e.id = l.cause_id AND e.recorded_at = l.recorded_at
        WHERE l.cause = 10 AND e.id IS NULL`,
  ],
  [
    "an event's deductions equal its entries",
    sql`SELECT e.id FROM meter_event e
        WHERE (SELECT coalesce(sum(v), 0) FROM unnest(e.ded_values) v)
          <> (SELECT coalesce(-sum(l.delta), 0) FROM ledger_entry l
              WHERE l.customer_id = e.customer_id AND l.grant_id = ANY(e.ded_grants)
                AND l.recorded_at = e.recorded_at AND l.cause_id = e.id)`,
  ],
  [
    "every entry of a lock has its event, or says that the lock lapsed",
    sql`SELECT l.cause_id FROM ledger_entry l
        LEFT JOIN meter_event e ON e.id = l.cause_id AND e.recorded_at = l.recorded_at
        LEFT JOIN lock k ON k.customer_id = l.customer_id AND k.id = l.cause_id AND k.status = 4
        WHERE l.cause = 11 AND e.id IS NULL AND (k.id IS NULL OR l.delta <> 0)`,
  ],
  [
    "a held lock's parts are what its event took, and cover no more than it holds",
    sql`SELECT k.id FROM lock k LEFT JOIN meter_event e ON e.id = k.id AND e.customer_id = k.customer_id
        WHERE k.amount < 0 OR (SELECT coalesce(sum(u), 0) FROM unnest(k.part_units) u) > k.amount
          OR (e.ded_grants, e.ded_values, e.value) IS DISTINCT FROM (k.part_grants, k.part_amounts, k.amount)`,
  ],
  [
    "what closed a lock has its event",
    sql`SELECT k.id FROM lock k
        WHERE k.close_event_id IS NOT NULL AND (k.status NOT IN (1, 2, 3)
          OR NOT EXISTS (SELECT 1 FROM meter_event e WHERE e.id = k.close_event_id))`,
  ],
  [
    "entries belong to their customer's environment",
    sql`SELECT l.seq FROM ledger_entry l JOIN customer c ON c.id = l.customer_id
        WHERE l.env_id <> c.env_id`,
  ],
  [
    "the sums of an environment equal its events",
    sql`SELECT feature_id FROM (
          SELECT env_id, feature_id, date_bin('15 minutes', occurred_at, 'epoch') AS bucket_at,
            count(*) c, sum(value) v
          FROM meter_event GROUP BY 1, 2, 3) e
        FULL JOIN (
          SELECT env_id, feature_id, bucket_at, sum(count) c, sum(tracked) v
          FROM usage_rollup_env GROUP BY 1, 2, 3) r USING (env_id, feature_id, bucket_at)
        WHERE (e.c, e.v) IS DISTINCT FROM (r.c, r.v)`,
  ],
  [
    "the sums of a customer and its entities equal their events",
    sql`SELECT feature_id FROM (
          SELECT env_id, customer_id, feature_id,
            coalesce(entity_id, '00000000-0000-0000-0000-000000000000'::uuid) AS entity_id,
            date_bin('15 minutes', occurred_at, 'epoch') AS bucket_at, count(*) c, sum(value) v
          FROM meter_event GROUP BY 1, 2, 3, 4, 5) e
        FULL JOIN (
          SELECT env_id, customer_id, feature_id, entity_id, bucket_at, count::bigint c, tracked v
          FROM usage_rollup) r USING (env_id, customer_id, feature_id, entity_id, bucket_at)
        WHERE (e.c, e.v) IS DISTINCT FROM (r.c, r.v)`,
  ],
  [
    "a quarter that is folded by a property, whole, sums to that of its environment",
    sql`SELECT feature_id FROM (
          SELECT env_id, feature_id, key, bucket_at, sum(count) c, sum(tracked) v
          FROM usage_rollup_key GROUP BY 1, 2, 3, 4) k
        JOIN (
          SELECT env_id, feature_id, bucket_at, sum(count) c, sum(tracked) v
          FROM usage_rollup_env GROUP BY 1, 2, 3) r USING (env_id, feature_id, bucket_at)
        WHERE k.c > r.c OR k.c = r.c AND k.v <> r.v`,
  ],
];

/** The names of the ledger's invariants that do not hold; run after every test that writes. */
export async function brokenInvariants(db: Pick<Queryable, "query">): Promise<string[]> {
  const broken: string[] = [];
  for (const [name, statement] of INVARIANTS) {
    const rows = await db.query(statement);
    if (rows.length > 0) broken.push(`${name}: ${rows.length}`);
  }
  return broken;
}
