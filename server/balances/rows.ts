import type { Grant } from "../core/balances/grant";
import type { GrantChange, LedgerDraft } from "../core/balances/ledger";
import { LockStatus } from "../core/balances/lock";
import type { ReadCtx, TxCtx } from "../platform/context";
import type { Tx } from "../platform/db";
import { empty, type Queryable, Sql, sql } from "../platform/sql";
import { instantArray, plainArray, textArray } from "../platform/sql-array";
import type { Gate } from "./gate";
import { type GrantRow, type PlanSlugOf, selectGrant, toGrant } from "./grant-row";

/** A grant's final row with the entries behind it, for the writers below. */
export interface StoredChange {
  readonly customerId: string;
  readonly envId: number;
  readonly grant: Grant;
  /** Nothing but the balance differs from the stored row. */
  readonly isBalanceOnly?: boolean;
  /** With their places in the ledger; the last one's number becomes the grant's `last_seq`. */
  readonly entries: readonly (LedgerDraft & { readonly seq: bigint; readonly recordedAt: Date })[];
}

/** The living grants of customers, oldest first, by customer. */
export async function loadGrants(
  ctx: ReadCtx,
  customerIds: readonly string[],
  planSlugOf: PlanSlugOf,
  options: { featureIds?: readonly number[] } = {},
): Promise<Map<string, Grant[]>> {
  const narrowed =
    options.featureIds === undefined
      ? empty
      : sql`AND g.feature_id = ANY(${options.featureIds}::int[])`;
  const rows = await ctx.db.query<GrantRow & { customer_id: string }>(sql`
    SELECT g.customer_id, ${selectGrant} FROM grants g
    WHERE g.env_id = ${ctx.tenant.envId} AND g.customer_id = ANY(${customerIds}::uuid[])
      AND g.ended_at IS NULL ${narrowed}
    ORDER BY g.customer_id, g.created_at, g.id`);
  const byCustomer = new Map<string, Grant[]>(customerIds.map((id) => [id, []]));
  for (const row of rows) byCustomer.get(row.customer_id)?.push(toGrant(row, planSlugOf));
  return byCustomer;
}

/**
 * Writes opened and changed grants with their ledger entries behind the gate, and moves the gate
 * on. Call it once per gate and transaction with everything that changed.
 */
export async function writeGrantChanges(
  ctx: TxCtx,
  gate: Gate,
  written: {
    readonly opened: readonly GrantChange[];
    readonly changed: readonly GrantChange[];
  },
): Promise<void> {
  let seq = gate.seq;
  const store = ({ grant, entries }: GrantChange): StoredChange => ({
    customerId: gate.customerId,
    envId: ctx.tenant.envId,
    grant,
    entries: entries.map((entry) => {
      seq += 1n;
      return { ...entry, seq, recordedAt: gate.recordedAt };
    }),
  });
  const opened = written.opened.map(store);
  const changed = written.changed.map(store);
  if (opened.length > 0) {
    await ctx.db.query(
      sql`WITH ok AS (SELECT ${gate.customerId}::uuid AS customer_id) ${fragmentOf(GRANT_INSERT, grantInsertParameters(opened))}`,
    );
  }
  if (changed.length > 0) {
    await ctx.db.query(
      sql`WITH ok AS (SELECT ${gate.customerId}::uuid AS customer_id) ${fragmentOf(GRANT_UPDATE, grantUpdateParameters(changed))}`,
    );
  }
  const all = [...opened, ...changed].filter(({ entries }) => entries.length > 0);
  if (all.length > 0) {
    await ctx.db.query(
      sql`WITH ok AS (SELECT ${gate.customerId}::uuid AS customer_id) ${fragmentOf(ENTRY_INSERT, entryParameters(all))}`,
    );
  }
  // The gate moves even when no figure did: a fenced writer must notice changed dates too.
  await ctx.db.query(sql`
    UPDATE customer_head SET seq = ${seq > gate.seq ? seq : gate.seq + 1n}, recorded_at = ${gate.recordedAt}
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ${gate.customerId}::uuid`);
}

/** Builds a tagged statement from a fragment whose parameters are written `$n`. */
function fragmentOf(text: string, parameters: readonly unknown[]): Sql {
  return new Sql(text.split(/\$\d+/), parameters);
}

