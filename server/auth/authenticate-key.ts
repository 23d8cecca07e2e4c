import { LRUCache } from "lru-cache";
import { WindfallError } from "../core/error";
import { wallNow } from "../platform/clock";
import type { Caller } from "../platform/context";
import { hashSecret } from "../platform/crypto";
import type { Db } from "../platform/db";
import { SCOPES, type Scope } from "../platform/scope";
import { sharedInProcess } from "../platform/shared-in-process";
import { noteKeyUse } from "./key-use";

interface KeyRow {
  id: string;
  kind: string;
  name: string;
  scopes: string[];
  revoked_at: Date | null;
  expires_at: Date | null;
  env_id: number;
  env_slug: string;
  env_kind: "live" | "sandbox";
  org_id: number;
}

const FIND_KEY = {
  name: "find_api_key",
  text: `SELECT k.id, k.kind, k.name, k.scopes, k.revoked_at, k.expires_at,
                e.id AS env_id, e.slug AS env_slug, e.kind AS env_kind, e.org_id
         FROM api_key k JOIN environment e ON e.id = k.env_id
         WHERE k.hash = $1`,
} as const;

type KnownKey = Caller & { readonly expiresAt: Date | null };

/** Keys seen lately. Only operations that confirm the key in their own read start from here. */
const recentKeys = () =>
  sharedInProcess("api-keys", () => new LRUCache<string, KnownKey>({ max: 10_000 }));

/**
 * Finds out who calls from `Authorization: Bearer …`.
 *
 * `cached` allows an answer from memory: right only for operations whose own read joins the key
 * and refuses a revoked one (`spec.confirmsKey`).
 *
 * @throws `unauthenticated/no_secret_key | invalid_request | invalid_secret_key | invalid_publishable_key`
 */
export async function authenticateKey(
  db: Db,
  authorization: string | null,
  options: { cached: boolean },
): Promise<Caller> {
  const key = bearerOf(authorization);
  const recent = recentKeys();
  if (options.cached) {
    const known = recent.get(key);
    if (known && (known.expiresAt === null || known.expiresAt > wallNow())) {
      noteKeyUse(known.actor.id);
      return known;
    }
  }
  const [row] = await db.hot.prepared<KeyRow>(FIND_KEY, [hashSecret(key)]);
  if (!row || !isValid(row)) {
    recent.delete(key);
    throw unknownKey(key);
  }
  const caller = { ...callerOf(row), expiresAt: row.expires_at };
  recent.set(key, caller);
  noteKeyUse(row.id);
  return caller;
}

/** Drops what this process remembers of a key, after it was revoked. */
export function forgetKey(keyId: string): void {
  for (const [text, known] of recentKeys().entries()) {
    if (known.actor.id === keyId) recentKeys().delete(text);
  }
}

/** The refusal for a key that is missing, revoked or expired: the three look the same. */
export function unknownKey(key?: string): WindfallError {
  const shown = key === undefined ? "" : ` '${key.slice(0, 15)}…'`;
  return key?.startsWith("am_pk_")
    ? new WindfallError(
        "unauthenticated",
        "invalid_publishable_key",
        `The publishable key${shown} does not exist or was revoked.`,
      )
    : new WindfallError(
        "unauthenticated",
        "invalid_secret_key",
        `The secret key${shown} does not exist or was revoked. Create one under Developers › Keys.`,
      );
}

function bearerOf(authorization: string | null): string {
  const match = /^Bearer +(\S+)$/i.exec(authorization ?? "");
  const key = match?.[1];
  if (key === undefined) {
    throw new WindfallError(
      "unauthenticated",
      "no_secret_key",
      "Send your key as 'Authorization: Bearer am_sk_…'.",
    );
  }
  if (!/^am_(sk|pk)_(test|live)_/.test(key)) {
    throw new WindfallError(
      "unauthenticated",
      "invalid_request",
      "The key must start with am_sk_test_, am_sk_live_, am_pk_test_ or am_pk_live_.",
    );
  }
  return key;
}

function isValid(row: KeyRow): boolean {
  if (row.revoked_at !== null) return false;
  return row.expires_at === null || row.expires_at > wallNow();
}

function callerOf(row: KeyRow): Caller {
  return {
    tenant: {
      orgId: row.org_id,
      envId: row.env_id,
      envSlug: row.env_slug,
      envKind: row.env_kind,
    },
    actor: { kind: "api_key", id: row.id, label: row.name },
    scopes: new Set(row.scopes.filter(isScope)),
    publishable: row.kind === "publishable",
  };
}

function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
