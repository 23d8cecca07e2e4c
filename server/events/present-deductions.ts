import type { CatalogFeature } from "../catalog/catalog";
import { roundUnits } from "../core/balances/credit-cost";
import { fromRow, type Quantity, toWire, zero } from "../core/quantity";
import type { DeductionRow } from "./deduction-rows";

/** A balance as `events.aggregate` names it. */
interface WireBalance {
  readonly balance_id: string;
  readonly entity_id: string | null;
  readonly plan_id: string | null;
  readonly reset: { readonly interval: string; readonly resets_at: number | null } | null;
  readonly credit_cost: number | null;
  readonly deducted: number;
  readonly events: number;
}

interface WireDeductions {
  readonly period: number;
  readonly values: Record<
    string,
    {
      feature_type: "metered" | "credit_system";
      deducted: number;
      events: number;
      balances: WireBalance[];
    }
  >;
  readonly grouped_values?: Record<
    string,
    Record<string, { deducted: number; credit_cost: number | null }>
  >;
}

/** What the presenter needs to know beside the rows. */
interface Shown {
  /** Those asked for and those whose balances paid for them. */
  readonly features: readonly CatalogFeature[];
  /** When each shown bin begins, by its index. */
  readonly periods: readonly number[];
  /** The name of a row's group; null when the question has no grouping. */
  readonly groupOf: ((row: DeductionRow) => string) | null;
  /** The balance behind a row of that level. */
  readonly balanceOf: (row: DeductionRow) => Pick<WireBalance, "balance_id" | "plan_id" | "reset">;
}

/** What balances gave, by bin and feature; zero and no balances where nothing was taken. */
export function presentDeductionSums(
  rows: readonly DeductionRow[],
  shown: Shown,
): WireDeductions[] {
  const byCell = new Map<string, DeductionRow[]>();
  for (const row of rows) {
    const cell = `${row.bin} ${row.featureId}`;
    const earlier = byCell.get(cell);
    if (earlier === undefined) byCell.set(cell, [row]);
    else earlier.push(row);
  }
  return shown.periods.map((period, bin) => {
    const cells = shown.features.map((feature) => ({
      feature,
      rows: byCell.get(`${bin} ${feature.id}`) ?? [],
    }));
    const { groupOf } = shown;
    return {
      period,
      values: Object.fromEntries(
        cells.map((cell) => [cell.feature.slug, presentCell(cell, shown.balanceOf)]),
      ),
      ...(groupOf === null
        ? {}
        : {
            grouped_values: Object.fromEntries(
              cells.map((cell) => [cell.feature.slug, presentGroups(cell, groupOf)]),
            ),
          }),
    };
  });
}

interface Cell {
  /** The feature of the balances. */
  readonly feature: CatalogFeature;
  readonly rows: readonly DeductionRow[];
}

function presentCell(
  { feature, rows }: Cell,
  balanceOf: Shown["balanceOf"],
): WireDeductions["values"][string] {
  const whole = rows.find(({ level }) => level === "feature");
  return {
    feature_type: feature.type === "metered" ? "metered" : "credit_system",
    deducted: whole === undefined ? 0 : toWire(fromRow(whole.deducted)),
    events: Number(whole?.events ?? 0n),
    balances: rows
      .filter(({ level }) => level === "balance")
      .map((row) => ({
        ...balanceOf(row),
        entity_id: row.entityExternalId,
        credit_cost: creditCostOf(feature, row.trackedFeatureId),
        deducted: toWire(fromRow(row.deducted)),
        events: Number(row.events),
      })),
  };
}

/** Groups that answer to one name, as a customer and the one that took its id later, are one. */
function presentGroups(
  { feature, rows }: Cell,
  groupOf: (row: DeductionRow) => string,
): Record<string, { deducted: number; credit_cost: number | null }> {
  const groups = new Map<string, { deducted: Quantity; cost: number | null }>();
  for (const row of rows.filter(({ level }) => level === "group")) {
    const name = groupOf(row);
    const cost = creditCostOf(feature, row.trackedFeatureId);
    const earlier = groups.get(name) ?? { deducted: zero, cost };
    groups.set(name, {
      deducted: earlier.deducted.plus(fromRow(row.deducted)),
      cost: earlier.cost === cost ? cost : null,
    });
  }
  return Object.fromEntries(
    [...groups].map(([name, { deducted, cost }]) => [
      name,
      { deducted: toWire(deducted), credit_cost: cost },
    ]),
  );
}

/**
 * Credits for one unit of the tracked feature, as the credit system says today; null for a feature's
 * own balances, for a mix of features, and where one unit has no one cost: it depends on how many
 * there are or on the event's properties.
 */
function creditCostOf(paying: CatalogFeature, trackedFeatureId: number | null): number | null {
  const item = paying.creditItems.find(({ featureId }) => featureId === trackedFeatureId);
  const [only, ...others] = item?.tiers ?? [];
  if (item === undefined || only === undefined || others.length > 0) return null;
  if (item.dimensions.length > 0 || item.multipliers.length > 0) return null;
  return toWire(roundUnits(only.creditCost.div(item.billingUnits)));
}
