import { z } from "zod";
import { WindfallError } from "../core/error";
import { quantity } from "../core/quantity";

/** An id chosen by the tenant's own system, for a customer or an entity. */
export const externalId = z.string().min(1).max(256).describe("Your own id, 1 to 256 characters.");

/** An id chosen in the catalog, for a feature or a plan. */
export const slug = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9_-]+$/, "use only letters, digits, '_' and '-'");

/** Feature units: at most 15 significant digits and 10 decimals, read into an exact decimal. */
export const quantityInput = z.number().transform((value, context) => {
  try {
    return quantity(value);
  } catch (error) {
    context.addIssue({
      code: "custom",
      message: error instanceof WindfallError ? error.message : "not a quantity",
      input: value,
    });
    return z.NEVER;
  }
});

/** The latest instant a JavaScript date can hold is far beyond what anybody bills. */
const LAST_INSTANT_MS = Date.UTC(9999, 11, 31);

/** An instant as Unix milliseconds, read into a `Date`. */
export const instant = z
  .int()
  .min(0)
  .max(LAST_INSTANT_MS, "must be Unix milliseconds")
  .transform((ms) => new Date(ms));

/** An instant on its way out. */
export function toInstant(at: Date | null): number | null {
  return at === null ? null : at.getTime();
}

/** Free key/value pairs of a request, stored as they are. */
export const jsonObject = z.record(z.string(), z.unknown());

export const successOutput = z.object({ success: z.boolean() });

/**
 * A field of the contract that this version does not act on. Absent, `null` and the listed neutral
 * values, which published clients send by themselves, pass and mean nothing; anything else is
 * refused by name, so that nobody believes it had an effect.
 */
export function notSupported(
  field: string,
  ...neutral: readonly unknown[]
): z.ZodOptional<z.ZodType<undefined, unknown>> {
  return z
    .unknown()
    .transform((value, issues): undefined => {
      if (value === undefined || value === null) return undefined;
      if (neutral.some((known) => JSON.stringify(known) === JSON.stringify(value)))
        return undefined;
      issues.addIssue({
        code: "custom",
        message: `'${field}' is not supported yet. Leave it out.`,
        params: { reason: "not_supported" },
      });
      return z.NEVER;
    })
    .optional()
    .meta({
      description: "Not supported yet: refused with `not_supported`.",
      notSupported: field,
    }) as unknown as z.ZodOptional<z.ZodType<undefined, unknown>>;
}
