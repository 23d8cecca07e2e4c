import { WindfallError } from "../core/error";
import type { ReadCtx, TxCtx } from "../platform/context";
import { containing } from "../platform/pagination";
import { empty, join, raw, type Sql, sql } from "../platform/sql";

/** A living entity with its customer's names. */
export interface EntityRow {
  readonly id: string;
  readonly customerId: string;
  readonly customerExternalId: string | null;
  /** The customer's, as stored. */
  readonly customerControls: Readonly<Record<string, unknown>> | null;
  readonly externalId: string;
  readonly name: string | null;
  /** The seat feature that types it. */
  readonly featureId: number;
  /** As stored; `catalog/controls.ts` reads them. */
  readonly billingControls: Readonly<Record<string, unknown>> | null;
  readonly createdAt: Date;
  /** The wall time of the customer's last balance write. */
  readonly recordedAt: Date;
}

/** Which entities a page of the list shows. */
export interface EntityFilter {
  readonly after: { readonly createdAt: Date; readonly id: string } | null;
  readonly limit: number;
  readonly customerId: string | null;
  readonly search: string | null;
  /** A condition on an entity `e`, made by the owner of what it looks at. */
  readonly also: Sql;
}

const selectEntity = sql`
  SELECT e.id, e.customer_id AS "customerId", c.external_id AS "customerExternalId",
    c.billing_controls AS "customerControls",
    e.external_id AS "externalId", e.name, e.feature_id AS "featureId",
    e.billing_controls AS "billingControls", e.created_at AS "createdAt", h.recorded_at AS "recordedAt"
  FROM entity e
    JOIN customer c ON c.env_id = e.env_id AND c.id = e.customer_id
    JOIN customer_head h ON h.customer_id = e.customer_id`;

/** The living entity of a customer that a caller names. */
async function findEntity(
  ctx: ReadCtx,
  customerId: string,
  externalId: string,
): Promise<EntityRow | null> {
  const [row] = await ctx.db.query<EntityRow>(sql`${selectEntity}
    WHERE e.env_id = ${ctx.tenant.envId} AND e.customer_id = ${customerId}::uuid
      AND e.external_id = ${externalId} AND e.deleted_at IS NULL`);
  return row ?? null;
}

/**
 * The living entity of a customer that a caller names: never another one, nor the customer itself.
 *
 * @throws `not_found/entity_not_found`
 */
export async function requireEntity(
  ctx: ReadCtx,
  customerId: string,
  externalId: string,
): Promise<EntityRow> {
  const row = await findEntity(ctx, customerId, externalId);
  if (row === null) throw entityNotFound(externalId);
  return row;
}

/**
 * The one living entity with an id, whichever customer it belongs to.
 *
 * @throws `not_found/entity_not_found`, or `invalid_request` when several customers have one.
 */
export async function requireEntityAnywhere(ctx: ReadCtx, externalId: string): Promise<EntityRow> {
  const rows = await ctx.db.query<EntityRow>(sql`${selectEntity}
    WHERE e.env_id = ${ctx.tenant.envId} AND e.external_id = ${externalId}
      AND e.deleted_at IS NULL LIMIT 2`);
  const [row] = rows;
  if (row === undefined) throw entityNotFound(externalId);
  if (rows.length === 1) return row;
  throw new WindfallError(
    "invalid_request",
    "invalid_request",
    `Several customers have an entity ${externalId}. Pass customer_id to say which one.`,
  );
}

/** The 404 of every operation that names an entity. */
export function entityNotFound(externalId: string): WindfallError {
  return new WindfallError("not_found", "entity_not_found", `Entity ${externalId} not found.`);
}

/** The living entities of customers, oldest first, by customer. */
export async function listEntitiesOf(
  ctx: ReadCtx,
  customerIds: readonly string[],
): Promise<Map<string, EntityRow[]>> {
  const rows = await ctx.db.query<EntityRow>(sql`${selectEntity}
    WHERE e.env_id = ${ctx.tenant.envId} AND e.customer_id = ANY(${customerIds}::uuid[])
      AND e.deleted_at IS NULL
    ORDER BY e.customer_id, e.created_at, e.id`);
  const byCustomer = new Map<string, EntityRow[]>(customerIds.map((id) => [id, []]));
  for (const row of rows) byCustomer.get(row.customerId)?.push(row);
  return byCustomer;
}

