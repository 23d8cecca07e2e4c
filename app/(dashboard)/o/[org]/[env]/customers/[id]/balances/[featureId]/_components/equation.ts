import { Decimal } from "decimal.js";
import type { Lot } from "../../../../_components/customer-types";

/** One summand of the equation; `amount` is never negative, `sign` says which way it goes. */
type EquationTerm = { key: string; label: string; sign: "+" | "−"; amount: string };

type Equation = {
  terms: EquationTerm[];
  /** The sum of the terms, below zero when overdrawn. */
  result: string;
  unlimited: boolean;
};

const Exact = Decimal.clone({ precision: 60, toExpNeg: -40, toExpPos: 60 });

const lotNames: Readonly<Record<string, string>> = {
  manual: "Granted by hand",
  topup: "Bought",
  purchase: "Bought",
  reward: "Rewarded",
  carry: "Carried over",
  rollover: "Rolled over",
};

/** What a lot is called: the plan that gives it, or how it came about. */
export function lotName(lot: Pick<Lot, "kind" | "plan_id">, planName: (id: string) => string) {
  if (lot.plan_id !== null) {
    const name = planName(lot.plan_id);
    return lot.kind === "rollover" ? `${name} rollover` : name;
  }
  return lotNames[lot.kind] ?? "Granted";
}

/** Whether a lot counts at an instant. */
export function isLiveLot(lot: Lot, at: number): boolean {
  return (
    lot.starts_at <= at && lot.ended_at === null && (lot.expires_at === null || lot.expires_at > at)
  );
}

/**
 * The balance as a sum of what was granted less what was used, over the lots that count. Lots of one
 * plan, and those granted by hand, are one term each.
 */
export function equationOf(
  lots: readonly Lot[],
  at: number,
  planName: (id: string) => string,
): Equation {
  const live = lots.filter((lot) => isLiveLot(lot, at));
  const granted = new Map<string, Decimal>();
  for (const lot of live.filter(({ unlimited }) => !unlimited)) {
    const name = lotName(lot, planName);
    granted.set(name, (granted.get(name) ?? new Exact(0)).plus(lot.granted));
  }
  const usage = sum(live.map((lot) => new Exact(lot.usage)));
  const terms: EquationTerm[] = [...granted].map(([label, amount]) => ({
    key: label,
    label,
    sign: "+",
    amount: amount.toString(),
  }));
  // Below zero when an edit raised what is left above what was granted.
  if (usage.isNegative() && !usage.isZero()) {
    terms.push({
      key: "raised",
      label: "raised by edits",
      sign: "+",
      amount: usage.abs().toString(),
    });
  } else {
    terms.push({ key: "used", label: "used", sign: "−", amount: usage.toString() });
  }
  const result = sum(live.map((lot) => new Exact(lot.balance)));
  return {
    terms,
    result: result.toString(),
    unlimited: live.some(({ unlimited }) => unlimited),
  };
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), new Exact(0));
}
