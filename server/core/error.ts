/** The closed list of error kinds; each decides one HTTP status (see `server/api/errors.ts`). */
export type ErrorKind =
  | "invalid_request"
  | "unauthenticated"
  | "payment_failed"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "gone"
  | "too_large"
  | "locked"
  | "rate_limited"
  | "internal"
  | "provider_unavailable";

/**
 * The only error class that reaches a caller.
 *
 * `kind` decides the HTTP status, `reason` is the stable wire `code` that clients may switch on,
 * and `message` is a sentence that is safe to show to a stranger and says what to do.
 * `details` is for the log only.
 */
export class WindfallError extends Error {
  override readonly name = "WindfallError";

  constructor(
    readonly kind: ErrorKind,
    readonly reason: string,
    message: string,
    readonly details?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}
