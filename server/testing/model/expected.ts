import type { Decimal } from "decimal.js";
import { type Account, given, type Lot, nought, total, visibleLots } from "./account";
import { isHeld } from "./shop";
import { remainingIn } from "./spend";

/** What the model says a call answers: its figures, or the reason of a refusal. */
export type Expected = { readonly figures: unknown } | { readonly refused: string };

/** A balance without ids and words: what must agree to the last digit. */
export function balanceFigures(account: Account, feature: string, entity: string | null): unknown {
  const lots = visibleLots(account, feature, entity);
  if (lots.length === 0) return null;
  const proper = lots.filter(({ rolledFrom }) => rolledFrom === null);
  const sets = [...new Set(proper.map(({ set }) => set))];
  return {
    ...amountsOf(lots),
    unlimited: lots.some(({ unlimited }) => unlimited),
    next_reset_at: earliest(lots.map(({ nextResetAt }) => nextResetAt)),
    breakdown: sorted(
      sets.map((set) => {
        const rows = proper.filter((lot) => lot.set === set);
        return {
          plan_id: rows[0]?.plan ?? null,
          ...amountsOf(rows),
          resets_at: isHeld(feature) ? null : earliest(rows.map(({ nextResetAt }) => nextResetAt)),
        };
      }),
    ),
    rollovers: sorted(
      lots
        .filter(({ rolledFrom }) => rolledFrom !== null)
        .map((lot) => ({
          granted: number(given(lot)),
          balance: number(lot.balance),
          expires_at: lot.expiresAt ?? neverMs,
        })),
    ),
  };
}

/** How the wire writes that something never expires. */
const neverMs = Date.UTC(9999, 11, 31);

function amountsOf(lots: readonly Lot[]) {
  return {
    granted: number(total(lots.map(given))),
    remaining: number(remainingIn(lots)),
    usage: number(total(lots.map((lot) => given(lot).minus(lot.balance)))),
  };
}

function earliest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** The same figures, read from an answer. */
export function readBalance(answer: unknown): unknown {
  const balance = answer as WireBalance | null;
  if (balance === null || balance === undefined) return null;
  const { granted, remaining, usage, unlimited, next_reset_at } = balance;
  return {
    granted,
    remaining,
    usage,
    unlimited,
    next_reset_at,
    breakdown: sorted(
      balance.breakdown.map((set) => ({
        plan_id: set.plan_id,
        granted: number(nought.plus(set.included_grant).plus(set.prepaid_grant)),
        remaining: set.remaining,
        usage: set.usage,
        resets_at: set.reset?.resets_at ?? null,
      })),
    ),
    rollovers: sorted(balance.rollovers ?? []),
  };
}

interface WireBalance {
  granted: number;
  remaining: number;
  usage: number;
  unlimited: boolean;
  next_reset_at: number | null;
  breakdown: {
    plan_id: string | null;
    included_grant: number;
    prepaid_grant: number;
    remaining: number;
    usage: number;
    reset: { resets_at: number | null } | null;
  }[];
  rollovers?: { granted: number; balance: number; expires_at: number }[];
}

/** Which balances paid how much, rows of one set summed, in no order. */
export function takenFigures(taken: ReadonlyMap<Lot, Decimal>): unknown[] {
  const bySet = new Map<number, { feature_id: string; plan_id: string | null; value: Decimal }>();
  for (const [lot, value] of taken) {
    const earlier = bySet.get(lot.set)?.value ?? nought;
    bySet.set(lot.set, {
      feature_id: lot.feature,
      plan_id: lot.plan,
      value: earlier.plus(value),
    });
  }
  const rows = [...bySet.values()].filter(({ value }) => !value.isZero());
  return sorted(rows.map((row) => ({ ...row, value: number(row.value) })));
}

/** The same figures, read from an answer. */
export function readTaken(deductions: unknown): unknown[] {
  const rows = deductions as { feature_id: string; plan_id: string | null; value: number }[];
  return sorted(rows.map(({ feature_id, plan_id, value }) => ({ feature_id, plan_id, value })));
}

function number(amount: Decimal): number {
  return amount.isZero() ? 0 : amount.toNumber();
}

export function sorted<Row>(rows: readonly Row[]): Row[] {
  const keyed = rows.map((row) => ({ row, key: JSON.stringify(row) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row);
}