/**
 * The update of grants as a fragment of a statement that has a set `ok(customer_id)`: the gates
 * that were passed. `$n` are replaced by the composing statement's own numbers.
 */
export const GRANT_UPDATE = `
  UPDATE grants g SET adjustment = x.adjustment, balance = x.balance, anchor_at = x.anchor_at,
    next_reset_at = x.next_reset_at, expires_at = x.expires_at, ended_at = x.ended_at,
    included = x.included, last_seq = greatest(g.last_seq, x.last_seq)
  FROM unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::numeric[], $5::timestamptz[],
              $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::numeric[], $10::bigint[])
    AS x(customer_id, id, adjustment, balance, anchor_at, next_reset_at, expires_at, ended_at, included, last_seq)
    JOIN ok ON ok.customer_id = x.customer_id
  WHERE g.customer_id = x.customer_id AND g.id = x.id`;

/** The same for grants of which only the balance changed, as use does: a few columns instead of all. */
export const BALANCE_UPDATE = `
  UPDATE grants g SET balance = x.balance, last_seq = greatest(g.last_seq, x.last_seq)
  FROM unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::bigint[]) AS x(customer_id, id, balance, last_seq)
    JOIN ok ON ok.customer_id = x.customer_id
  WHERE g.customer_id = x.customer_id AND g.id = x.id`;

/** The parameters of `BALANCE_UPDATE`. */
export function balanceUpdateParameters(changed: readonly StoredChange[]): string[] {
  return [
    plainArray(changed.map((c) => c.customerId)),
    plainArray(changed.map((c) => c.grant.id)),
    plainArray(changed.map((c) => c.grant.balance.toString())),
    plainArray(changed.map((c) => c.entries.at(-1)?.seq ?? 0n)),
  ];
}

/**
 * The fence of a batch: sets `l` and `ok`, the gates that are still where they were read and now
 * stand at their next value; takes parameters $1 to $4. The expected value stays inside `l`:
 * joining `unnest` and the locked rows separately turns quadratic under a generic plan.
 */
export const GATE_FENCE = `
  l AS MATERIALIZED (
    SELECT h.customer_id, x.expected, x.next, x.recorded_at
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::timestamptz[]) AS x(id, expected, next, recorded_at)
    JOIN customer_head h ON h.customer_id = x.id
    ORDER BY h.customer_id FOR UPDATE OF h),
  ok AS MATERIALIZED (
    UPDATE customer_head h SET seq = l.next, recorded_at = l.recorded_at FROM l
    WHERE h.customer_id = l.customer_id AND h.seq = l.expected
    RETURNING h.customer_id)`;

/** The same set `ok` behind a gate that a transaction holds; takes parameters $1 to $4. */
export const GATE_MOVE = `
  ok AS MATERIALIZED (
    UPDATE customer_head SET seq = $3::bigint, recorded_at = $4::timestamptz
    WHERE customer_id = $1::uuid AND env_id = $2::int
    RETURNING customer_id)`;

/** The parameters of `GRANT_UPDATE`, one array per column. */
export function grantUpdateParameters(changed: readonly StoredChange[]): string[] {
  const plain = (read: (change: StoredChange) => string | bigint) => plainArray(changed.map(read));
  const instants = (read: (grant: Grant) => Date | null) =>
    instantArray(changed.map(({ grant }) => read(grant)));
  return [
    plain((c) => c.customerId),
    plain((c) => c.grant.id),
    plain((c) => c.grant.adjustment.toString()),
    plain((c) => c.grant.balance.toString()),
    instants((grant) => grant.anchorAt),
    instants((grant) => grant.nextResetAt),
    instants((grant) => grant.expiresAt),
    instants((grant) => grant.endedAt),
    plain((c) => c.grant.included.toString()),
    plain((c) => c.entries.at(-1)?.seq ?? 0n),
  ];
}

