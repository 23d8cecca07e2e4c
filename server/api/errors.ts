import { z } from "zod";
import { type ErrorKind, WindfallError } from "../core/error";

const STATUS: Record<ErrorKind, number> = {
  invalid_request: 400,
  unauthenticated: 401,
  payment_failed: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  locked: 423,
  rate_limited: 429,
  internal: 500,
  provider_unavailable: 503,
};

/** The HTTP status that a kind stands for. */
export function statusOf(kind: ErrorKind): number {
  return STATUS[kind];
}

/** The one shape of every error answer; `env` is absent before the key is known. */
export const ErrorBody = z.object({
  message: z.string().describe("What went wrong and what to do, safe to show."),
  code: z.string().describe("Stable word to switch on."),
  env: z.enum(["sandbox", "live"]).optional(),
  request_id: z.string(),
});

/** Postgres states in which we could not decide: the caller may retry. */
const UNAVAILABLE = /^(08|53|57P0|55P03|58)/;

/** Turns whatever was thrown into the error that the caller sees; unknown ones become `internal`. */
export function toWindfallError(error: unknown): WindfallError {
  if (error instanceof WindfallError) return error;
  if (error instanceof z.ZodError) return invalidInputs(error);
  if (isUnavailable(error)) {
    return new WindfallError(
      "provider_unavailable",
      "service_unavailable",
      "The database cannot be reached right now. Retry in a second.",
    );
  }
  return new WindfallError(
    "internal",
    "internal_error",
    "Something went wrong on our side. Retry, and quote the request id if it persists.",
  );
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return (
    UNAVAILABLE.test(code) ||
    ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
  );
}

/** A field that belongs to the contract but is not built carries this word in its zod issue. */
const NOT_SUPPORTED = "not_supported";

function invalidInputs(error: z.ZodError): WindfallError {
  const unsupported = error.issues.find(
    (issue) => issue.code === "custom" && issue.params?.reason === NOT_SUPPORTED,
  );
  if (unsupported) return new WindfallError("invalid_request", NOT_SUPPORTED, unsupported.message);
  const lines = error.issues.map((issue) =>
    issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`,
  );
  const shown = lines.slice(0, 10).join("; ");
  return new WindfallError(
    "invalid_request",
    "invalid_inputs",
    lines.length === 1 ? shown : `[Validation Errors] ${shown}`,
  );
}
