import { formatQuantity } from "@/components/format";
import { parseQuantity } from "@/components/forms/parse-quantity";
import type { Feature } from "../feature-types";
import type { MemberFields } from "./member-values";

/** "1 image = 4 credits", as far as the fields say it. */
export function costWords(member: MemberFields, feature: Feature | undefined): string {
  const per = read(member.per);
  if (feature === undefined || per === null) return "";
  const { singular, plural } = feature.display ?? { singular: null, plural: null };
  const unit = (per === "1" ? singular : plural) ?? `of ${feature.name}`;
  const uses = `${formatQuantity(per)} ${unit}`;
  const { rate } = member;
  if (!rate.tiered) return sentence(uses, read(rate.cost)) ?? "";
  const steps = rate.tiers.map((tier, n) => {
    const cost = read(tier.cost);
    const to = read(tier.to);
    if (cost === null) return null;
    if (n === rate.tiers.length - 1) return `then ${credits(cost)}`;
    return to === null ? null : `up to ${formatQuantity(to)}: ${credits(cost)}`;
  });
  return steps.includes(null) ? "" : `${uses}: ${steps.join(", ")}.`;
}

function sentence(uses: string, cost: string | null): string | null {
  if (cost === null) return null;
  return cost === "0" ? `${uses} costs nothing.` : `${uses} = ${credits(cost)}.`;
}

function credits(cost: string): string {
  return `${formatQuantity(cost)} ${cost === "1" ? "credit" : "credits"}`;
}

function read(text: string): string | null {
  const parsed = parseQuantity(text);
  return parsed.ok ? parsed.value : null;
}
