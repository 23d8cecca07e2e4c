import type { Role } from "../core/role";
import type { TxCtx } from "../platform/context";
import type { Db } from "../platform/db";
import { type Queryable, sql } from "../platform/sql";

/** Inserts an organization and gives its id; a taken slug raises Postgres 23505. */
export async function insertOrganization(
  db: Queryable,
  row: { slug: string; name: string; createdAt: Date },
): Promise<number> {
  const [inserted] = await db.query<{ id: number }>(sql`
    INSERT INTO organization (slug, name, api_version, created_at)
    VALUES (${row.slug}, ${row.name}, '2.4', ${row.createdAt}) RETURNING id`);
  return inserted?.id ?? 0;
}

/** Inserts an environment and gives its id. */
export async function insertEnvironment(
  db: Queryable,
  row: { orgId: number; slug: string; name: string; kind: "live" | "sandbox"; createdAt: Date },
): Promise<number> {
  const [inserted] = await db.query<{ id: number }>(sql`
    INSERT INTO environment (org_id, slug, name, kind, created_at)
    VALUES (${row.orgId}, ${row.slug}, ${row.name}, ${row.kind}, ${row.createdAt}) RETURNING id`);
  return inserted?.id ?? 0;
}

export interface ApiKeyRow {
  id: string;
  envId: number;
  hash: Buffer;
  prefix: string;
  last4: string;
  name: string;
  kind: "secret" | "publishable";
  scopes: readonly string[];
  createdBy: string | null;
  createdAt: Date;
}

/** Inserts a key's hash; the key itself is never stored. */
export async function insertApiKey(db: Queryable, row: ApiKeyRow): Promise<void> {
  await db.query(sql`
    INSERT INTO api_key (env_id, id, hash, prefix, last4, name, kind, scopes, created_by, created_at)
    VALUES (${row.envId}, ${row.id}::uuid, ${row.hash}, ${row.prefix}, ${row.last4}, ${row.name},
            ${row.kind}, ${row.scopes}, ${row.createdBy}::uuid, ${row.createdAt})`);
}

/** Revokes a key; false when there is no such key in this environment or it was revoked before. */
export async function revokeApiKeyRow(ctx: TxCtx, keyId: string): Promise<boolean> {
  const revoked = await ctx.db.query(sql`
    UPDATE api_key SET revoked_at = ${ctx.now}
    WHERE env_id = ${ctx.tenant.envId} AND id = ${keyId}::uuid AND revoked_at IS NULL
    RETURNING id`);
  return revoked.length > 0;
}

/** Moves "last used" forward for many keys at once, never back. */
export async function writeKeyUse(
  db: Db,
  uses: readonly (readonly [string, Date])[],
): Promise<void> {
  await db.query(sql`
    UPDATE api_key k SET last_used_at = u.at
    FROM unnest(${uses.map(([id]) => id)}::uuid[], ${uses.map(([, at]) => at)}::timestamptz[]) u(id, at)
    WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)`);
}

/** Keeps when access was first checked in an environment; a later check changes nothing. */
export async function writeFirstCheck(
  db: Db,
  row: { readonly envId: number; readonly at: Date },
): Promise<void> {
  await db.query(sql`
    UPDATE environment SET first_check_at = ${row.at}
    WHERE id = ${row.envId} AND first_check_at IS NULL`);
}

/** Renames an organization. */
export async function writeOrganizationName(
  db: Queryable,
  row: { orgId: number; name: string },
): Promise<void> {
  await db.query(sql`UPDATE organization SET name = ${row.name} WHERE id = ${row.orgId}`);
}

/** Makes a person a member; false when they are one already. */
export async function insertMember(
  db: Queryable,
  row: { orgId: number; userId: string; role: Role; at: Date },
): Promise<boolean> {
  const inserted = await db.query(sql`
    INSERT INTO member (org_id, user_id, role, created_at)
    VALUES (${row.orgId}, ${row.userId}::uuid, ${row.role}, ${row.at})
    ON CONFLICT (org_id, user_id) DO NOTHING RETURNING user_id`);
  return inserted.length > 0;
}

/** Gives a member another role. */
export async function writeMemberRole(
  ctx: TxCtx,
  row: { userId: string; role: Role },
): Promise<void> {
  await ctx.db.query(sql`
    UPDATE member SET role = ${row.role}
    WHERE org_id = ${ctx.tenant.orgId} AND user_id = ${row.userId}::uuid`);
}

/** Ends a membership; the person and what they did stay. */
export async function deleteMember(ctx: TxCtx, userId: string): Promise<void> {
  await ctx.db.query(sql`
    DELETE FROM member WHERE org_id = ${ctx.tenant.orgId} AND user_id = ${userId}::uuid`);
}

/** Inserts an invitation's hash; the link itself is never stored. */
export async function insertInvitation(
  ctx: TxCtx,
  row: {
    id: string;
    email: string;
    role: Role;
    tokenHash: Buffer;
    invitedBy: string;
    expiresAt: Date;
  },
): Promise<void> {
  await ctx.db.query(sql`
    INSERT INTO invitation (id, org_id, email, role, token_hash, invited_by, expires_at, created_at)
    VALUES (${row.id}::uuid, ${ctx.tenant.orgId}, ${row.email}, ${row.role}, ${row.tokenHash},
            ${row.invitedBy}::uuid, ${row.expiresAt}, ${ctx.now})`);
}

/** Takes back the open invitations to one address; the number of those it ended. */
export async function revokeInvitationsTo(ctx: TxCtx, email: string): Promise<number> {
  const revoked = await ctx.db.query(sql`
    UPDATE invitation SET revoked_at = ${ctx.now}
    WHERE org_id = ${ctx.tenant.orgId} AND email = ${email}
      AND accepted_at IS NULL AND revoked_at IS NULL
    RETURNING id`);
  return revoked.length;
}

/** Marks an invitation as used; false when somebody was faster, or it was taken back. */
export async function acceptInvitationRow(
  db: Queryable,
  row: { id: string; at: Date },
): Promise<boolean> {
  const accepted = await db.query(sql`
    UPDATE invitation SET accepted_at = ${row.at}
    WHERE id = ${row.id}::uuid AND accepted_at IS NULL AND revoked_at IS NULL
      AND expires_at > ${row.at}
    RETURNING id`);
  return accepted.length > 0;
}

/**
 * Counts the catalog up, first in every catalog write. The environment's row lock makes the writes
 * of one environment queue, so what a write reads afterwards stays true until it commits.
 */
export async function bumpCatalog(ctx: TxCtx): Promise<void> {
  await ctx.db.query(sql`
    UPDATE environment SET catalog_version = catalog_version + 1 WHERE id = ${ctx.tenant.envId}`);
}
