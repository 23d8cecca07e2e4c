import { z } from "zod";
import { WindfallError } from "../core/error";
import { wallNow } from "../platform/clock";
import type { Caller, Ctx } from "../platform/context";
import type { Db } from "../platform/db";
import { idempotencyRequest, Replay, type StoredAnswer } from "../platform/idempotency";
import type { Logger } from "../platform/log";
import { type AnyOperation, kindOf } from "../platform/operation";
import type { Scope } from "../platform/scope";

/** One call of one operation, whatever transport it came by. */
export interface Call {
  readonly name: string;
  readonly operation: AnyOperation;
  readonly caller: Caller;
  /** The body as received: not yet parsed by the operation's schema. */
  readonly body: unknown;
  /** From the header; the body may have it as `idempotency_key` instead. */
  readonly idempotencyKey: string | null;
  readonly requestId: string;
  readonly db: Db;
  readonly log: Logger;
}

/** A fresh answer, or one that was stored when the same key came first. */
export type Outcome =
  | { replayed: false; answer: unknown }
  | { replayed: true; stored: StoredAnswer };

/**
 * Scope → aliases → parse → scope of a command → run. Both HTTP and tRPC end here, so that what a
 * key may not do, a session of the same rights may not do either.
 *
 * @throws WindfallError and ZodError; see `errors.ts`
 */
export async function runOperation(call: Call): Promise<Outcome> {
  const { spec } = call.operation;
  requireScope(call.caller, spec.scope);
  if (call.caller.publishable && spec.publishable !== true) throw endpointNotPublic();
  const body = bodyFor(spec, call.body);
  const input = spec.input.parse(body);
  const isCommand = kindOf(spec, input) === "command";
  if (isCommand && call.caller.publishable) throw endpointNotPublic();
  if (isCommand && spec.commandScope !== undefined) requireScope(call.caller, spec.commandScope);
  const key = isCommand ? keyOf(call) : null;
  const ctx: Ctx = {
    tenant: call.caller.tenant,
    actor: call.caller.actor,
    scopes: call.caller.scopes,
    now: wallNow(),
    requestId: call.requestId,
    idempotency:
      key === null
        ? null
        : idempotencyRequest({
            operation: call.name,
            key: requireKey(key),
            body: JSON.stringify(input),
            usage: spec.usage === true,
          }),
    db: call.db,
    log: call.log,
  };
  try {
    return { replayed: false, answer: await call.operation(ctx, input as never) };
  } catch (error) {
    if (error instanceof Replay) return { replayed: true, stored: error.answer };
    throw error;
  }
}

/**
 * Lets a caller with the right pass.
 *
 * @throws `forbidden/insufficient_scopes`
 */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.scopes.has(scope)) return;
  throw new WindfallError(
    "forbidden",
    "insufficient_scopes",
    `This needs the right '${scope}'. Use a key or a role that has it.`,
  );
}

function endpointNotPublic(): WindfallError {
  return new WindfallError(
    "unauthenticated",
    "endpoint_not_public",
    "A publishable key cannot do this. Call it from your server with a secret key.",
  );
}

/** The body as the operation's schema takes it: an object, or for an operation on lists a list. */
function bodyFor(spec: AnyOperation["spec"], body: unknown): unknown {
  if (spec.input instanceof z.ZodArray) {
    if (!Array.isArray(body)) throw wrongBody("a JSON array");
    return body.map((item: unknown) => (isObject(item) ? withAliases(item, spec.aliases) : item));
  }
  if (body === null || body === undefined) return withAliases({}, spec.aliases);
  if (!isObject(body)) throw wrongBody("a JSON object");
  return withAliases(body, spec.aliases);
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === "object" && body !== null && !Array.isArray(body);
}

function wrongBody(wanted: string): WindfallError {
  return new WindfallError(
    "invalid_request",
    "invalid_inputs",
    `The request body must be ${wanted}.`,
  );
}

function withAliases(
  body: Record<string, unknown>,
  aliases: AnyOperation["spec"]["aliases"],
): Record<string, unknown> {
  if (aliases === undefined) return body;
  let renamed = body;
  for (const [alias, target] of Object.entries(aliases)) {
    const value = body[alias];
    if (value === undefined) continue;
    const fields = typeof target === "string" ? { [target]: value } : target(value);
    renamed = { ...fields, ...renamed };
  }
  return renamed;
}

/**
 * The key under which a command is stored: the header's or the body's. A key that is passed over
 * would let a repeat count twice, so one that is no text is refused, and so are two that differ.
 */
function keyOf({ idempotencyKey, body }: Call): string | null {
  const inBody = isObject(body) ? (body.idempotency_key ?? null) : null;
  if (inBody === null) return idempotencyKey;
  if (typeof inBody !== "string") throw wrongKey("idempotency_key must be a text.");
  if (idempotencyKey === null || idempotencyKey === inBody) return inBody;
  throw wrongKey(
    "The header Idempotency-Key and the body's idempotency_key differ. Send one of them.",
  );
}

function requireKey(key: string): string {
  if (key.length >= 1 && key.length <= 512) return key;
  throw wrongKey("An idempotency key has 1 to 512 characters.");
}

function wrongKey(message: string): WindfallError {
  return new WindfallError("invalid_request", "invalid_inputs", message);
}
