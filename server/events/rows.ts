import type { Quantity } from "../core/quantity";
import type { TxCtx } from "../platform/context";
import type { Db, Tx } from "../platform/db";
import { empty, sql } from "../platform/sql";
import { instantArray, plainArray, textArray } from "../platform/sql-array";
import type { EventDraft } from "./event-draft";
import { propertyGroup } from "./property-group";

/** An event with its place in the customer's ledger. */
export interface StoredEvent {
  readonly customerId: string;
  readonly envId: number;
  /** The same instant as in the ledger entries that it caused. */
  readonly recordedAt: Date;
  readonly seq: bigint;
  readonly event: EventDraft;
}

/**
 * The insert of meter events as a fragment of a statement that has a set `ok(customer_id)`: the
 * gates that were passed.
 */
export const EVENT_INSERT = `
  INSERT INTO meter_event (id, recorded_at, customer_id, entity_id, occurred_at, seq, env_id,
    feature_id, event_name, value, ded_grants, ded_values, properties)
  SELECT x.id, x.recorded_at, x.customer_id, x.entity_id, x.occurred_at, x.seq, x.env_id,
    x.feature_id, x.event_name, x.value, x.ded_grants::uuid[], x.ded_values::numeric[], x.properties
  FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::bigint[],
      $7::int[], $8::int[], $9::text[], $10::numeric[], $11::text[], $12::text[], $13::jsonb[])
    AS x(id, recorded_at, customer_id, entity_id, occurred_at, seq, env_id, feature_id, event_name,
         value, ded_grants, ded_values, properties)
    JOIN ok ON ok.customer_id = x.customer_id`;

/** The parameters of `EVENT_INSERT`, one array per column. */
export function eventParameters(stored: readonly StoredEvent[]): string[] {
  return [
    plainArray(stored.map(({ event }) => event.id)),
    instantArray(stored.map(({ recordedAt }) => recordedAt)),
    plainArray(stored.map(({ customerId }) => customerId)),
    plainArray(stored.map(({ event }) => event.entityId)),
    instantArray(stored.map(({ event }) => event.occurredAt)),
    plainArray(stored.map(({ seq }) => seq)),
    plainArray(stored.map(({ envId }) => envId)),
    plainArray(stored.map(({ event }) => event.featureId)),
    textArray(stored.map(({ event }) => event.eventName)),
    plainArray(stored.map(({ event }) => event.value.toString())),
    // An array per row cannot be unnested with its neighbours, so each travels as its literal.
    textArray(stored.map(({ event }) => plainArray(event.parts.map((part) => part.grantId)))),
    textArray(
      stored.map(({ event }) => plainArray(event.parts.map((part) => part.value.toString()))),
    ),
    textArray(
      stored.map(({ event }) => (event.properties ? JSON.stringify(event.properties) : null)),
    ),
  ];
}

const BUCKET_MS = 15 * 60_000;
/** Stands for the customer itself where an entity is part of a key. */
const NO_ENTITY = "00000000-0000-0000-0000-000000000000";

/**
 * Adds events to the quarters of an hour that they occurred in: sets `r`, `ru` and `re` of a
 * statement that has a set `ok(customer_id)`. Rows are taken in the order of their keys, so that
 * two writers never wait for each other in a circle.
 */
export const ROLLUP_UPSERTS = `
  r AS MATERIALIZED (
    SELECT x.* FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::uuid[], $5::int[],
        $6::bigint[], $7::numeric[])
      AS x(customer_id, feature_id, bucket_at, entity_id, env_id, count, tracked)
      JOIN ok ON ok.customer_id = x.customer_id),
  ru AS (
    INSERT INTO usage_rollup AS u (customer_id, feature_id, bucket_at, entity_id, env_id, count, tracked)
    SELECT * FROM r ORDER BY 1, 2, 3, 4
    ON CONFLICT (customer_id, feature_id, bucket_at, entity_id) DO UPDATE
      SET count = u.count + excluded.count, tracked = u.tracked + excluded.tracked),
  re AS (
    INSERT INTO usage_rollup_env AS u (env_id, feature_id, bucket_at, slot, count, tracked)
    SELECT env_id, feature_id, bucket_at, $8::smallint, sum(count), sum(tracked)
    FROM r GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (env_id, feature_id, bucket_at, slot) DO UPDATE
      SET count = u.count + excluded.count, tracked = u.tracked + excluded.tracked)`;

/**
 * The parameters of `ROLLUP_UPSERTS`: events of one customer, entity, feature and quarter summed.
 *
 * @param slot the environment's row that this writer adds to, 0 to 32767: one row for all writers
 *   would make each wait for the other's commit.
 */
export function rollupParameters(stored: readonly StoredEvent[], slot: number): string[] {
  const sums = new Map<
    string,
    { first: StoredEvent; bucketAt: Date; count: number; tracked: Quantity }
  >();
  for (const one of stored) {
    const { event } = one;
    const bucket = Math.floor(event.occurredAt.getTime() / BUCKET_MS);
    const key = `${one.customerId} ${event.featureId} ${bucket} ${event.entityId}`;
    const known = sums.get(key);
    if (known === undefined) {
      const bucketAt = new Date(bucket * BUCKET_MS);
      sums.set(key, { first: one, bucketAt, count: 1, tracked: event.value });
    } else {
      known.count += 1;
      known.tracked = known.tracked.plus(event.value);
    }
  }
  const rows = [...sums.values()];
  return [
    plainArray(rows.map(({ first }) => first.customerId)),
    plainArray(rows.map(({ first }) => first.event.featureId)),
    instantArray(rows.map(({ bucketAt }) => bucketAt)),
    plainArray(rows.map(({ first }) => first.event.entityId ?? NO_ENTITY)),
    plainArray(rows.map(({ first }) => first.envId)),
    plainArray(rows.map(({ count }) => count)),
    plainArray(rows.map(({ tracked }) => tracked.toString())),
    String(slot),
  ];
}

