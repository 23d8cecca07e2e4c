import type { Interval } from "@/server/core/interval";
import { plainRules } from "@/server/core/plan";
import { itemText, rolloverText } from "@/server/core/plan-text";
import { quantity } from "@/server/core/quantity";
import {
  type DraftItem,
  type DraftPlan,
  type Feature,
  itemWords,
  type Plan,
  type PlanDifference,
} from "../plan-types";

/** Unpriced items do not show money, so it does not matter in which currency. */
const ANY_CURRENCY = "usd";

export interface ItemWords {
  readonly primary: string;
  readonly secondary: string | null;
  /** What the card leaves out and an editor should see at a glance. */
  readonly rules: string | null;
}

/** What an item gives, as the price card says it, while it may be unfinished. */
export function draftItemWords(
  item: DraftItem,
  features: readonly Feature[],
  published: Plan | undefined,
): ItemWords {
  const feature = features.find(({ id }) => id === item.feature_id);
  if (feature === undefined)
    return { primary: item.feature_id || "No feature", secondary: null, rules: null };
  if (item.price) {
    const same = published?.items.find((one) => one.feature_id === item.feature_id && one.price);
    return {
      primary: same ? itemWords(same) : `${feature.name}, priced`,
      secondary: null,
      rules: null,
    };
  }
  const owner = features.find(({ id }) => id === item.entity_feature_id);
  const text = itemText(
    {
      feature: named(feature),
      included: quantity(item.included ?? 0),
      unlimited: item.unlimited === true,
      reset: resetOf(item),
      price: null,
      ...plainRules,
      entityFeature: owner === undefined ? null : named(owner),
      pooled: item.pooled === true,
    },
    ANY_CURRENCY,
  );
  return { ...text, rules: rulesOf(item) };
}

function rulesOf({ rollover, reset_usage_when_enabled }: DraftItem): string | null {
  const rules = [
    ...(rollover?.expiry_duration_type
      ? [
          rolloverText({
            max: quantityOrNull(rollover.max),
            maxPercentage: quantityOrNull(rollover.max_percentage),
            expiryMonths:
              rollover.expiry_duration_type === "forever"
                ? null
                : (rollover.expiry_duration_length ?? 1),
          }),
        ]
      : []),
    ...(reset_usage_when_enabled === false ? ["use is carried over a switch"] : []),
  ];
  return rules.join(", ") || null;
}

function quantityOrNull(value: number | null | undefined) {
  return typeof value === "number" ? quantity(value) : null;
}

function named({ id, name, type, consumable, display }: Feature) {
  const words = display ? { singular: display.singular, plural: display.plural } : null;
  return { slug: id, name, type, consumable, display: words };
}

function resetOf({ reset }: DraftItem): Interval | null {
  const unit = reset?.interval;
  if (!unit || unit === "one_off") return null;
  return { unit, count: reset.interval_count ?? 1 };
}

/** What a draft changes about names and switches, which apply to every version at once. */
export function basicDifferences(draft: DraftPlan, published: Plan | undefined): PlanDifference[] {
  if (published === undefined) return [];
  return [
    ...difference("Name", published.name, draft.name ?? ""),
    ...difference("Description", published.description ?? "none", draft.description || "none"),
    ...difference("Group", published.group || "none", draft.group || "none"),
    ...difference("Add-on", yesNo(published.add_on), yesNo(draft.add_on)),
    ...difference(
      "Given to every new customer",
      yesNo(published.auto_enable),
      yesNo(draft.auto_enable),
    ),
  ];
}

/** A change of order alone also makes a version, since the card shows the features in it. */
export function orderDifference(draft: DraftPlan, published: Plan | undefined): PlanDifference[] {
  const before = published?.items.map((item) => item.feature_id) ?? [];
  const after = draft.items?.map((item) => item.feature_id ?? "") ?? [];
  const kept = after.filter((id) => before.includes(id));
  const order = before.filter((id) => after.includes(id));
  return difference("Order of the features", order.join(", "), kept.join(", "));
}

function yesNo(value: boolean | null | undefined): string {
  return value === true ? "yes" : "no";
}

function difference(subject: string, before: string, after: string): PlanDifference[] {
  if (before === after) return [];
  return [{ kind: "changed", subject, before, after, text: `${subject}: ${before} → ${after}` }];
}
