import type { Grant, GrantKind, Overflow, ResetBy } from "../core/balances/grant";
import type { RolloverRule } from "../core/balances/rollover";
import type { IntervalUnit } from "../core/interval";
import { fromRow } from "../core/quantity";
import { raw } from "../platform/sql";
import { instantOf, recordCells } from "../platform/sql-text";

/** A row of `grants` as Postgres gives it: `numeric` as text, `bigint` as JS bigint. */
export interface GrantRow {
  id: string;
  set_id: string;
  parent_id: string | null;
  feature_id: number;
  entity_id: string | null;
  kind: GrantKind;
  subscription_id: string | null;
  plan_item_id: bigint | null;
  external_ref: string | null;
  included: string;
  prepaid: string;
  adjustment: string;
  balance: string;
  unlimited: boolean;
  overflow: Overflow;
  floor: string | null;
  reset_by: ResetBy;
  reset_unit: IntervalUnit | null;
  reset_count: number | null;
  anchor_at: Date | null;
  next_reset_at: Date | null;
  starts_at: Date;
  expires_at: Date | null;
  ended_at: Date | null;
  suspended_at: Date | null;
  is_add_on: boolean;
  rollover: StoredRollover | null;
  last_seq: bigint;
  created_at: Date;
}

const GRANT_COLUMNS = [
  "id",
  "set_id",
  "parent_id",
  "feature_id",
  "entity_id",
  "kind",
  "subscription_id",
  "plan_item_id",
  "external_ref",
  "included",
  "prepaid",
  "adjustment",
  "balance",
  "unlimited",
  "overflow",
  "floor",
  "reset_by",
  "reset_unit",
  "reset_count",
  "anchor_at",
  "next_reset_at",
  "starts_at",
  "expires_at",
  "ended_at",
  "suspended_at",
  "is_add_on",
  "rollover",
  "last_seq",
  "created_at",
] as const;

/** `g.id, g.set_id, …` for a query that names the table `g`. */
export const selectGrant = raw(GRANT_COLUMNS.map((column) => `g.${column}`).join(", "));

/** A rollover rule as stored on grants and plan items: decimals as text. */
interface StoredRollover {
  readonly max: string | null;
  readonly maxPercentage: string | null;
  readonly expiryMonths: number | null;
}

function readRollover(stored: StoredRollover): RolloverRule {
  return {
    max: stored.max === null ? null : fromRow(stored.max),
    maxPercentage: stored.maxPercentage === null ? null : fromRow(stored.maxPercentage),
    expiryMonths: stored.expiryMonths,
  };
}

/** The slug of the plan that a plan item belongs to; the catalog knows it. */
export type PlanSlugOf = (planItemId: bigint) => string | null;

/** A row as the value that the core works on. */
export function toGrant(row: GrantRow, planSlugOf: PlanSlugOf): Grant {
  return {
    id: row.id,
    setId: row.set_id,
    parentId: row.parent_id,
    featureId: row.feature_id,
    entityId: row.entity_id,
    kind: row.kind,
    subscriptionId: row.subscription_id,
    planItemId: row.plan_item_id,
    planId: row.plan_item_id === null ? null : planSlugOf(row.plan_item_id),
    externalRef: row.external_ref,
    included: fromRow(row.included),
    prepaid: fromRow(row.prepaid),
    adjustment: fromRow(row.adjustment),
    balance: fromRow(row.balance),
    unlimited: row.unlimited,
    overflow: row.overflow,
    floor: row.floor === null ? null : fromRow(row.floor),
    reset:
      row.reset_unit === null || row.reset_count === null
        ? null
        : { unit: row.reset_unit, count: row.reset_count },
    resetBy: row.reset_by,
    anchorAt: row.anchor_at,
    nextResetAt: row.next_reset_at,
    startsAt: row.starts_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    suspendedAt: row.suspended_at,
    isAddOn: row.is_add_on,
    rollover: row.rollover === null ? null : readRollover(row.rollover),
    lastSeq: row.last_seq,
    createdAt: row.created_at,
  };
}

/** The grant's columns in the order that {@link grantOfRecord} reads, all but those of free text. */
const RECORD_COLUMNS = GRANT_COLUMNS.filter(
  (column) => column !== "external_ref" && column !== "rollover",
);

/** A grant `g` as the text of one record: a fraction of what its columns one by one cost to read. */
export const grantRecord = `ROW(${RECORD_COLUMNS.map((column) => `g.${column}`).join(", ")})::text`;

/** Which feature the grant of a record is of, without reading the rest. */
export function featureOfRecord(record: string): number {
  return Number(recordCells(record)[3]);
}

/** Reads the text of `grantRecord`, with the two columns that it leaves out. */
export function grantOfRecord(
  record: string,
  beside: { externalRef: string | null; rollover: string | null },
  planSlugOf: PlanSlugOf,
): Grant {
  const cells = recordCells(record);
  const text = (n: number) => cells[n] as string;
  const optional = (n: number) => cells[n] || null;
  const instant = (n: number) => (cells[n] ? instantOf(text(n)) : null);
  const planItemId = cells[7] ? BigInt(text(7)) : null;
  const resetUnit = optional(16) as IntervalUnit | null;
  return {
    id: text(0),
    setId: text(1),
    parentId: optional(2),
    featureId: Number(cells[3]),
    entityId: optional(4),
    kind: text(5) as GrantKind,
    subscriptionId: optional(6),
    planItemId,
    planId: planItemId === null ? null : planSlugOf(planItemId),
    externalRef: beside.externalRef,
    included: fromRow(text(8)),
    prepaid: fromRow(text(9)),
    adjustment: fromRow(text(10)),
    balance: fromRow(text(11)),
    unlimited: cells[12] === "t",
    overflow: Number(cells[13]) as Overflow,
    floor: cells[14] ? fromRow(text(14)) : null,
    reset: resetUnit === null || !cells[17] ? null : { unit: resetUnit, count: Number(cells[17]) },
    resetBy: Number(cells[15]) as ResetBy,
    anchorAt: instant(18),
    nextResetAt: instant(19),
    startsAt: instantOf(text(20)),
    expiresAt: instant(21),
    endedAt: instant(22),
    suspendedAt: instant(23),
    isAddOn: cells[24] === "t",
    rollover: beside.rollover === null ? null : readRollover(JSON.parse(beside.rollover)),
    lastSeq: BigInt(text(25)),
    createdAt: instantOf(text(26)),
  };
}
