import type { DraftItem } from "../plan-types";

export interface KeyedItem {
  /** Stays with the item when it moves. */
  readonly key: string;
  readonly item: DraftItem;
}

/** The items with keys: a feature may stand twice in a plan, with different rhythms. */
export function keyedItems(items: readonly DraftItem[]): KeyedItem[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const rhythm = item.reset ? `${item.reset.interval_count} ${item.reset.interval}` : "";
    const name = `${item.feature_id}/${rhythm}/${item.price?.billing_method ?? ""}`;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { key: `${name}/${count}`, item };
  });
}