/** The insert of new grants, as a fragment like `GRANT_UPDATE`. */
export const GRANT_INSERT = `
  INSERT INTO grants (customer_id, id, env_id, feature_id, entity_id, kind, set_id, parent_id,
    subscription_id, plan_item_id, external_ref, included, prepaid, adjustment, balance, unlimited,
    overflow, floor, reset_by, reset_unit, reset_count, anchor_at, next_reset_at, starts_at,
    expires_at, suspended_at, ended_at, is_add_on, rollover, last_seq, created_at)
  SELECT x.* FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::uuid[], $6::text[],
      $7::uuid[], $8::uuid[], $9::uuid[], $10::bigint[], $11::text[], $12::numeric[],
      $13::numeric[], $14::numeric[], $15::numeric[], $16::bool[], $17::smallint[], $18::numeric[],
      $19::smallint[], $20::text[], $21::int[], $22::timestamptz[], $23::timestamptz[],
      $24::timestamptz[], $25::timestamptz[], $26::timestamptz[], $27::timestamptz[], $28::bool[],
      $29::jsonb[], $30::bigint[], $31::timestamptz[])
    AS x(customer_id, id, env_id, feature_id, entity_id, kind, set_id, parent_id, subscription_id,
         plan_item_id, external_ref, included, prepaid, adjustment, balance, unlimited, overflow,
         floor, reset_by, reset_unit, reset_count, anchor_at, next_reset_at, starts_at, expires_at,
         suspended_at, ended_at, is_add_on, rollover, last_seq, created_at)
    JOIN ok ON ok.customer_id = x.customer_id`;

/** The parameters of `GRANT_INSERT`. */
export function grantInsertParameters(opened: readonly StoredChange[]): string[] {
  const plain = (read: (grant: Grant) => string | number | bigint | boolean | null) =>
    plainArray(opened.map(({ grant }) => read(grant)));
  const instants = (read: (grant: Grant) => Date | null) =>
    instantArray(opened.map(({ grant }) => read(grant)));
  return [
    plainArray(opened.map((c) => c.customerId)),
    plain((grant) => grant.id),
    plainArray(opened.map((c) => c.envId)),
    plain((grant) => grant.featureId),
    plain((grant) => grant.entityId),
    plain((grant) => grant.kind),
    plain((grant) => grant.setId),
    plain((grant) => grant.parentId),
    plain((grant) => grant.subscriptionId),
    plain((grant) => grant.planItemId),
    textArray(opened.map(({ grant }) => grant.externalRef)),
    plain((grant) => grant.included.toString()),
    plain((grant) => grant.prepaid.toString()),
    plain((grant) => grant.adjustment.toString()),
    plain((grant) => grant.balance.toString()),
    plain((grant) => grant.unlimited),
    plain((grant) => grant.overflow),
    plain((grant) => grant.floor?.toString() ?? null),
    plain((grant) => grant.resetBy),
    plain((grant) => grant.reset?.unit ?? null),
    plain((grant) => grant.reset?.count ?? null),
    instants((grant) => grant.anchorAt),
    instants((grant) => grant.nextResetAt),
    instants((grant) => grant.startsAt),
    instants((grant) => grant.expiresAt),
    instants((grant) => grant.suspendedAt),
    instants((grant) => grant.endedAt),
    plain((grant) => grant.isAddOn),
    textArray(
      opened.map(({ grant }) => (grant.rollover === null ? null : JSON.stringify(grant.rollover))),
    ),
    plainArray(opened.map((c) => c.entries.at(-1)?.seq ?? 0n)),
    instants((grant) => grant.createdAt),
  ];
}

/** The insert of ledger entries, as a fragment like `GRANT_UPDATE`. */
export const ENTRY_INSERT = `
  INSERT INTO ledger_entry (customer_id, grant_id, recorded_at, seq, at, env_id, feature_id, cause,
    allowance, cause_id, delta, balance_after, granted_delta, granted_after)
  SELECT x.* FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::timestamptz[],
      $6::int[], $7::int[], $8::smallint[], $9::smallint[], $10::uuid[], $11::numeric[],
      $12::numeric[], $13::numeric[], $14::numeric[])
    AS x(customer_id, grant_id, recorded_at, seq, at, env_id, feature_id, cause, allowance, cause_id,
         delta, balance_after, granted_delta, granted_after)
    JOIN ok ON ok.customer_id = x.customer_id`;

