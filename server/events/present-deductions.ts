import type { CatalogFeature } from "../catalog/catalog";
import { fromRow, type Quantity, toWire, zero } from "../core/quantity";
import type { DeductionRow } from "./aggregate-rows";

/** A balance as `events.aggregate` names it. */
interface WireBalance {
  readonly balance_id: string;
  readonly entity_id: string | null;
  readonly plan_id: string | null;
  readonly reset: { readonly interval: string; readonly resets_at: number | null } | null;
  readonly credit_cost: null;
  readonly deducted: number;
  readonly events: number;
}

interface WireDeductions {
  readonly period: number;
  readonly values: Record<
    string,
    { feature_type: "metered"; deducted: number; events: number; balances: WireBalance[] }
  >;
  readonly grouped_values?: Record<string, Record<string, { deducted: number; credit_cost: null }>>;
}

/** What the presenter needs to know beside the rows. */
interface Shown {
  readonly features: readonly CatalogFeature[];
  /** Every bin of the answer, oldest first. */
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
    const cell = `${row.bin.getTime()} ${row.featureId}`;
    byCell.set(cell, [...(byCell.get(cell) ?? []), row]);
  }
  return shown.periods.map((period) => {
    const cells = shown.features.map((feature) => ({
      slug: feature.slug,
      rows: byCell.get(`${period} ${feature.id}`) ?? [],
    }));
    const { groupOf } = shown;
    return {
      period,
      values: Object.fromEntries(cells.map((cell) => [cell.slug, presentCell(cell.rows, shown)])),
      ...(groupOf === null
        ? {}
        : {
            grouped_values: Object.fromEntries(
              cells.map((cell) => [cell.slug, presentGroups(cell.rows, groupOf)]),
            ),
          }),
    };
  });
}

function presentCell(
  rows: readonly DeductionRow[],
  { balanceOf }: Shown,
): WireDeductions["values"][string] {
  const whole = rows.find(({ level }) => level === "feature");
  return {
    feature_type: "metered",
    deducted: whole === undefined ? 0 : toWire(fromRow(whole.deducted)),
    events: Number(whole?.events ?? 0n),
    balances: rows
      .filter(({ level }) => level === "balance")
      .map((row) => ({
        ...balanceOf(row),
        entity_id: row.entityExternalId,
        credit_cost: null,
        deducted: toWire(fromRow(row.deducted)),
        events: Number(row.events),
      })),
  };
}

/** Groups that answer to one name, as a customer and the one that took its id later, are one. */
function presentGroups(
  rows: readonly DeductionRow[],
  groupOf: (row: DeductionRow) => string,
): Record<string, { deducted: number; credit_cost: null }> {
  const deducted = new Map<string, Quantity>();
  for (const row of rows.filter(({ level }) => level === "group")) {
    const group = groupOf(row);
    deducted.set(group, (deducted.get(group) ?? zero).plus(fromRow(row.deducted)));
  }
  return Object.fromEntries(
    [...deducted].map(([group, sum]) => [group, { deducted: toWire(sum), credit_cost: null }]),
  );
}
