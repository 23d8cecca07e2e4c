import type { EventDraft } from "./event-draft";

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
export function eventParameters(stored: readonly StoredEvent[]): unknown[] {
  return [
    stored.map(({ event }) => event.id),
    stored.map(({ recordedAt }) => recordedAt),
    stored.map(({ customerId }) => customerId),
    stored.map(({ event }) => event.entityId),
    stored.map(({ event }) => event.occurredAt),
    stored.map(({ seq }) => seq),
    stored.map(({ envId }) => envId),
    stored.map(({ event }) => event.featureId),
    stored.map(({ event }) => event.eventName),
    stored.map(({ event }) => event.value.toString()),
    // An array per row cannot be unnested with its neighbours, so each travels as its literal.
    stored.map(({ event }) => `{${event.parts.map((part) => part.grantId).join(",")}}`),
    stored.map(({ event }) => `{${event.parts.map((part) => part.value.toString()).join(",")}}`),
    stored.map(({ event }) => (event.properties ? JSON.stringify(event.properties) : null)),
  ];
}
