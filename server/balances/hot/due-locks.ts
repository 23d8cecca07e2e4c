import type { CatalogFeature } from "../../catalog/catalog";
import { isLockDue } from "../../core/balances/lock";
import { invariant } from "../../core/invariant";
import type { Tenant } from "../../platform/context";
import type { Db } from "../../platform/db";
import { type Sql, sql } from "../../platform/sql";
import { systemContext } from "../../platform/system-context";
import { decideClosing } from "../locks/settle-lock";
import type { UsageRequest } from "./subject";

const CHUNK = 200;

/** A held lock whose time is over. */
export interface DueLock extends Tenant {
  readonly id: string;
  readonly lockKey: string;
  readonly featureId: number;
  readonly expiresAt: Date;
  /** External ids; an entity that was deleted since has none. */
  readonly customer: string;
  readonly entity: string | null;
}

const selectDue = sql`
  SELECT l.id, l.lock_key AS "lockKey", l.feature_id AS "featureId", l.expires_at AS "expiresAt",
    c.external_id AS customer, e.external_id AS entity,
    v.org_id AS "orgId", v.id AS "envId", v.slug AS "envSlug", v.kind AS "envKind"
  FROM lock l JOIN environment v ON v.id = l.env_id
  JOIN customer c ON c.env_id = l.env_id AND c.id = l.customer_id AND c.deleted_at IS NULL
  LEFT JOIN entity e ON e.customer_id = l.customer_id AND e.id = l.entity_id AND e.deleted_at IS NULL`;

/** The due locks of all customers that fell due longest ago, beyond the last one of a chunk before. */
export function findDueLocks(db: Db, now: Date, after: DueLock | undefined): Promise<DueLock[]> {
  const beyond =
    after === undefined
      ? sql`true`
      : sql`(l.expires_at, l.id) > (${after.expiresAt}, ${after.id}::uuid)`;
  return db.query<DueLock>(sql`
    ${selectDue} WHERE l.status = 0 AND l.expires_at <= ${now} AND ${beyond}
    ORDER BY l.expires_at, l.id LIMIT ${CHUNK}`);
}

/**
 * Whose locks: those of customers by their row ids, of one by its caller's id, of whoever has an
 * entity with this caller's id, or of whom an edit is about.
 */
export type LockHolders =
  | { readonly customerIds: readonly string[] }
  | { readonly externalId: string }
  | { readonly entityExternalId: string }
  | { readonly editId: string };

/**
 * The requests that close the due locks of some customers, in the order in which they fell due. One
 * read by index, which mostly finds nothing.
 */
export async function closingsOfDueLocks(
  db: Db,
  { envId, now }: { readonly envId: number; readonly now: Date },
  whose: LockHolders,
): Promise<UsageRequest[]> {
  const due = await db.query<DueLock>(sql`
    ${selectDue} WHERE l.status = 0 AND l.env_id = ${envId} AND l.expires_at <= ${now}
      AND ${heldBy(envId, whose)}
    ORDER BY l.expires_at, l.id`);
  return due.map((lock) => closingOf(db, lock));
}

function heldBy(envId: number, whose: LockHolders): Sql {
  if ("customerIds" in whose) return sql`l.customer_id = ANY(${whose.customerIds}::uuid[])`;
  if ("externalId" in whose) return sql`c.external_id = ${whose.externalId}`;
  if ("entityExternalId" in whose) {
    return sql`l.customer_id IN (SELECT o.customer_id FROM entity o WHERE o.env_id = ${envId}
      AND o.external_id = ${whose.entityExternalId} AND o.deleted_at IS NULL)`;
  }
  return sql`l.customer_id = (SELECT b.customer_id FROM balance_edit b
    WHERE b.env_id = ${envId} AND b.id = ${whose.editId}::uuid)`;
}

/**
 * Closes a due lock: decided as of its expiry, unless the customer's ledger has moved beyond that.
 * Answers 1, or 0 if somebody else was faster.
 */
export function closingOf(db: Db, due: DueLock): UsageRequest {
  const ctx = systemContext(db, due, "expire_locks");
  return {
    ctx: { ...ctx, now: due.expiresAt },
    customerId: due.customer,
    entityId: due.entity,
    lockKey: due.lockKey,
    closesDueLocks: true,
    featuresIn: ({ featureById }) => [requireFeature(featureById.get(due.featureId))],
    decide: (subject) => {
      const { lock, now } = subject;
      const isDue = lock !== null && lock.id === due.id && isLockDue(lock, now);
      return isDue ? decideClosing(subject, lock, ctx.now) : { answer: 0, changes: [], events: [] };
    },
  };
}

function requireFeature(feature: CatalogFeature | undefined): CatalogFeature {
  invariant(feature !== undefined, "A lock's feature is never removed.");
  return feature;
}
