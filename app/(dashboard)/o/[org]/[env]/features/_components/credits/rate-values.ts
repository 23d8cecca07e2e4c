import { z } from "zod";
import { formatQuantity } from "@/components/format";
import { parseQuantity } from "@/components/forms/parse-quantity";

const MAX_TIERS = 100;

/** A cost as the operations write it: the same for every unit, or step by step. */
export type WireRate = {
  credit_cost?: number | null | undefined;
  tier_behavior?: "graduated" | null | undefined;
  tiers?: { to: number | "inf"; credit_cost: number }[] | null | undefined;
};

/** A cost as typed; the last tier has no end, whatever stands in its `to`. */
export const RateValues = z
  .object({
    tiered: z.boolean(),
    cost: z.string(),
    tiers: z
      .array(z.object({ to: z.string(), cost: z.string() }))
      .max(MAX_TIERS, `Use at most ${MAX_TIERS} tiers.`),
  })
  .transform((rate, context): WireRate => {
    const read = (text: string, path: (string | number)[]): number => {
      const parsed = parseQuantity(text);
      if (parsed.ok) return Number(parsed.value);
      context.addIssue({ code: "custom", path, message: parsed.message });
      return Number.NaN;
    };
    if (!rate.tiered) return { credit_cost: read(rate.cost, ["cost"]) };
    let reached = 0;
    const tiers = rate.tiers.map((tier, n) => {
      const credit_cost = read(tier.cost, ["tiers", n, "cost"]);
      if (n === rate.tiers.length - 1) return { to: "inf" as const, credit_cost };
      const to = read(tier.to, ["tiers", n, "to"]);
      if (to <= reached) {
        const message = "Use a number above the step before it.";
        context.addIssue({ code: "custom", path: ["tiers", n, "to"], message });
      }
      reached = to;
      return { to, credit_cost };
    });
    return { tier_behavior: "graduated", tiers };
  });

export type RateFields = z.input<typeof RateValues>;

export const blankRate: RateFields = {
  tiered: false,
  cost: "1",
  tiers: [
    { to: "", cost: "" },
    { to: "", cost: "" },
  ],
};

/** The fields of a cost that is there already. */
export function rateFieldsOf(rate: WireRate): RateFields {
  if (!rate.tiers) return { ...blankRate, cost: formatQuantity(rate.credit_cost ?? 0) };
  return {
    tiered: true,
    cost: "",
    tiers: rate.tiers.map(({ to, credit_cost }) => ({
      to: to === "inf" ? "" : formatQuantity(to),
      cost: formatQuantity(credit_cost),
    })),
  };
}