/** The parameters of `ENTRY_INSERT`. */
export function entryParameters(changed: readonly StoredChange[]): string[] {
  const entries = changed.flatMap((change) => change.entries.map((entry) => ({ change, entry })));
  const plain = (
    read: (entry: StoredChange["entries"][number]) => string | number | bigint | null,
  ) => plainArray(entries.map(({ entry }) => read(entry)));
  return [
    plainArray(entries.map(({ change }) => change.customerId)),
    plain((entry) => entry.grantId),
    instantArray(entries.map(({ entry }) => entry.recordedAt)),
    plain((entry) => entry.seq),
    instantArray(entries.map(({ entry }) => entry.at)),
    plainArray(entries.map(({ change }) => change.envId)),
    plainArray(entries.map(({ change }) => change.grant.featureId)),
    plain((entry) => entry.cause),
    plain((entry) => entry.allowance),
    plain((entry) => entry.causeId),
    plain((entry) => entry.delta.toString()),
    plain((entry) => entry.balanceAfter.toString()),
    plain((entry) => entry.grantedDelta.toString()),
    plain((entry) => entry.grantedAfter.toString()),
  ];
}

/**
 * Locks as they stand: made, or closed. Closed ones first, so that a key that is free again within
 * the same statement can be taken again. Only a held lock needs its properties: those of its events
 * stay with the events, where they can be erased.
 */
export const LOCK_UPSERT = `
  INSERT INTO lock (customer_id, id, env_id, lock_key, feature_id, entity_id, amount, status,
    part_grants, part_amounts, part_units, properties, expires_at, lapses, closed_at,
    close_event_id, created_at)
  SELECT x.customer_id, x.id, x.env_id, x.lock_key, x.feature_id, x.entity_id, x.amount, x.status,
    x.part_grants::uuid[], x.part_amounts::numeric[], x.part_units::numeric[],
    CASE WHEN x.status = 0 THEN x.properties END, x.expires_at, x.lapses, x.closed_at,
    x.close_event_id, x.created_at
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::int[], $6::uuid[], $7::numeric[],
      $8::smallint[], $9::text[], $10::text[], $11::text[], $12::jsonb[], $13::timestamptz[],
      $14::bool[], $15::timestamptz[], $16::uuid[], $17::timestamptz[])
    AS x(customer_id, id, env_id, lock_key, feature_id, entity_id, amount, status, part_grants,
         part_amounts, part_units, properties, expires_at, lapses, closed_at, close_event_id, created_at)
    JOIN ok ON ok.customer_id = x.customer_id
  ORDER BY x.status DESC
  ON CONFLICT (customer_id, id) DO UPDATE
    SET status = excluded.status, properties = excluded.properties, closed_at = excluded.closed_at,
      close_event_id = excluded.close_event_id`;

/** Counters of usage limits as they stand. */
export const WINDOW_UPSERT = `
  INSERT INTO usage_window (customer_id, feature_id, scope_id, limit_hash, starts_at, ends_at, env_id, used)
  SELECT x.* FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::bigint[], $5::timestamptz[],
      $6::timestamptz[], $7::int[], $8::numeric[])
    AS x(customer_id, feature_id, scope_id, limit_hash, starts_at, ends_at, env_id, used)
    JOIN ok ON ok.customer_id = x.customer_id
  ON CONFLICT (customer_id, feature_id, scope_id, limit_hash, starts_at) DO UPDATE
    SET ends_at = excluded.ends_at, used = excluded.used`;

/** When alerts fired last. */
export const ALERT_UPSERT = `
  INSERT INTO alert_state (customer_id, scope_id, feature_id, key, env_id, fired_at)
  SELECT x.* FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::int[], $6::timestamptz[])
    AS x(customer_id, scope_id, feature_id, key, env_id, fired_at)
    JOIN ok ON ok.customer_id = x.customer_id
  ON CONFLICT (customer_id, scope_id, feature_id, key) DO UPDATE SET fired_at = excluded.fired_at`;

/** Automatic top-ups that are asked for. */
export const TOPUP_UPSERT = `
  INSERT INTO topup_state (customer_id, feature_id, env_id, requested_at, suppressed_until)
  SELECT x.* FROM unnest($1::uuid[], $2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[])
    AS x(customer_id, feature_id, env_id, requested_at, suppressed_until)
    JOIN ok ON ok.customer_id = x.customer_id
  ON CONFLICT (customer_id, feature_id) DO UPDATE
    SET requested_at = excluded.requested_at, suppressed_until = excluded.suppressed_until`;

