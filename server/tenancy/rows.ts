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
