import { randomUUID } from "node:crypto";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { sql } from "../platform/sql";

/** An event as a test wants it stored: row ids, no deduction. */
export interface GivenEvent {
  readonly customerId: string;
  readonly featureId: number;
  readonly occurredAt: Date;
  readonly value?: string;
  readonly entityId?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/**
 * Stores events as they would be found later, whatever time they are about, and counts them in the
 * rollups as two processes would have: every other one in a slot of the second. Gives their row ids.
 */
export async function givenEvents(
  tenant: Tenant,
  events: readonly GivenEvent[],
): Promise<string[]> {
  const ids = events.map(() => randomUUID());
  await db().query(sql`
    WITH e AS (
    INSERT INTO meter_event (id, recorded_at, customer_id, entity_id, occurred_at, seq, env_id,
      feature_id, value, ded_grants, ded_values, properties)
    SELECT x.id, now(), x.customer_id, x.entity_id, x.occurred_at, 0, ${tenant.envId}, x.feature_id,
      x.value, '{}', '{}', x.properties
    FROM unnest(${ids}::uuid[], ${events.map((e) => e.customerId)}::uuid[],
      ${events.map((e) => e.entityId ?? null)}::uuid[],
      ${events.map((e) => e.occurredAt)}::timestamptz[], ${events.map((e) => e.featureId)}::int[],
      ${events.map((e) => e.value ?? "1")}::numeric[],
      ${events.map((e) => (e.properties ? JSON.stringify(e.properties) : null))}::jsonb[])
      AS x(id, customer_id, entity_id, occurred_at, feature_id, value, properties)
    RETURNING *, date_bin('15 minutes', occurred_at, 'epoch') AS bucket_at),
    by_customer AS (
    INSERT INTO usage_rollup AS r (customer_id, feature_id, bucket_at, entity_id, env_id, count, tracked)
    SELECT customer_id, feature_id, bucket_at,
      coalesce(entity_id, '00000000-0000-0000-0000-000000000000'::uuid), env_id, count(*), sum(value)
    FROM e GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (customer_id, feature_id, bucket_at, entity_id)
      DO UPDATE SET count = r.count + excluded.count, tracked = r.tracked + excluded.tracked)
    INSERT INTO usage_rollup_env AS r (env_id, feature_id, bucket_at, slot, count, tracked)
    SELECT env_id, feature_id, bucket_at, n % 2, count(*), sum(value)
    FROM (SELECT e.*, row_number() OVER (ORDER BY id) AS n FROM e) e GROUP BY 1, 2, 3, 4
    ON CONFLICT (env_id, feature_id, bucket_at, slot)
      DO UPDATE SET count = r.count + excluded.count, tracked = r.tracked + excluded.tracked`);
  return ids;
}

/** The row ids of the tenant's features by their slugs. */
export async function featureIds(tenant: Tenant): Promise<Record<string, number>> {
  const rows = await db().query<{ slug: string; id: number }>(sql`
    SELECT slug, id FROM feature WHERE env_id = ${tenant.envId}`);
  return Object.fromEntries(rows.map(({ slug, id }) => [slug, id]));
}
