import { WindfallError } from "../core/error";

/** The 409 for a feature id that is taken. */
export function duplicateFeature(slug: string): WindfallError {
  return new WindfallError("conflict", "duplicate_feature_id", `Feature '${slug}' already exists.`);
}
