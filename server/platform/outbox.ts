import { instantArray, plainArray, textArray } from "./sql-array";

/** Something that happened and that somebody may want to be told of. */
export interface OutboxDraft {
  /** The webhook event's type, such as `balances.limit_reached`. */
  readonly type: string;
  readonly customerId: string | null;
  readonly payload: unknown;
}

/** An event with its place, for a statement that stores many at once. */
export interface StoredOutboxEvent {
  readonly id: string;
  readonly envId: number;
  readonly recordedAt: Date;
  readonly event: OutboxDraft & { readonly customerId: string };
}

/** The insert of outbox rows as a fragment of a statement that has a set `ok(customer_id)`. */
export const OUTBOX_INSERT = `
  INSERT INTO outbox (id, recorded_at, env_id, customer_id, type, payload)
  SELECT x.* FROM unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::uuid[], $5::text[], $6::jsonb[])
    AS x(id, recorded_at, env_id, customer_id, type, payload)
    JOIN ok ON ok.customer_id = x.customer_id`;

/** The parameters of `OUTBOX_INSERT`, one array per column. */
export function outboxParameters(stored: readonly StoredOutboxEvent[]): string[] {
  return [
    plainArray(stored.map(({ id }) => id)),
    instantArray(stored.map(({ recordedAt }) => recordedAt)),
    plainArray(stored.map(({ envId }) => envId)),
    plainArray(stored.map(({ event }) => event.customerId)),
    textArray(stored.map(({ event }) => event.type)),
    textArray(stored.map(({ event }) => JSON.stringify(event.payload))),
  ];
}
