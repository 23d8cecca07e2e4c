import { authenticateKey } from "../auth/authenticate-key";
import { WindfallError } from "../core/error";
import { elapsedMs } from "../platform/clock";
import type { Caller } from "../platform/context";
import { db } from "../platform/db";
import { env } from "../platform/env";
import { newRequestId } from "../platform/id";
import { log } from "../platform/log";
import { observeRequest } from "../platform/metrics";
import type { AnyOperation } from "../platform/operation";
import { statusOf, toWindfallError } from "./errors";
import { operationNamed } from "./operations";
import { type RateDecision, RateLimiter } from "./rate-limit";
import { type RateGroup, rateGroupOf } from "./rate-limits";
import { type Outcome, runOperation } from "./run";
import { requireSupportedVersion } from "./versions";

const limiter = new RateLimiter();

/** A call as any transport of HTTP gives it: the web's `Request`, or Node's own messages. */
export interface HttpCall {
  /** The operation's name in the address. */
  readonly name: string;
  header(name: string): string | null;
  /** Reads the body; asked for at most once, after the key was found to be right. */
  text(): Promise<string> | string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Progress {
  readonly requestId: string;
  readonly name: string;
  readonly operation: AnyOperation | null;
  readonly startedAt: number;
  caller: Caller | null;
  readonly headers: Record<string, string>;
}

/**
 * Answers `POST /v1/<noun>.<verb>`: find → authenticate → rate-limit → parse → run → respond.
 * Never throws: whatever goes wrong becomes the error envelope with a request id.
 */
export async function answerCall(call: HttpCall): Promise<HttpAnswer> {
  const requestId = newRequestId();
  const progress: Progress = {
    requestId,
    name: call.name,
    operation: operationNamed(call.name),
    startedAt: elapsedMs(),
    caller: null,
    headers: { "content-type": "application/json", "x-request-id": requestId },
  };
  try {
    const outcome = await outcomeOf(call, progress);
    if (outcome.replayed) progress.headers["idempotency-replayed"] = "true";
    const status = outcome.replayed ? outcome.stored.status : successStatus(progress);
    const body = outcome.replayed ? outcome.stored.body : JSON.stringify(outcome.answer);
    observe(progress, status);
    return { status, headers: progress.headers, body };
  } catch (error) {
    return refuse(error, progress);
  }
}

/** `answerCall` for the web's `Request` and `Response`. */
export async function handle(request: Request, name: string): Promise<Response> {
  const { status, headers, body } = await answerCall({
    name,
    header: (header) => request.headers.get(header),
    text: () => request.text(),
  });
  return new Response(body, { status, headers });
}

/** What a fresh answer is sent with. */
function successStatus({ operation }: Progress): number {
  return operation?.spec.successStatus ?? 200;
}

async function outcomeOf(call: HttpCall, progress: Progress): Promise<Outcome> {
  const { operation } = progress;
  if (operation === null) throw unknownRoute(progress.name);
  requireSupportedVersion(call.header("x-api-version"));
  const authorization = call.header("authorization");
  const cached = operation.spec.confirmsKey === true;
  const caller = await authenticateKey(db(), authorization, { cached });
  progress.caller = caller;
  const body = parseBody(await call.text());
  limitRate(progress, body);
  try {
    return await runOperation({
      name: progress.name,
      operation,
      caller,
      body,
      idempotencyKey: call.header("idempotency-key"),
      requestId: progress.requestId,
      db: db(),
      log,
    });
  } catch (error) {
    // A refusal may come before the read that confirms a remembered key: a revoked one learns nothing.
    if (cached) await authenticateKey(db(), authorization, { cached: false });
    throw error;
  }
}

function unknownRoute(name: string): WindfallError {
  return new WindfallError(
    "not_found",
    "not_found",
    `There is no operation '${name.slice(0, 80)}'. The list is at /docs.`,
  );
}

function parseBody(text: string): unknown {
  if (text === "") return {};
  // Postgres cannot store the NUL character in text, so it is refused before anything is read.
  if (text.includes("\\u0000") || text.includes("\0")) {
    throw new WindfallError(
      "invalid_request",
      "invalid_inputs",
      "The request body contains the NUL character, which cannot be stored. Remove it.",
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new WindfallError(
      "invalid_request",
      "invalid_inputs",
      "The request body is not valid JSON.",
    );
  }
}

function limitRate(progress: Progress, body: unknown): void {
  const group = rateGroupOf(progress.name);
  if (group === null || progress.caller === null || env().RATE_LIMITS === "off") return;
  const decision = limiter.take(bucketKey(group, progress.caller, body), group);
  Object.assign(progress.headers, rateHeaders(group, decision));
  if (decision.allowed) return;
  progress.headers["retry-after"] = String(Math.max(1, decision.resetSeconds));
  throw new WindfallError("rate_limited", "rate_limit_exceeded", "Rate limit exceeded.");
}

function bucketKey(group: RateGroup, caller: Caller, body: unknown): string {
  const customer =
    group.per === "customer" && typeof body === "object" && body !== null && "customer_id" in body
      ? String(body.customer_id).slice(0, 256)
      : "";
  return `${group.name}\n${caller.actor.id}\n${customer}`;
}

function rateHeaders(group: RateGroup, decision: RateDecision): Record<string, string> {
  return {
    "ratelimit-policy": `${group.limit};w=${group.windowMs / 1000}`,
    "ratelimit-limit": String(group.limit),
    "ratelimit-remaining": String(decision.remaining),
    "ratelimit-reset": String(decision.resetSeconds),
  };
}

function refuse(error: unknown, progress: Progress): HttpAnswer {
  const refusal = toWindfallError(error);
  const status = statusOf(refusal.kind);
  if (status >= 500) {
    log.error({ err: error, request_id: progress.requestId, operation: progress.name }, "failed");
  }
  if (status === 503) progress.headers["retry-after"] = "1";
  observe(progress, status);
  const body = JSON.stringify({
    message: refusal.message,
    code: refusal.reason,
    env: progress.caller?.tenant.envKind,
    request_id: progress.requestId,
  });
  return { status, headers: progress.headers, body };
}

function observe(progress: Progress, status: number): void {
  const ms = elapsedMs() - progress.startedAt;
  observeRequest(progress.operation === null ? "unknown" : progress.name, status, ms);
  const level = status >= 400 ? "info" : "debug";
  if (!log.isLevelEnabled(level)) return;
  const line = {
    request_id: progress.requestId,
    operation: progress.name,
    status,
    ms: Math.round(ms * 100) / 100,
    env_id: progress.caller?.tenant.envId,
    key_id: progress.caller?.actor.id,
  };
  log[level](line, "request");
}
