import type { Grant } from "../core/balances/grant";
import type { GrantChange, LedgerDraft } from "../core/balances/ledger";
import type { ReadCtx, TxCtx } from "../platform/context";
import { empty, type Queryable, Sql, sql } from "../platform/sql";
import type { Gate } from "./gate";
import { type GrantRow, type PlanSlugOf, selectGrant, toGrant } from "./grant-row";

/** A grant's final row with the entries behind it, for the writers below. */
export interface StoredChange {
  readonly customerId: string;
  readonly envId: number;
  readonly grant: Grant;
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
  if (opened.length > 0) await insertGrants(ctx, opened);
  if (changed.length > 0) {
    await ctx.db.query(
      sql`WITH ok AS (SELECT ${gate.customerId}::uuid AS customer_id) ${updateGrants(changed)}`,
    );
  }
  const all = [...opened, ...changed].filter(({ entries }) => entries.length > 0);
  if (all.length > 0) {
    await ctx.db.query(
      sql`WITH ok AS (SELECT ${gate.customerId}::uuid AS customer_id) ${insertEntries(all)}`,
    );
  }
  // The gate moves even when no figure did: a fenced writer must notice changed dates too.
  await ctx.db.query(sql`
    UPDATE customer_head SET seq = ${seq > gate.seq ? seq : gate.seq + 1n}, recorded_at = ${gate.recordedAt}
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ${gate.customerId}::uuid`);
}

async function insertGrants(ctx: TxCtx, opened: readonly StoredChange[]): Promise<void> {
  const column = <Value>(read: (change: StoredChange) => Value): Value[] => opened.map(read);
  await ctx.db.query(sql`
    INSERT INTO grants (customer_id, id, env_id, feature_id, entity_id, kind, set_id, parent_id,
      subscription_id, plan_item_id, external_ref, included, prepaid, adjustment, balance, unlimited,
      overflow, floor, reset_by, reset_unit, reset_count, anchor_at, next_reset_at, starts_at,
      expires_at, is_add_on, rollover, last_seq, created_at)
    SELECT * FROM unnest(
      ${column((c) => c.customerId)}::uuid[], ${column((c) => c.grant.id)}::uuid[],
      ${column((c) => c.envId)}::int[], ${column((c) => c.grant.featureId)}::int[],
      ${column((c) => c.grant.entityId)}::uuid[], ${column((c) => c.grant.kind)}::text[],
      ${column((c) => c.grant.setId)}::uuid[], ${column((c) => c.grant.parentId)}::uuid[],
      ${column((c) => c.grant.subscriptionId)}::uuid[],
      ${column((c) => c.grant.planItemId)}::bigint[], ${column((c) => c.grant.externalRef)}::text[],
      ${column((c) => c.grant.included.toString())}::numeric[],
      ${column((c) => c.grant.prepaid.toString())}::numeric[],
      ${column((c) => c.grant.adjustment.toString())}::numeric[],
      ${column((c) => c.grant.balance.toString())}::numeric[],
      ${column((c) => c.grant.unlimited)}::bool[], ${column((c) => c.grant.overflow)}::smallint[],
      ${column((c) => c.grant.floor?.toString() ?? null)}::numeric[],
      ${column((c) => c.grant.resetBy)}::smallint[],
      ${column((c) => c.grant.reset?.unit ?? null)}::text[],
      ${column((c) => c.grant.reset?.count ?? null)}::int[],
      ${column((c) => c.grant.anchorAt)}::timestamptz[],
      ${column((c) => c.grant.nextResetAt)}::timestamptz[],
      ${column((c) => c.grant.startsAt)}::timestamptz[],
      ${column((c) => c.grant.expiresAt)}::timestamptz[], ${column((c) => c.grant.isAddOn)}::bool[],
      ${column((c) => (c.grant.rollover === null ? null : JSON.stringify(c.grant.rollover)))}::jsonb[],
      ${column((c) => c.entries.at(-1)?.seq ?? 0n)}::bigint[],
      ${column((c) => c.grant.createdAt)}::timestamptz[])`);
}

function updateGrants(changed: readonly StoredChange[]): Sql {
  return fragmentOf(GRANT_UPDATE, grantUpdateParameters(changed));
}

function insertEntries(changed: readonly StoredChange[]): Sql {
  return fragmentOf(ENTRY_INSERT, entryParameters(changed));
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

/** The parameters of `GRANT_UPDATE`, one array per column. */
export function grantUpdateParameters(changed: readonly StoredChange[]): unknown[] {
  return [
    changed.map((c) => c.customerId),
    changed.map((c) => c.grant.id),
    changed.map((c) => c.grant.adjustment.toString()),
    changed.map((c) => c.grant.balance.toString()),
    changed.map((c) => c.grant.anchorAt),
    changed.map((c) => c.grant.nextResetAt),
    changed.map((c) => c.grant.expiresAt),
    changed.map((c) => c.grant.endedAt),
    changed.map((c) => c.grant.included.toString()),
    changed.map((c) => c.entries.at(-1)?.seq ?? 0n),
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
export function entryParameters(changed: readonly StoredChange[]): unknown[] {
  const entries = changed.flatMap((change) => change.entries.map((entry) => ({ change, entry })));
  return [
    entries.map(({ change }) => change.customerId),
    entries.map(({ entry }) => entry.grantId),
    entries.map(({ entry }) => entry.recordedAt),
    entries.map(({ entry }) => entry.seq),
    entries.map(({ entry }) => entry.at),
    entries.map(({ change }) => change.envId),
    entries.map(({ change }) => change.grant.featureId),
    entries.map(({ entry }) => entry.cause),
    entries.map(({ entry }) => entry.allowance),
    entries.map(({ entry }) => entry.causeId),
    entries.map(({ entry }) => entry.delta.toString()),
    entries.map(({ entry }) => entry.balanceAfter.toString()),
    entries.map(({ entry }) => entry.grantedDelta.toString()),
    entries.map(({ entry }) => entry.grantedAfter.toString()),
  ];
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

/** The gate of a new customer. */
export async function insertGate(ctx: TxCtx, customerId: string): Promise<void> {
  await ctx.db.query(sql`
    INSERT INTO customer_head (customer_id, env_id, seq, recorded_at)
    VALUES (${customerId}::uuid, ${ctx.tenant.envId}, 0, ${ctx.now})`);
}
