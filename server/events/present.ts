import type { CatalogFeature } from "../catalog/catalog";
import { toPublicId } from "../core/id";
import { fromRow, type Quantity, toWire, zero } from "../core/quantity";
import type { Grouping, SumRow } from "./aggregate-rows";
import type { EventRow } from "./list-rows";

/** What stands for the groups beyond the limit, and for events that have no group. */
const OTHER_GROUPS = "Other";
const NO_GROUP = "(none)";

/** An event as the wire shows it, without its deductions. */
export function presentEvent(row: EventRow, feature: CatalogFeature) {
  return {
    id: toPublicId("evt", row.id),
    timestamp: row.occurredAt.getTime(),
    feature_id: feature.slug,
    customer_id: row.customerExternalId ?? toPublicId("cus", row.customerId),
    entity_id: row.entityExternalId,
    event_name: row.eventName,
    value: toWire(fromRow(row.value)),
    properties: row.properties ?? {},
  };
}

/** How a group is called. */
export function nameGroup(
  grouping: Grouping,
  group: { readonly groupKey: string | null; readonly groupName: string | null },
): string {
  if (group.groupKey === null) return OTHER_GROUPS;
  if (group.groupKey === "") return NO_GROUP;
  if (group.groupName !== null) return group.groupName;
  // Whose id is free again; plans and features keep theirs.
  return toPublicId(grouping.by === "customer" ? "cus" : "ent", group.groupKey);
}

interface WireBin {
  readonly period: number;
  readonly values: Record<string, number>;
  readonly grouped_values?: Record<string, Record<string, number>>;
}

/**
 * Sums by bin, oldest first: every bin has every feature, and with a grouping every group that the
 * feature has anywhere, zero where nothing happened. Bins from `shownUntil` on are left out, unless
 * something happened there or behind.
 */
export function presentSums(
  rows: readonly SumRow[],
  shown: {
    readonly features: readonly CatalogFeature[];
    readonly grouping: Grouping | null;
    readonly bins: readonly Date[];
    readonly shownUntil: Date;
  },
): { list: WireBin[]; total: Record<string, { count: number; sum: number }> } {
  const { features, grouping, bins, shownUntil } = shown;
  const sums = new Sums();
  const groups = new Map<number, Set<string>>(features.map(({ id }) => [id, new Set()]));
  const counts = new Map<number, bigint>();
  for (const row of rows) {
    const value = fromRow(row.total);
    sums.add([row.bin, row.featureId], value);
    sums.add([row.featureId], value);
    counts.set(row.featureId, (counts.get(row.featureId) ?? 0n) + row.events);
    if (grouping === null) continue;
    const group = nameGroup(grouping, row);
    groups.get(row.featureId)?.add(group);
    sums.add([row.bin, row.featureId, group], value);
  }
  const last = rows.reduce(
    (latest, { bin }) => Math.max(latest, bin),
    bins.findLastIndex((start) => start < shownUntil),
  );
  const bySlug = <Value>(read: (feature: CatalogFeature) => Value) =>
    Object.fromEntries(features.map((feature) => [feature.slug, read(feature)]));
  return {
    list: bins.slice(0, last + 1).map((start, bin) => ({
      period: start.getTime(),
      values: bySlug(({ id }) => sums.get([bin, id])),
      ...(grouping === null
        ? {}
        : {
            grouped_values: bySlug(({ id }) =>
              Object.fromEntries(
                [...(groups.get(id) ?? [])].map((group) => [group, sums.get([bin, id, group])]),
              ),
            ),
          }),
    })),
    total: bySlug(({ id }) => ({ count: Number(counts.get(id) ?? 0n), sum: sums.get([id]) })),
  };
}

/** Exact sums by a key of several parts. */
class Sums {
  private readonly totals = new Map<string, Quantity>();

  add(key: readonly (string | number)[], value: Quantity): void {
    const name = JSON.stringify(key);
    this.totals.set(name, (this.totals.get(name) ?? zero).plus(value));
  }

  /** As a number of the wire; zero where nothing was added. */
  get(key: readonly (string | number)[]): number {
    return toWire(this.totals.get(JSON.stringify(key)) ?? zero);
  }
}