/** A property of a feature's events that is summed by its values. */
export interface FoldedKey {
  readonly envId: number;
  readonly featureId: number;
  readonly key: string;
}

/**
 * Sums the events of quarters by the values of a property, in place of what was folded of them
 * before: also events that came late, or lost their properties since.
 */
export async function writeFold(
  tx: Tx,
  { envId, featureId, key }: FoldedKey,
  buckets: readonly Date[],
): Promise<void> {
  await tx.query(sql`
    DELETE FROM usage_rollup_key
    WHERE env_id = ${envId} AND feature_id = ${featureId} AND key = ${key}
      AND bucket_at = ANY(${buckets}::timestamptz[])`);
  await tx.query(sql`
    INSERT INTO usage_rollup_key (env_id, feature_id, key, bucket_at, value_hash, value, count, tracked)
    SELECT ${envId}::int, ${featureId}::int, ${key}::text, q.bucket_at, md5(q.value)::uuid, q.value,
      count(*), sum(q.tracked)
    FROM (
      SELECT b.bucket_at, ${propertyGroup(key)} AS value, e.value AS tracked
      FROM unnest(${buckets}::timestamptz[]) AS b(bucket_at)
      JOIN meter_event e ON e.env_id = ${envId} AND e.feature_id = ${featureId}
        AND e.occurred_at >= b.bucket_at AND e.occurred_at < b.bucket_at + interval '15 minutes') q
    GROUP BY q.bucket_at, q.value`);
}

/** Whose events lose their properties: all of a customer's, or those of one entity. */
export interface Erasure {
  readonly envId: number;
  readonly customerId: string;
  readonly entityId: string | null;
}

/** Notes that the properties of somebody's events are to be erased; `erase-events.ts` sees to it. */
export async function requestErasure(
  ctx: TxCtx,
  whose: Pick<Erasure, "customerId" | "entityId">,
): Promise<void> {
  await ctx.db.query(sql`
    INSERT INTO event_erasure (customer_id, entity_id, env_id, requested_at)
    VALUES (${whose.customerId}::uuid, ${whose.entityId ?? NO_ENTITY}::uuid, ${ctx.tenant.envId},
      ${ctx.now})
    ON CONFLICT DO NOTHING`);
}

/**
 * Erases the properties of a chunk of events, oldest first. Refused by the database for customers
 * and entities that live.
 *
 * @returns when the last one happened, from which to go on; null when none is left
 */
export async function eraseProperties(
  db: Pick<Db, "query">,
  { envId, customerId, entityId }: Erasure,
  chunk: { readonly from: Date | null; readonly limit: number },
): Promise<Date | null> {
  const [row] = await db.query<{ until: Date | null }>(sql`
    WITH chunk AS (
      SELECT e.id, e.recorded_at, e.occurred_at FROM meter_event e
      WHERE e.env_id = ${envId} AND e.customer_id = ${customerId}::uuid
        AND e.properties IS NOT NULL
        ${entityId === null ? empty : sql`AND e.entity_id = ${entityId}::uuid`}
        ${chunk.from === null ? empty : sql`AND e.occurred_at >= ${chunk.from}`}
      ORDER BY e.occurred_at LIMIT ${chunk.limit}),
    erased AS (
      UPDATE meter_event e SET properties = NULL FROM chunk c
      WHERE e.id = c.id AND e.recorded_at = c.recorded_at)
    SELECT max(occurred_at) AS until FROM chunk`);
  return row?.until ?? null;
}

/** Takes an erasure off the list, with what was folded of the events: it is folded anew. */
export async function finishErasure(
  tx: Tx,
  { envId, customerId, entityId }: Erasure,
): Promise<void> {
  await tx.query(sql`
    DELETE FROM usage_rollup_key k USING usage_rollup r
    WHERE r.env_id = ${envId} AND r.customer_id = ${customerId}::uuid
      ${entityId === null ? empty : sql`AND r.entity_id = ${entityId}::uuid`}
      AND k.env_id = r.env_id AND k.feature_id = r.feature_id AND k.bucket_at = r.bucket_at`);
  await tx.query(sql`
    DELETE FROM event_erasure
    WHERE env_id = ${envId} AND customer_id = ${customerId}::uuid
      AND entity_id = ${entityId ?? NO_ENTITY}::uuid`);
}

/** Deletes a feature's sums of quarters before an instant. */
export async function sweepRollups(
  db: Pick<Db, "query">,
  before: Date,
  of: { readonly envId: number; readonly featureId: number },
): Promise<void> {
  await db.query(sql`
    DELETE FROM usage_rollup_env
    WHERE env_id = ${of.envId} AND feature_id = ${of.featureId} AND bucket_at < ${before}`);
  await db.query(sql`
    DELETE FROM usage_rollup_key
    WHERE env_id = ${of.envId} AND feature_id = ${of.featureId} AND bucket_at < ${before}`);
}

/** The same for the sums by customer, of some customers of an environment. */
export async function sweepCustomerRollups(
  db: Pick<Db, "query">,
  before: Date,
  of: { readonly envId: number; readonly customerIds: readonly string[] },
): Promise<number> {
  const rows = await db.query(sql`
    DELETE FROM usage_rollup r USING feature f
    WHERE f.env_id = ${of.envId} AND r.customer_id = ANY(${of.customerIds}::uuid[])
      AND r.feature_id = f.id AND r.bucket_at < ${before} RETURNING 1`);
  return rows.length;
}
