import { type Lock, LockStatus } from "../../core/balances/lock";
import { fromRow, type Quantity } from "../../core/quantity";
import type { Ctx } from "../../platform/context";
import { empty, sql } from "../../platform/sql";
import { type GrantRow, selectGrant } from "../grant-row";

/** A grant, ended ones included, with the figures that its ledger proves up to an instant. */
export interface ProvenGrant {
  readonly row: GrantRow;
  /** Null when the ledger has no entry up to the instant. */
  readonly proven: { balance: Quantity; granted: Quantity; at: Date } | null;
  /** What the whole ledger says, for the comparison with the stored row; null without an entry. */
  readonly newest: { balance: Quantity; granted: Quantity } | null;
  /** The dates as they stood then, where an edit has changed them since; else null. */
  readonly datesThen: { anchorAt: Date | null; expiresAt: Date | null } | null;
}

interface ProvenRow extends GrantRow {
  proven_balance: string | null;
  proven_granted: string;
  proven_at: Date;
  newest_balance: string | null;
  newest_granted: string;
  dates_then: { anchor_at: number | null; expires_at: number | null } | null;
}

/**
 * The grants of a feature with their newest ledger entry, and the newest one up to `asOf`: two index
 * probes each.
 */
export async function loadProvenGrants(
  ctx: Ctx,
  wanted: { customerId: string; featureId: number; asOf: Date },
): Promise<ProvenGrant[]> {
  const rows = await ctx.db.query<ProvenRow>(sql`
    SELECT ${selectGrant}, l.balance_after AS proven_balance, l.granted_after AS proven_granted,
           l.at AS proven_at, n.balance_after AS newest_balance, n.granted_after AS newest_granted,
           b.dates_then
    FROM grants g
    LEFT JOIN LATERAL (
      SELECT balance_after, granted_after, at FROM ledger_entry l
      WHERE l.customer_id = g.customer_id AND l.grant_id = g.id AND l.recorded_at <= ${wanted.asOf}
        AND l.at <= ${wanted.asOf}
      ORDER BY l.recorded_at DESC, l.seq DESC LIMIT 1) l ON true
    LEFT JOIN LATERAL (
      SELECT balance_after, granted_after FROM ledger_entry n
      WHERE n.customer_id = g.customer_id AND n.grant_id = g.id
      ORDER BY n.recorded_at DESC, n.seq DESC LIMIT 1) n ON true
    LEFT JOIN LATERAL (
      SELECT b.input -> 'before' AS dates_then FROM balance_edit b
      WHERE b.customer_id = g.customer_id AND b.created_at > ${wanted.asOf}
        AND b.input -> 'before' ->> 'grant_id' = g.id::text
      ORDER BY b.created_at, b.id LIMIT 1) b ON true
    WHERE g.env_id = ${ctx.tenant.envId} AND g.customer_id = ${wanted.customerId}::uuid
      AND g.feature_id = ${wanted.featureId} AND g.created_at <= ${wanted.asOf}
    ORDER BY g.created_at, g.id`);
  return rows.map((row) => ({
    row,
    proven:
      row.proven_balance === null
        ? null
        : {
            balance: fromRow(row.proven_balance),
            granted: fromRow(row.proven_granted),
            at: row.proven_at,
          },
    newest:
      row.newest_balance === null
        ? null
        : { balance: fromRow(row.newest_balance), granted: fromRow(row.newest_granted) },
    datesThen:
      row.dates_then === null
        ? null
        : {
            anchorAt: dateOf(row.dates_then.anchor_at),
            expiresAt: dateOf(row.dates_then.expires_at),
          },
  }));
}

function dateOf(instant: number | null): Date | null {
  return instant === null ? null : new Date(instant);
}

export interface EntryRow {
  grant_id: string;
  seq: bigint;
  recorded_at: Date;
  at: Date;
  cause: number;
  allowance: number;
  cause_id: string | null;
  delta: string;
  balance_after: string;
  granted_delta: string;
  granted_after: string;
  /** The sum of all these grants once the entry was made. */
  total_after: string;
  event_feature_id: number | null;
  event_name: string | null;
  event_value: string | null;
  event_occurred_at: Date | null;
  event_properties: Record<string, unknown> | null;
  lock_id: string | null;
  lock_key: string | null;
  lock_status: LockStatus | null;
  lock_amount: string | null;
  lock_feature_id: number | null;
  lock_expires_at: Date | null;
  edit_kind: string | null;
  edit_reason: string | null;
  actor_kind: string | null;
  actor_label: string | null;
  undoes_id: string | null;
  undone: boolean;
}

/**
 * A page of the ledger of several grants, newest first, each entry with the event or the edit
 * behind it. Every grant is probed on its own index range, so a long history costs no more.
 */
