import { hashSecret, randomText } from "../platform/crypto";
import { newId } from "../platform/id";
import type { Scope } from "../platform/scope";
import type { Queryable } from "../platform/sql";
import { insertApiKey } from "./rows";

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
