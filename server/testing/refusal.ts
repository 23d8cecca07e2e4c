import { toWindfallError } from "../api/errors";
import type { WindfallError } from "../core/error";

/** The error that a caller would see of a promise that must fail; fails itself when it does not. */
export async function refusal(promise: Promise<unknown>): Promise<WindfallError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (reason: unknown) => ({ reason }),
  );
  if ("reason" in outcome) return toWindfallError(outcome.reason);
  throw new Error(`It was not refused but gave ${JSON.stringify(outcome.value)}`);
}