export async function loadEntryPage(
  ctx: Ctx,
  wanted: {
    customerId: string;
    grantIds: readonly string[];
    asOf: Date;
    /** Null for every cause. */
    causes: readonly number[] | null;
    before: { recordedAt: Date; seq: bigint } | null;
    limit: number;
  },
): Promise<EntryRow[]> {
  const after =
    wanted.before === null
      ? empty
      : sql`AND (l.recorded_at, l.seq) < (${wanted.before.recordedAt}, ${wanted.before.seq})`;
  const ofCause =
    wanted.causes === null ? empty : sql`AND l.cause = ANY(${wanted.causes}::smallint[])`;
  return ctx.db.query<EntryRow>(sql`
    SELECT l.grant_id, l.seq, l.recorded_at, l.at, l.cause, l.allowance, l.cause_id, l.delta,
           l.balance_after, l.granted_delta, l.granted_after,
           (SELECT sum(s.balance_after) FROM unnest(${wanted.grantIds}::uuid[]) AS o(grant_id)
            CROSS JOIN LATERAL (
              SELECT x.balance_after FROM ledger_entry x
              WHERE x.customer_id = ${wanted.customerId}::uuid AND x.grant_id = o.grant_id
                AND (x.recorded_at, x.seq) <= (l.recorded_at, l.seq)
              ORDER BY x.recorded_at DESC, x.seq DESC LIMIT 1) s) AS total_after,
           e.feature_id AS event_feature_id, e.event_name, e.value AS event_value, e.occurred_at AS event_occurred_at,
           e.properties AS event_properties, k.id AS lock_id, k.lock_key, k.status AS lock_status,
           k.amount AS lock_amount, k.feature_id AS lock_feature_id,
           k.expires_at AS lock_expires_at, b.kind AS edit_kind, b.reason AS edit_reason,
           b.actor_kind, b.actor_label, b.undoes_id,
           (b.id IS NOT NULL AND EXISTS (
             SELECT 1 FROM balance_edit u
             WHERE u.customer_id = b.customer_id AND u.undoes_id = b.id)) AS undone
    FROM (
      SELECT p.* FROM unnest(${wanted.grantIds}::uuid[]) AS i(grant_id)
      CROSS JOIN LATERAL (
        SELECT l.* FROM ledger_entry l
        WHERE l.customer_id = ${wanted.customerId}::uuid AND l.grant_id = i.grant_id
          AND l.recorded_at <= ${wanted.asOf} ${after} ${ofCause}
        ORDER BY l.recorded_at DESC, l.seq DESC LIMIT ${wanted.limit}) p
      ORDER BY p.recorded_at DESC, p.seq DESC LIMIT ${wanted.limit}) l
    LEFT JOIN meter_event e ON l.cause IN (10, 11) AND e.id = l.cause_id AND e.recorded_at = l.recorded_at
    LEFT JOIN LATERAL (
      SELECT k.* FROM lock k WHERE l.cause = 11 AND k.customer_id = l.customer_id AND k.id = l.cause_id
      UNION ALL
      SELECT k.* FROM lock k
      WHERE l.cause = 11 AND k.customer_id = l.customer_id AND k.close_event_id = l.cause_id) k ON true
    LEFT JOIN balance_edit b ON b.customer_id = l.customer_id AND b.id = l.cause_id
    ORDER BY l.recorded_at DESC, l.seq DESC`);
}

/**
 * A customer's locks that were over at an instant while they were still stored as held: what they
 * held had gone back by then. In the order in which they fell due.
 */
export async function loadOverdueLocks(
  ctx: Ctx,
  wanted: { customerId: string; featureIds: readonly number[]; asOf: Date },
): Promise<Lock[]> {
  const rows = await ctx.db.query<LockRow>(sql`
    SELECT k.id, k.lock_key, k.feature_id, k.entity_id, k.amount, k.part_grants,
      k.part_amounts::text[] AS part_amounts, k.part_units::text[] AS part_units, k.properties,
      k.expires_at, k.created_at
    FROM lock k
    WHERE k.env_id = ${ctx.tenant.envId} AND k.customer_id = ${wanted.customerId}::uuid
      AND k.feature_id = ANY(${wanted.featureIds}::int[]) AND NOT k.lapses
      AND k.created_at <= ${wanted.asOf} AND k.expires_at <= ${wanted.asOf}
      AND (k.status = ${LockStatus.held} OR k.status = ${LockStatus.expired} AND k.closed_at > ${wanted.asOf})
    ORDER BY k.expires_at, k.id`);
  return rows.map((row) => ({
    id: row.id,
    key: row.lock_key,
    featureId: row.feature_id,
    entityId: row.entity_id,
    amount: fromRow(row.amount),
    status: LockStatus.held,
    parts: row.part_grants.map((grantId, n) => ({
      grantId,
      amount: fromRow(row.part_amounts[n] ?? "0"),
      units: fromRow(row.part_units[n] ?? "0"),
    })),
    properties: row.properties,
    expiresAt: row.expires_at,
    lapses: false,
    closedAt: null,
    closeEventId: null,
    createdAt: row.created_at,
  }));
}

interface LockRow {
  id: string;
  lock_key: string;
  feature_id: number;
  entity_id: string | null;
  amount: string;
  part_grants: readonly string[];
  part_amounts: readonly string[];
  part_units: readonly string[];
  properties: Record<string, unknown> | null;
  expires_at: Date;
  created_at: Date;
}
