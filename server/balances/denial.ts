import { z } from "zod";
import type { CatalogFeature } from "../catalog/catalog";
import type { Decision } from "../core/balances/entitlement";
import { toWire } from "../core/quantity";

/** Why a check was denied: an addition of ours that other clients may ignore. */
export const DenialObject = z
  .object({
    reason: z
      .enum(["no_balance", "included", "max_purchase", "spend_limit", "usage_limit"])
      .describe("What would have to be higher: the balance, or one of the limits on it."),
    message: z.string(),
    missing: z
      .number()
      .nullable()
      .describe("Units that are missing, like `required_balance`; null when no number helps."),
  })
  .describe("Only when denied: why, and how much would lift it.");

type Wire = z.input<typeof DenialObject>;

/** The denial of a decision, to spread into an answer; nothing when it is allowed. */
export function presentDenial(
  feature: CatalogFeature,
  decision: Decision,
): { denial: Wire } | Record<never, never> {
  if (decision.allowed) return {};
  const missing = decision.missing === null ? null : toWire(decision.missing);
  const reason = decision.limitedBy ?? "no_balance";
  return { denial: { reason, message: messageOf(feature, reason, missing), missing } };
}

function messageOf(
  feature: CatalogFeature,
  reason: Wire["reason"],
  missing: number | null,
): string {
  const { slug } = feature;
  switch (reason) {
    case "no_balance":
      return `The customer has no ${slug}.`;
    case "included":
      return `${missing} more ${slug} needed than the balance holds.`;
    case "max_purchase":
      return `${missing} ${slug} beyond the most that can be bought on the plan.`;
    case "spend_limit":
      return `${missing} ${slug} beyond the spend limit.`;
    case "usage_limit":
      return `${missing} ${slug} beyond the usage limit of the current period.`;
    default:
      return reason satisfies never;
  }
}
