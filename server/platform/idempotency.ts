import { WindfallError } from "../core/error";
import { decodeAnswer, encodeAnswer } from "./answer-codec";
import type { Ctx, TxCtx } from "./context";
import { hashToUuid } from "./crypto";
import { sql } from "./sql";
import { bytesArray, instantArray, plainArray } from "./sql-array";

const DAY_MS = 86_400_000;
/** Usage may be retried from queues for a long time; other commands are retried at once or never. */
const USAGE_DAYS = 400;
const OTHER_DAYS = 30;

/** A caller's key, as hashes: neither the key nor the body is stored. */
export interface IdempotencyRequest {
  readonly operation: string;
  /** Hash of operation and key; the environment is a column of its own. */
  readonly keyHash: string;
  readonly bodyHash: string;
  readonly retentionMs: number;
}

/** A stored answer, exactly as it was sent the first time. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

/** Thrown out of a transaction to answer a repeated request; not an error of the caller. */
export class Replay extends Error {
  override readonly name = "Replay";
  constructor(readonly answer: StoredAnswer) {
    super("replayed");
  }
}

/** Turns a caller's key and the canonical body into what is stored. */
export function idempotencyRequest(input: {
  operation: string;
  key: string;
  body: string;
  usage: boolean;
}): IdempotencyRequest {
  return {
    operation: input.operation,
    keyHash: hashToUuid(`${input.operation}\n${input.key}`),
    bodyHash: hashToUuid(input.body),
    retentionMs: (input.usage ? USAGE_DAYS : OTHER_DAYS) * DAY_MS,
  };
}

/** The key of one item of a list, so that a list that was stored in part can be sent again. */
export function itemOf(request: IdempotencyRequest, n: number): IdempotencyRequest {
  return { ...request, keyHash: hashToUuid(`${request.keyHash}\n${n}`) };
}

/** Those of some key hashes under which an answer is stored. */
export async function storedKeys(ctx: Ctx, keyHashes: readonly string[]): Promise<Set<string>> {
  const rows = await ctx.db.query<{ key_hash: string }>(sql`
    SELECT key_hash FROM idempotency
    WHERE env_id = ${ctx.tenant.envId} AND key_hash = ANY(${keyHashes}::uuid[]) AND status > 0`);
  return new Set(rows.map((row) => row.key_hash));
}

/** The 409 for a key that was used with another body. */
export function duplicateKey(): WindfallError {
  return new WindfallError(
    "conflict",
    "duplicate_idempotency_key",
    "This idempotency key was already used with a different request body. Use a new key for a new request.",
  );
}

/**
 * Claims the key inside the transaction that has the effect. A twin in flight makes the insert wait
 * for its outcome: if it commits, its answer is replayed; if it fails, the claim is ours.
 *
 * @throws Replay when the first answer is stored; `conflict/duplicate_idempotency_key` when the
 * body differs.
 */
export async function claimKey(ctx: TxCtx, request: IdempotencyRequest): Promise<void> {
  const expiresAt = new Date(ctx.now.getTime() + request.retentionMs);
  const claimed = await ctx.db.query<{ env_id: number }>(sql`
    INSERT INTO idempotency AS i (env_id, key_hash, body_hash, op, status, answer, expires_at)
    VALUES (${ctx.tenant.envId}, ${request.keyHash}::uuid, ${request.bodyHash}::uuid,
            ${request.operation}, 0, ''::bytea, ${expiresAt})
    ON CONFLICT (env_id, key_hash) DO UPDATE
      SET body_hash = excluded.body_hash, status = 0, answer = ''::bytea, expires_at = excluded.expires_at
      WHERE i.expires_at < ${ctx.now}
    RETURNING env_id`);
  if (claimed.length > 0) return;
  const [stored] = await ctx.db.query<{ body_hash: string; status: number; answer: Buffer }>(sql`
    SELECT body_hash, status, answer FROM idempotency
    WHERE env_id = ${ctx.tenant.envId} AND key_hash = ${request.keyHash}::uuid`);
  if (!stored || stored.body_hash !== request.bodyHash) throw duplicateKey();
  throw new Replay({ status: stored.status, body: decodeAnswer(stored.answer) });
}

/** Stores the answer beside the effect, in the same transaction. */
export async function completeKey(
  ctx: TxCtx,
  request: IdempotencyRequest,
  answer: StoredAnswer,
): Promise<void> {
  await ctx.db.query(sql`
    UPDATE idempotency SET status = ${answer.status}, answer = ${encodeAnswer(answer.body)}
    WHERE env_id = ${ctx.tenant.envId} AND key_hash = ${request.keyHash}::uuid`);
}

/** A key with its answer, for a statement that stores many at once. */
export interface StoredKey {
  readonly customerId: string;
  readonly envId: number;
  readonly request: IdempotencyRequest;
  readonly body: string;
  readonly now: Date;
}

/**
 * The insert of answered keys as a fragment of a statement that has a set `ok(customer_id)`. A key
 * that another request stored in the meantime raises: the caller retries and finds its answer.
 */
export const KEY_INSERT = `
  INSERT INTO idempotency (env_id, key_hash, body_hash, op, customer_id, status, answer, expires_at)
  SELECT x.env_id, x.key_hash, x.body_hash, x.op, x.customer_id, 200, x.answer, x.expires_at
  FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::bytea[], $7::timestamptz[])
    AS x(env_id, key_hash, body_hash, op, customer_id, answer, expires_at)
    JOIN ok ON ok.customer_id = x.customer_id
  ORDER BY x.env_id, x.key_hash`;

/** The parameters of `KEY_INSERT`, one array per column. */
export function keyParameters(keys: readonly StoredKey[]): string[] {
  return [
    plainArray(keys.map(({ envId }) => envId)),
    plainArray(keys.map(({ request }) => request.keyHash)),
    plainArray(keys.map(({ request }) => request.bodyHash)),
    plainArray(keys.map(({ request }) => request.operation)),
    plainArray(keys.map(({ customerId }) => customerId)),
    bytesArray(keys.map(({ body }) => encodeAnswer(body))),
    instantArray(keys.map(({ request, now }) => new Date(now.getTime() + request.retentionMs))),
  ];
}
