import { z } from "zod";

/**
 * A field of the contract that this version does not act on. Absent, `null` and the listed neutral
 * values, which published clients send by themselves, pass and mean nothing; anything else is
 * refused by name, so that nobody believes it had an effect.
 */
export function notSupported(field: string, ...neutral: readonly unknown[]): z.ZodOptional<z.ZodType<undefined, unknown>> {
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
