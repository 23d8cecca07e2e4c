import { WindfallError } from "../core/error";
import { parsePublicId } from "../core/id";
import type { ReadCtx, TxCtx } from "../platform/context";
import { newId } from "../platform/id";
import { containing } from "../platform/pagination";
import { empty, join, raw, type Sql, sql } from "../platform/sql";

/** Billing controls as they are stored; `catalog/controls.ts` reads them. */
type Controls = Readonly<Record<string, unknown>>;

/** A living customer with the wall time of its last balance write. */
export interface CustomerRow {
  readonly id: string;
  readonly externalId: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly fingerprint: string | null;
  readonly metadata: Record<string, unknown>;
  readonly currency: string | null;
  readonly sendEmailReceipts: boolean;
  readonly billingControls: Controls | null;
  readonly createdAt: Date;
  /** Never before the customer's newest grant or ledger entry, whatever the clocks say. */
  readonly recordedAt: Date;
}

/** What is stored about a customer that is being made. */
export interface CustomerFields {
  readonly externalId: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly fingerprint: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly currency: string | null;
  readonly sendEmailReceipts: boolean;
  readonly billingControls: Controls | null;
}

/** Fields to change; an absent one stays as it is. */
export interface CustomerPatch {
  readonly externalId?: string;
  readonly email?: string | null;
  readonly name?: string | null;
  readonly fingerprint?: string | null;
  readonly currency?: string | null;
  readonly sendEmailReceipts?: boolean;
  /** The whole of them as they shall be. */
  readonly billingControls?: Controls | null;
  /** Merged key by key, a null value removes its key; null empties the whole. */
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

/** Which customers a page of the list shows. */
export interface CustomerFilter {
  readonly after: { readonly createdAt: Date; readonly id: string } | null;
  readonly limit: number;
  readonly ascending: boolean;
  readonly search: string | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
  /** A condition on a customer `c`, made by the owner of what it looks at. */
  readonly also: Sql;
}

const columns = raw(`c.id, c.external_id AS "externalId", c.email, c.name, c.fingerprint,
  c.metadata, c.currency, c.send_email_receipts AS "sendEmailReceipts",
  c.billing_controls AS "billingControls",
  c.created_at AS "createdAt", h.recorded_at AS "recordedAt"`);

/** The expression that the index `customer_search` is built on, letter by letter. */
const searchText = raw(
  "(coalesce(c.external_id,'')||' '||coalesce(c.name,'')||' '||coalesce(c.email,''))",
);

/** The living customer that a caller names by its own id, or by ours where it has none. */
async function findCustomer(ctx: ReadCtx, reference: string): Promise<CustomerRow | null> {
  const [row] = await ctx.db.query<CustomerRow>(sql`
    SELECT ${columns} FROM customer c JOIN customer_head h ON h.customer_id = c.id
    WHERE c.env_id = ${ctx.tenant.envId} AND c.deleted_at IS NULL
      AND (c.external_id = ${reference}
        OR (c.external_id IS NULL AND c.id = ${parsePublicId("cus", reference)}::uuid))
    ORDER BY c.external_id NULLS LAST LIMIT 1`);
  return row ?? null;
}

/** The living customer with this id of the tenant's own. */
export async function findCustomerByExternalId(
  ctx: ReadCtx,
  externalId: string,
): Promise<CustomerRow | null> {
  const [row] = await ctx.db.query<CustomerRow>(sql`
    SELECT ${columns} FROM customer c JOIN customer_head h ON h.customer_id = c.id
    WHERE c.env_id = ${ctx.tenant.envId} AND c.external_id = ${externalId}
      AND c.deleted_at IS NULL`);
  return row ?? null;
}

/**
 * The living customer that a caller names.
 *
 * @throws `not_found/customer_not_found`
 */
export async function requireCustomer(ctx: ReadCtx, reference: string): Promise<CustomerRow> {
  const row = await findCustomer(ctx, reference);
  if (row === null) throw customerNotFound(reference);
  return row;
}

/** The 404 of every operation that names a customer; also what another tenant's customer gives. */
export function customerNotFound(reference: string): WindfallError {
  return new WindfallError("not_found", "customer_not_found", `Customer ${reference} not found.`);
}

/** The living customer that has this address and no id yet: at most one. */
export async function findClaimable(ctx: ReadCtx, email: string): Promise<CustomerRow | null> {
  const [row] = await ctx.db.query<CustomerRow>(sql`
    SELECT ${columns} FROM customer c JOIN customer_head h ON h.customer_id = c.id
    WHERE c.env_id = ${ctx.tenant.envId} AND lower(c.email) = lower(${email})
      AND c.external_id IS NULL AND c.deleted_at IS NULL`);
  return row ?? null;
}

/** Living customers by row id, in no particular order. */
export async function listCustomersById(
  ctx: ReadCtx,
  ids: readonly string[],
): Promise<CustomerRow[]> {
  return ctx.db.query<CustomerRow>(sql`
    SELECT ${columns} FROM customer c JOIN customer_head h ON h.customer_id = c.id
    WHERE c.env_id = ${ctx.tenant.envId} AND c.id = ANY(${ids}::uuid[]) AND c.deleted_at IS NULL`);
}

/** One row more than the limit, when there are more; newest first unless ascending. */
export async function listCustomerPage(
  ctx: ReadCtx,
  filter: CustomerFilter,
): Promise<CustomerRow[]> {
  const { after, search } = filter;
  const direction = filter.ascending ? raw("ASC") : raw("DESC");
  const beyond = filter.ascending ? raw(">") : raw("<");
  const conditions = [
    sql`c.env_id = ${ctx.tenant.envId} AND c.deleted_at IS NULL`,
    after === null
      ? empty
      : sql`AND (c.created_at, c.id) ${beyond} (${after.createdAt}, ${after.id}::uuid)`,
    search === null ? empty : sql`AND ${searchText} ILIKE ${containing(search)}`,
    filter.createdFrom === null ? empty : sql`AND c.created_at >= ${filter.createdFrom}`,
    filter.createdTo === null ? empty : sql`AND c.created_at <= ${filter.createdTo}`,
    filter.also,
  ];
  return ctx.db.query<CustomerRow>(sql`
    SELECT ${columns} FROM customer c JOIN customer_head h ON h.customer_id = c.id
    WHERE ${join(conditions, " ")}
    ORDER BY c.created_at ${direction}, c.id ${direction} LIMIT ${filter.limit + 1}`);
}

/**
 * Makes a customer. It has no gate yet and is nowhere to be found until it has one.
 *
 * @returns null when another living customer already has the id, or, for one without an id, the
 *   address: whoever is first wins, and a caller at the same moment waits for the outcome.
 */
export async function insertCustomer(
  ctx: TxCtx,
  fields: CustomerFields,
): Promise<CustomerRow | null> {
  const [made] = await ctx.db.query<{ id: string }>(sql`
    INSERT INTO customer (env_id, id, external_id, email, name, fingerprint, metadata, currency,
                          send_email_receipts, billing_controls, created_at)
    VALUES (${ctx.tenant.envId}, ${newId()}::uuid, ${fields.externalId}, ${fields.email},
            ${fields.name}, ${fields.fingerprint}, ${JSON.stringify(fields.metadata)}::jsonb,
            ${fields.currency}, ${fields.sendEmailReceipts},
            ${controlsText(fields.billingControls)}::jsonb, ${ctx.now})
    ON CONFLICT DO NOTHING RETURNING id`);
  if (made === undefined) return null;
  return {
    id: made.id,
    externalId: fields.externalId,
    email: fields.email,
    name: fields.name,
    fingerprint: fields.fingerprint,
    metadata: { ...fields.metadata },
    currency: fields.currency,
    sendEmailReceipts: fields.sendEmailReceipts,
    billingControls: fields.billingControls,
    createdAt: ctx.now,
    recordedAt: ctx.now,
  };
}

/**
 * Gives an id to the customer that has none yet.
 *
 * @returns false when somebody else was faster with this customer or with this id.
 */
export async function claimCustomer(
  ctx: TxCtx,
  claim: { readonly customerId: string; readonly externalId: string },
): Promise<boolean> {
  // Another customer may take the id at this moment; the savepoint keeps that from ending us all.
  await ctx.db.query(sql`SAVEPOINT claim_customer`);
  try {
    const claimed = await ctx.db.query(sql`
      UPDATE customer SET external_id = ${claim.externalId}
      WHERE env_id = ${ctx.tenant.envId} AND id = ${claim.customerId}::uuid
        AND external_id IS NULL AND deleted_at IS NULL RETURNING id`);
    await ctx.db.query(sql`RELEASE SAVEPOINT claim_customer`);
    return claimed.length > 0;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    await ctx.db.query(sql`ROLLBACK TO SAVEPOINT claim_customer`);
    return false;
  }
}

/**
 * Fills in a name and an address that are missing, and nothing that is there.
 *
 * @param known the customer as read before; what is stored now decides
 */
export async function fillCustomer(
  ctx: TxCtx,
  known: CustomerRow,
  fields: {
    readonly name: string | null;
    readonly email: string | null;
    readonly sendEmailReceipts: boolean | undefined;
  },
): Promise<CustomerRow> {
  const [stored] = await ctx.db.query<
    Pick<CustomerRow, "name" | "email" | "sendEmailReceipts">
  >(sql`
    UPDATE customer SET name = coalesce(name, ${fields.name}),
      email = coalesce(email, ${fields.email}),
      send_email_receipts = coalesce(${fields.sendEmailReceipts ?? null}::boolean, send_email_receipts)
    WHERE env_id = ${ctx.tenant.envId} AND id = ${known.id}::uuid AND deleted_at IS NULL
    RETURNING name, email, send_email_receipts AS "sendEmailReceipts"`);
  return { ...known, ...stored };
}

/**
 * Changes a customer's own fields.
 *
 * @returns false when there is no such living customer any more.
 * @throws `conflict/customer_already_exists` when the new id is taken, or, for a customer without
 *   an id, the address.
 */
export async function updateCustomerRow(
  ctx: TxCtx,
  customerId: string,
  patch: CustomerPatch,
): Promise<boolean> {
  const assignments = assignmentsOf(patch);
  if (assignments.length === 0) return true;
  try {
    const updated = await ctx.db.query(sql`
      UPDATE customer SET ${join(assignments, ", ")}
      WHERE env_id = ${ctx.tenant.envId} AND id = ${customerId}::uuid AND deleted_at IS NULL
      RETURNING id`);
    return updated.length > 0;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new WindfallError(
      "conflict",
      "customer_already_exists",
      "Another customer already has this id or, without an id, this e-mail address.",
    );
  }
}

function assignmentsOf(patch: CustomerPatch): Sql[] {
  const { metadata, billingControls } = patch;
  const assign = (column: string, value: unknown) =>
    value === undefined ? [] : [sql`${raw(column)} = ${value as string | null}`];
  return [
    ...assign("external_id", patch.externalId),
    ...assign("email", patch.email),
    ...assign("name", patch.name),
    ...assign("fingerprint", patch.fingerprint),
    ...assign("currency", patch.currency),
    ...assign("send_email_receipts", patch.sendEmailReceipts),
    ...(billingControls === undefined
      ? []
      : [sql`billing_controls = ${controlsText(billingControls)}::jsonb`]),
    ...(metadata === undefined ? [] : [sql`metadata = ${mergedMetadata(metadata)}`]),
  ];
}

function controlsText(controls: Controls | null): string | null {
  return controls === null ? null : JSON.stringify(controls);
}

function mergedMetadata(metadata: Readonly<Record<string, unknown>> | null): Sql {
  if (metadata === null) return sql`'{}'::jsonb`;
  const removed = Object.keys(metadata).filter((key) => metadata[key] === null);
  return sql`(metadata || ${JSON.stringify(metadata)}::jsonb) - ${removed}::text[]`;
}

/**
 * Turns a customer into a tombstone: who it was is erased, its id is free again, and its ledger
 * stays (decision 20).
 */
export async function buryCustomer(ctx: TxCtx, customerId: string): Promise<void> {
  await ctx.db.query(sql`
    UPDATE customer SET deleted_at = ${ctx.now}, email = NULL, name = NULL, fingerprint = NULL,
      metadata = '{}'::jsonb, billing_controls = NULL, config = NULL
    WHERE env_id = ${ctx.tenant.envId} AND id = ${customerId}::uuid AND deleted_at IS NULL`);
}

/** Postgres' word for a row that a unique index refused. */
function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}
