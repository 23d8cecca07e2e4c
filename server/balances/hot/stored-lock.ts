import type { Lock, LockStatus } from "../../core/balances/lock";
import { fromRow } from "../../core/quantity";
import { instantOf } from "../../platform/sql-text";

/** The held lock `i.lock_key` of the environment, as `StoredLock`. Decimals travel as text. */
export const HELD_LOCK = `
  SELECT json_build_object('customer_id', l.customer_id, 'id', l.id, 'lock_key', l.lock_key,
    'feature_id', l.feature_id, 'entity_id', l.entity_id, 'amount', l.amount::text,
    'status', l.status, 'part_grants', l.part_grants, 'part_amounts', l.part_amounts::text[],
    'part_units', l.part_units::text[], 'properties', l.properties, 'expires_at', l.expires_at::text,
    'lapses', l.lapses, 'created_at', l.created_at::text)
  FROM lock l WHERE l.env_id = i.env_id AND l.lock_key = i.lock_key AND l.status = 0`;

/** A held lock as it came. */
export interface StoredLock {
  readonly customer_id: string;
  readonly id: string;
  readonly lock_key: string;
  readonly feature_id: number;
  readonly entity_id: string | null;
  readonly amount: string;
  readonly status: LockStatus;
  readonly part_grants: readonly string[];
  readonly part_amounts: readonly string[];
  readonly part_units: readonly string[];
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly expires_at: string;
  readonly lapses: boolean;
  readonly created_at: string;
}

export function heldLockOf(stored: StoredLock): Lock {
  return {
    id: stored.id,
    key: stored.lock_key,
    featureId: stored.feature_id,
    entityId: stored.entity_id,
    amount: fromRow(stored.amount),
    status: stored.status,
    parts: stored.part_grants.map((grantId, n) => ({
      grantId,
      amount: fromRow(stored.part_amounts[n] ?? "0"),
      units: fromRow(stored.part_units[n] ?? "0"),
    })),
    properties: stored.properties,
    expiresAt: instantOf(stored.expires_at),
    lapses: stored.lapses,
    closedAt: null,
    closeEventId: null,
    createdAt: instantOf(stored.created_at),
  };
}
