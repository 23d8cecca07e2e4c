import { forgetKey } from "../auth/authenticate-key";
import { KEY_SCOPES, PUBLISHABLE_SCOPES } from "../auth/scopes";
import { WindfallError } from "../core/error";
import { audit } from "../platform/audit";
import type { Ctx } from "../platform/context";
import { hashSecret, randomText } from "../platform/crypto";
import { newId } from "../platform/id";
import type { Scope } from "../platform/scope";
import { type Queryable, sql } from "../platform/sql";
import { inTransaction } from "../platform/transaction";
import { insertApiKey, revokeApiKeyRow } from "./rows";

const SECRET_LENGTH = 42;

export interface ApiKeyRequest {
  readonly envId: number;
  readonly envKind: "live" | "sandbox";
  readonly kind: "secret" | "publishable";
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The user who made it; `null` for one made at the first start. */
  readonly createdBy: string | null;
  readonly now: Date;
}

/**
 * Creates a key and returns it: the only moment at which it can be seen. `text` is given only by
 * the first start, which takes the key from its environment.
 */
export async function createApiKey(
  db: Queryable,
  request: ApiKeyRequest,
  text = generateKey(request),
): Promise<{ id: string; key: string }> {
  const id = newId();
  await insertApiKey(db, {
    id,
    envId: request.envId,
    hash: hashSecret(text),
    prefix: text.slice(0, 15),
    last4: text.slice(-4),
    name: request.name,
    kind: request.kind,
    scopes: request.scopes,
    createdBy: request.createdBy,
    createdAt: request.now,
  });
  return { id, key: text };
}

function generateKey({ envKind, kind }: ApiKeyRequest): string {
  const side = kind === "secret" ? "sk" : "pk";
  return `am_${side}_${envKind === "live" ? "live" : "test"}_${randomText(SECRET_LENGTH)}`;
}

/** The rights that this caller can put on a key: never more than their own. */
export function grantableScopes(ctx: Ctx): Scope[] {
  return KEY_SCOPES.filter((scope) => ctx.scopes.has(scope));
}

/**
 * Creates a key in the caller's environment and audits it. A publishable key has the fixed rights
 * of its kind.
 *
 * @throws `forbidden/insufficient_scopes` for rights that the caller does not have
 */
export async function issueApiKey(
  ctx: Ctx,
  input: { kind: "secret" | "publishable"; name: string; scopes: readonly Scope[] },
): Promise<{ id: string; key: string }> {
  const scopes = input.kind === "publishable" ? PUBLISHABLE_SCOPES : input.scopes;
  const grantable = new Set(grantableScopes(ctx));
  const missing = scopes.find((scope) => !grantable.has(scope));
  if (missing !== undefined) {
    throw new WindfallError(
      "forbidden",
      "insufficient_scopes",
      `You cannot give the right '${missing}', because you do not have it.`,
    );
  }
  return inTransaction(ctx, async (ctx) => {
    const created = await createApiKey(ctx.db, {
      envId: ctx.tenant.envId,
      envKind: ctx.tenant.envKind,
      kind: input.kind,
      name: input.name,
      scopes,
      createdBy: ctx.actor.kind === "user" ? ctx.actor.id : null,
      now: ctx.now,
    });
    await audit(ctx, {
      action: "keys.create",
      targetType: "api_key",
      targetId: created.id,
      after: { name: input.name, kind: input.kind, scopes },
    });
    return created;
  });
}

/** A key as people see it: enough to recognize it, nothing to use it with. */
export interface ListedKey {
  readonly id: string;
  readonly name: string;
  readonly kind: "secret" | "publishable";
  readonly prefix: string;
  readonly last4: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** The working keys of the caller's environment, the newest first. */
export async function listApiKeys(ctx: Ctx): Promise<ListedKey[]> {
  return ctx.db.query<ListedKey>(sql`
    SELECT k.id, k.name, k.kind, k.prefix, k.last4, k.scopes,
           COALESCE(u.name, u.email) AS "createdBy",
           k.created_at AS "createdAt", k.last_used_at AS "lastUsedAt"
    FROM api_key k LEFT JOIN app_user u ON u.id = k.created_by
    WHERE k.env_id = ${ctx.tenant.envId} AND k.revoked_at IS NULL AND k.customer_id IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > ${ctx.now})
    ORDER BY k.created_at DESC, k.id DESC LIMIT 500`);
}

/**
 * Revokes a key for good: its next request is refused.
 *
 * @throws `not_found/key_not_found`, also for a key of another environment
 */
export async function revokeApiKey(ctx: Ctx, keyId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    if (!(await revokeApiKeyRow(ctx, keyId))) {
      throw new WindfallError(
        "not_found",
        "key_not_found",
        "There is no such key here, or it was revoked already.",
      );
    }
    await audit(ctx, { action: "keys.revoke", targetType: "api_key", targetId: keyId });
  });
  forgetKey(keyId);
}
