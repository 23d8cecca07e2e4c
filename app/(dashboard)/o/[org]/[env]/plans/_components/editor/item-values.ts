import { z } from "zod";
import { quantitySchema } from "@/components/forms/quantity-schema";
import type { DraftItem, Feature } from "../plan-types";
import { ownerOf, remainderRulesOf, ruleFields, ruleFieldsOf, ruleProblems } from "./item-rules";

/** How often included units are renewed; `one_off` is never. */
export const resetUnits = [
  { value: "month", label: "month", many: "months" },
  { value: "week", label: "week", many: "weeks" },
  { value: "day", label: "day", many: "days" },
  { value: "hour", label: "hour", many: "hours" },
  { value: "quarter", label: "quarter", many: "quarters" },
  { value: "semi_annual", label: "half-year", many: "half-years" },
  { value: "year", label: "year", many: "years" },
] as const;

const included = quantitySchema();

export const ItemValues = z
  .object({
    feature_id: z.string().min(1, "Choose a feature."),
    /** Decides which of the fields below count; follows the chosen feature. */
    kind: z.enum(["none", "boolean", "held", "consumable"]),
    amount: z.enum(["some", "unlimited"]),
    included: z.string(),
    renewal: z.enum(["never", "every"]),
    unit: z.enum(resetUnits.map(({ value }) => value)),
    count: z.string(),
    ...ruleFields,
  })
  .superRefine((item, context) => {
    const counts = item.kind === "held" || item.kind === "consumable";
    if (counts && item.amount === "some") {
      const read = included.safeParse(item.included);
      for (const { message } of read.error?.issues ?? []) {
        context.addIssue({ code: "custom", path: ["included"], message });
      }
    }
    const renews = isRenewed(item);
    if (counts) {
      for (const { path, message } of ruleProblems(item, renews)) {
        context.addIssue({ code: "custom", path: [path], message });
      }
    }
    if (renews && !/^([1-9]\d{0,2}|1000)$/.test(item.count.trim())) {
      context.addIssue({
        code: "custom",
        path: ["count"],
        message: "Write a whole number from 1 to 1,000.",
      });
    }
  });

/** Whether the amount is given anew every so often. */
function isRenewed(item: { kind: string; amount: string; renewal: string }): boolean {
  return item.kind === "consumable" && item.amount === "some" && item.renewal === "every";
}

export type ItemFields = z.input<typeof ItemValues>;

export function kindOfItem(feature: Feature | undefined): ItemFields["kind"] {
  if (feature === undefined) return "none";
  if (feature.type === "boolean") return "boolean";
  return feature.consumable ? "consumable" : "held";
}

/** The form of an item that is there already, or of a blank one. */
export function itemFieldsOf(
  item: DraftItem | undefined,
  feature: Feature | undefined,
): ItemFields {
  const unit = resetUnits.find(({ value }) => value === item?.reset?.interval)?.value;
  return {
    feature_id: item?.feature_id ?? "",
    kind: kindOfItem(feature),
    amount: item?.unlimited === true ? "unlimited" : "some",
    included: item?.included === undefined || item.included === null ? "" : String(item.included),
    renewal: item !== undefined && unit === undefined ? "never" : "every",
    unit: unit ?? "month",
    count: String(item?.reset?.interval_count ?? 1),
    ...ruleFieldsOf(item),
  };
}

/** The item that a checked form means, as `plans.create` writes it. */
export function itemOf(fields: z.output<typeof ItemValues>): DraftItem {
  const { feature_id, kind } = fields;
  if (kind === "boolean" || kind === "none") return { feature_id };
  const owner = ownerOf(fields);
  const rules = kind === "held" ? {} : remainderRulesOf(fields, isRenewed(fields));
  if (fields.amount === "unlimited") return { feature_id, unlimited: true, ...owner, ...rules };
  const item = { feature_id, included: Number(included.parse(fields.included)), ...owner };
  if (kind === "held") return item;
  return {
    ...item,
    ...rules,
    reset:
      fields.renewal === "never"
        ? { interval: "one_off", interval_count: 1 }
        : { interval: fields.unit, interval_count: Number(fields.count.trim()) },
  };
}
