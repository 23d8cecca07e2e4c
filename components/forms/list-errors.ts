import type { FieldErrors, FieldValues } from "react-hook-form";

type ListedError = { path: string; message: string };

/** Every message of a form's nested errors with the path of its field, in the form's order. */
export function listErrors<Values extends FieldValues>(
  errors: FieldErrors<Values>,
  prefix = "",
): ListedError[] {
  return Object.entries(errors).flatMap(([key, error]) => {
    if (key === "root" || error === undefined || error === null) return [];
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (typeof error.message === "string" && error.message !== "") {
      return [{ path, message: error.message }];
    }
    // What has no message of its own holds the errors of nested fields.
    return typeof error === "object" ? listErrors(error as FieldErrors, path) : [];
  });
}
