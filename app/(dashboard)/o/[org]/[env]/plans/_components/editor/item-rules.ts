import { z } from "zod";
import { quantitySchema } from "@/components/forms/quantity-schema";
import type { DraftItem } from "../plan-types";

const units = quantitySchema();

/** The rarer rules of an item, as fields of its form. */
export const ruleFields = {
  /** Whom the amount is for. */
  owner: z.enum(["customer", "entity", "pool"]),
  /** The feature whose entities each get it. */
  owner_feature: z.string(),
  leftover: z.enum(["lost", "rolls"]),
  cap: z.enum(["none", "units", "percent"]),
  cap_amount: z.string(),
  lasts: z.enum(["months", "forever"]),
  months: z.string(),
  /** Whether what was used stays used when the customer switches to another plan. */
  carries: z.boolean(),
};

const RuleFields = z.object(ruleFields);
type RuleFields = z.output<typeof RuleFields>;
type Problem = { path: string; message: string };

/** The form of an item's rules that are there already, or of a blank one. */
export function ruleFieldsOf(item: DraftItem | undefined): RuleFields {
  const { rollover, entity_feature_id, pooled, reset_usage_when_enabled } = item ?? {};
  const percent = rollover?.max_percentage ?? null;
  const cap = percent ?? rollover?.max ?? null;
  return {
    owner: entity_feature_id ? "entity" : pooled === true ? "pool" : "customer",
    owner_feature: entity_feature_id ?? "",
    leftover: rollover ? "rolls" : "lost",
    cap: cap === null ? "none" : percent === null ? "units" : "percent",
    cap_amount: cap === null ? "" : String(cap),
    lasts: rollover?.expiry_duration_type === "forever" ? "forever" : "months",
    months: String(rollover?.expiry_duration_length ?? 1),
    carries: reset_usage_when_enabled === false,
  };
}

/** What is wrong with the rules of an item that counts; `renews` is whether it is renewed. */
export function ruleProblems(fields: RuleFields, renews: boolean): Problem[] {
  const problems: Problem[] = [];
  if (fields.owner === "entity" && fields.owner_feature === "") {
    problems.push({ path: "owner_feature", message: "Choose what the entities are." });
  }
  if (!renews || fields.leftover === "lost") return problems;
  if (fields.cap !== "none") {
    const read = units.safeParse(fields.cap_amount);
    for (const { message } of read.error?.issues ?? [])
      problems.push({ path: "cap_amount", message });
  }
  if (fields.lasts === "months" && !/^([1-9]\d{0,2}|1[01]\d\d|1200)$/.test(fields.months.trim())) {
    problems.push({ path: "months", message: "Write a whole number from 1 to 1,200." });
  }
  return problems;
}

/** Whom an amount is for, as `plans.create` writes it. */
export function ownerOf(fields: RuleFields): Partial<DraftItem> {
  if (fields.owner === "entity") return { entity_feature_id: fields.owner_feature };
  return fields.owner === "pool" ? { pooled: true } : {};
}

/** What becomes of the units of an amount that is used up, as `plans.create` writes it. */
export function remainderRulesOf(fields: RuleFields, renews: boolean): Partial<DraftItem> {
  return {
    ...(renews && fields.leftover === "rolls" ? { rollover: rolloverOf(fields) } : {}),
    ...(fields.carries ? { reset_usage_when_enabled: false } : {}),
  };
}

function rolloverOf(fields: RuleFields): NonNullable<DraftItem["rollover"]> {
  const amount = fields.cap === "none" ? null : Number(units.parse(fields.cap_amount));
  return {
    max: fields.cap === "units" ? amount : null,
    ...(fields.cap === "percent" ? { max_percentage: amount } : {}),
    ...(fields.lasts === "forever"
      ? { expiry_duration_type: "forever" }
      : { expiry_duration_type: "month", expiry_duration_length: Number(fields.months.trim()) }),
  };
}