/** One row more than the limit, when there are more; newest first. */
export async function listEntityPage(ctx: ReadCtx, filter: EntityFilter): Promise<EntityRow[]> {
  const { after, search, customerId } = filter;
  const pattern = search === null ? null : containing(search);
  const conditions = [
    sql`e.env_id = ${ctx.tenant.envId} AND e.deleted_at IS NULL`,
    after === null
      ? empty
      : sql`AND (e.created_at, e.id) < (${after.createdAt}, ${after.id}::uuid)`,
    customerId === null ? empty : sql`AND e.customer_id = ${customerId}::uuid`,
    pattern === null ? empty : sql`AND (e.external_id ILIKE ${pattern} OR e.name ILIKE ${pattern})`,
    filter.also,
  ];
  return ctx.db.query<EntityRow>(sql`${selectEntity} WHERE ${join(conditions, " ")}
    ORDER BY e.created_at DESC, e.id DESC LIMIT ${filter.limit + 1}`);
}

/**
 * Makes an entity.
 *
 * @returns false when the customer already has a living one with this id.
 */
export async function insertEntity(
  ctx: TxCtx,
  entity: Omit<EntityRow, "customerExternalId" | "customerControls" | "recordedAt">,
): Promise<boolean> {
  const made = await ctx.db.query(sql`
    INSERT INTO entity (customer_id, id, env_id, external_id, name, feature_id, billing_controls,
                        created_at)
    VALUES (${entity.customerId}::uuid, ${entity.id}::uuid, ${ctx.tenant.envId},
            ${entity.externalId}, ${entity.name}, ${entity.featureId},
            ${controlsText(entity.billingControls)}::jsonb, ${entity.createdAt})
    ON CONFLICT DO NOTHING RETURNING id`);
  return made.length > 0;
}

function controlsText(controls: EntityRow["billingControls"]): string | null {
  return controls === null ? null : JSON.stringify(controls);
}

/** Replaces the controls of an entity as a whole; behind the customer's gate. */
export async function updateEntityControls(
  ctx: TxCtx,
  entity: Pick<EntityRow, "customerId" | "id" | "billingControls">,
): Promise<void> {
  await ctx.db.query(sql`
    UPDATE entity SET billing_controls = ${controlsText(entity.billingControls)}::jsonb
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ${entity.customerId}::uuid
      AND id = ${entity.id}::uuid AND deleted_at IS NULL`);
}

/** Renames an entity. */
export async function renameEntity(
  ctx: TxCtx,
  entity: Pick<EntityRow, "customerId" | "id">,
  name: string | null,
): Promise<void> {
  await ctx.db.query(sql`
    UPDATE entity SET name = ${name}
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ${entity.customerId}::uuid
      AND id = ${entity.id}::uuid AND deleted_at IS NULL`);
}

/** Turns entities of a customer, or all of them, into tombstones; their ids are free again. */
export async function buryEntities(
  ctx: TxCtx,
  customerId: string,
  ids: readonly string[] | "all",
): Promise<void> {
  const chosen = ids === "all" ? raw("true") : sql`id = ANY(${ids}::uuid[])`;
  await ctx.db.query(sql`
    UPDATE entity SET deleted_at = ${ctx.now}, name = NULL, billing_controls = NULL
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ${customerId}::uuid
      AND deleted_at IS NULL AND ${chosen}`);
}

/** Whether an entity took a unit of its seat feature: its ledger entry says so. */
export async function tookSeat(ctx: ReadCtx, entity: EntityRow): Promise<boolean> {
  const rows = await ctx.db.query(sql`
    SELECT 1 FROM grants g
      JOIN ledger_entry l ON l.customer_id = g.customer_id AND l.grant_id = g.id
    WHERE g.env_id = ${ctx.tenant.envId} AND g.customer_id = ${entity.customerId}::uuid
      AND g.feature_id = ${entity.featureId} AND l.cause = 14 AND l.cause_id = ${entity.id}::uuid
    LIMIT 1`);
  return rows.length > 0;
}
