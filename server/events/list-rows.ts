import type { Tx } from "../platform/db";
import { empty, raw, type Sql, sql } from "../platform/sql";
import { type EventFilter, narrowed } from "./event-filter";

/** An event with the names that the wire shows; numbers as text, as `numeric` comes. */
export interface EventRow {
  readonly id: string;
  readonly occurredAt: Date;
  readonly featureId: number;
  readonly customerId: string;
  readonly customerExternalId: string | null;
  readonly entityExternalId: string | null;
  readonly eventName: string | null;
  readonly value: string;
  readonly grantIds: readonly string[];
  readonly grantValues: readonly string[];
  readonly properties: Record<string, unknown> | null;
}

/** Where the page before ended: the sort key of its last row. */
export interface EventPosition {
  readonly occurredAt: Date;
  readonly id: string;
}

const columns = raw(`e.id, e.occurred_at, e.feature_id, e.customer_id, e.entity_id, e.event_name,
  e.value, e.ded_grants, e.ded_values, e.properties`);

/**
 * A page of events, newest first. Of one customer it walks that customer's index; of a whole
 * environment it takes the newest of each feature and merges them, so that both cost as much as the
 * page is long, however many events there are.
 */
export async function loadEventPage(
  tx: Tx,
  wanted: {
    readonly filter: EventFilter & { readonly featureIds: readonly number[] };
    readonly after: EventPosition | null;
    readonly limit: number;
  },
): Promise<EventRow[]> {
  const { filter } = wanted;
  const page = filter.customerId === null ? newestByFeature(wanted) : newest(wanted);
  return tx.query<EventRow>(sql`
    SELECT p.id, p.occurred_at AS "occurredAt", p.feature_id AS "featureId",
      p.customer_id AS "customerId", c.external_id AS "customerExternalId",
      en.external_id AS "entityExternalId", p.event_name AS "eventName", p.value,
      p.ded_grants::text[] AS "grantIds", p.ded_values::text[] AS "grantValues", p.properties
    FROM (${page}) p
    LEFT JOIN customer c ON c.env_id = ${filter.envId} AND c.id = p.customer_id
    LEFT JOIN entity en ON en.customer_id = p.customer_id AND en.id = p.entity_id
    ORDER BY p.occurred_at DESC, p.id DESC`);
}

type Wanted = Parameters<typeof loadEventPage>[1];

function newest({ filter, after, limit }: Wanted): Sql {
  return sql`
    SELECT ${columns} FROM meter_event e WHERE e.env_id = ${filter.envId} ${narrowed(filter)} ${beyond(after)}
    ORDER BY e.occurred_at DESC, e.id DESC LIMIT ${limit}`;
}

function newestByFeature({ filter, after, limit }: Wanted): Sql {
  const others = narrowed({ ...filter, featureIds: null });
  return sql`
    SELECT n.* FROM unnest(${filter.featureIds}::int[]) AS f(id)
    CROSS JOIN LATERAL (
      SELECT ${columns} FROM meter_event e
      WHERE e.env_id = ${filter.envId} AND e.feature_id = f.id ${others} ${beyond(after)}
      ORDER BY e.occurred_at DESC, e.id DESC LIMIT ${limit}) n
    ORDER BY n.occurred_at DESC, n.id DESC LIMIT ${limit}`;
}

/** The plain bound beside the pair is what the indexes, which end with the time, can use. */
function beyond(after: EventPosition | null): Sql {
  if (after === null) return empty;
  return sql`AND e.occurred_at <= ${after.occurredAt}
    AND (e.occurred_at, e.id) < (${after.occurredAt}, ${after.id}::uuid)`;
}
