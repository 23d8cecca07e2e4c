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

/** Stores events as they would be found later, whatever time they are about; gives their row ids. */
export async function givenEvents(
  tenant: Tenant,
  events: readonly GivenEvent[],
): Promise<string[]> {
  const ids = events.map(() => randomUUID());
  await db().query(sql`
    INSERT INTO meter_event (id, recorded_at, customer_id, entity_id, occurred_at, seq, env_id,
      feature_id, value, ded_grants, ded_values, properties)
    SELECT x.id, now(), x.customer_id, x.entity_id, x.occurred_at, 0, ${tenant.envId}, x.feature_id,
      x.value, '{}', '{}', x.properties
    FROM unnest(${ids}::uuid[], ${events.map((e) => e.customerId)}::uuid[],
      ${events.map((e) => e.entityId ?? null)}::uuid[],
      ${events.map((e) => e.occurredAt)}::timestamptz[], ${events.map((e) => e.featureId)}::int[],
      ${events.map((e) => e.value ?? "1")}::numeric[],
      ${events.map((e) => (e.properties ? JSON.stringify(e.properties) : null))}::jsonb[])
      AS x(id, customer_id, entity_id, occurred_at, feature_id, value, properties)`);
  return ids;
}

/** The row ids of the tenant's features by their slugs. */
export async function featureIds(tenant: Tenant): Promise<Record<string, number>> {
  const rows = await db().query<{ slug: string; id: number }>(sql`
    SELECT slug, id FROM feature WHERE env_id = ${tenant.envId}`);
  return Object.fromEntries(rows.map(({ slug, id }) => [slug, id]));
}
