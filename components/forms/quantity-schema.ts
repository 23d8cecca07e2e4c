import { z } from "zod";
import { parseQuantity } from "@/components/forms/parse-quantity";

type QuantityRules = {
  allowNegative?: boolean;
  /** Refuses zero with this sentence, where an amount of nothing makes no sense. */
  zeroMessage?: string;
};

/** A form field that holds a quantity as typed and yields it as an exact decimal string. */
export function quantitySchema({ allowNegative = false, zeroMessage }: QuantityRules = {}) {
  return z.string().transform((text, context) => {
    const parsed = parseQuantity(text, { allowNegative });
    if (!parsed.ok) {
      context.addIssue({ code: "custom", message: parsed.message });
      return z.NEVER;
    }
    if (zeroMessage !== undefined && parsed.value === "0") {
      context.addIssue({ code: "custom", message: zeroMessage });
      return z.NEVER;
    }
    return parsed.value;
  });
}