/** Erases what the caller said of the held locks of a customer that this transaction deletes. */
export async function eraseLocksOf(ctx: TxCtx, customerId: string): Promise<void> {
  await ctx.db.query(sql`
    UPDATE lock SET properties = NULL
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ${customerId}::uuid
      AND properties IS NOT NULL`);
}

/**
 * Closes due locks of customers that were deleted: their grants have ended, so nothing goes back.
 *
 * @returns how many.
 */
export async function closeLocksOfDeletedCustomers(db: Queryable, now: Date): Promise<number> {
  const closed = await db.query(sql`
    UPDATE lock l SET status = ${LockStatus.expired}, closed_at = ${now}
    FROM customer c
    WHERE c.env_id = l.env_id AND c.id = l.customer_id AND c.deleted_at IS NOT NULL
      AND l.status = 0 AND l.expires_at <= ${now}
    RETURNING l.id`);
  return closed.length;
}

/** An edit of a balance by a person or a key. */
export interface BalanceEditRow {
  readonly id: string;
  readonly customerId: string;
  readonly grantId: string;
  readonly kind: "create" | "update" | "delete" | "undo";
  readonly reason: string;
  readonly input: unknown;
  readonly undoesId: string | null;
}

/** Records who edited a balance and why, beside its ledger entries. */
export async function insertBalanceEdit(ctx: TxCtx, edit: BalanceEditRow): Promise<void> {
  await ctx.db.query(sql`
    INSERT INTO balance_edit (customer_id, id, env_id, grant_id, kind, reason, actor_kind, actor_id,
                              actor_label, input, undoes_id, created_at)
    VALUES (${edit.customerId}::uuid, ${edit.id}::uuid, ${ctx.tenant.envId}, ${edit.grantId}::uuid,
            ${edit.kind}, ${edit.reason}, ${ctx.actor.kind}, ${ctx.actor.id}, ${ctx.actor.label},
            ${JSON.stringify(edit.input)}::jsonb, ${edit.undoesId}::uuid, ${ctx.now})`);
}

/**
 * Takes the gates of customers by external id, in the order of their row ids, and holds them until
 * the transaction ends.
 */
export async function lockGates(
  connection: Queryable,
  customers: readonly { envId: number; externalId: string }[],
): Promise<void> {
  await connection.query(sql`
    SELECT h.customer_id FROM customer_head h JOIN customer c ON c.env_id = h.env_id AND c.id = h.customer_id
    JOIN (SELECT DISTINCT * FROM unnest(${customers.map(({ envId }) => envId)}::int[],
                 ${customers.map(({ externalId }) => externalId)}::text[]) AS i(env_id, external_id)) i
      ON i.env_id = c.env_id AND i.external_id = c.external_id
    WHERE c.deleted_at IS NULL
    ORDER BY h.customer_id FOR UPDATE OF h`);
}

/** Takes gates by the customers' row ids, in their order, and holds them until the transaction ends. */
export async function lockGatesById(tx: Tx, customerIds: readonly string[]): Promise<void> {
  await tx.query(sql`
    SELECT h.customer_id FROM customer_head h WHERE h.customer_id = ANY(${customerIds}::uuid[])
    ORDER BY h.customer_id FOR UPDATE`);
}

/** Moves gates that the transaction holds, so that whoever read them before can write nothing. */
export async function moveGates(tx: Tx, customerIds: readonly string[]): Promise<void> {
  if (customerIds.length === 0) return;
  await tx.query(sql`
    UPDATE customer_head SET seq = seq + 1 WHERE customer_id = ANY(${customerIds}::uuid[])`);
}

/** The gate of a new customer. */
export async function insertGate(ctx: TxCtx, customerId: string): Promise<void> {
  await ctx.db.query(sql`
    INSERT INTO customer_head (customer_id, env_id, seq, recorded_at)
    VALUES (${customerId}::uuid, ${ctx.tenant.envId}, 0, ${ctx.now})`);
}
