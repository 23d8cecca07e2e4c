import { WindfallError } from "../core/error";

/** The 400 for a field that is well formed but makes no sense where it stands. */
export function wrongField(path: string, message: string): WindfallError {
  return new WindfallError("invalid_request", "invalid_inputs", `${path}: ${message}`, {
    path,
    problem: message,
  });
}
