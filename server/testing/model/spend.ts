import type { Decimal } from "decimal.js";
import {
  type Account,
  Exact,
  given,
  type Lot,
  nought,
  positive,
  total,
  visibleLots,
} from "./account";
import { weightOf } from "./calendar";
import { costsOf, isHeld } from "./shop";

/** A lot with what one unit of the asked feature costs in it. */
export interface Source {
  readonly lot: Lot;
  readonly cost: Decimal;
}

/** The lots that may pay for a feature: its own, and those of the credit systems that contain it. */
export function sourcesOf(account: Account, feature: string, entity: string | null): Source[] {
  const own = visibleLots(account, feature, entity).map((lot) => ({ lot, cost: new Exact(1) }));
  const credits = costsOf(feature).flatMap(({ system, cost }) =>
    visibleLots(account, system, entity).map((lot) => ({ lot, cost: new Exact(cost) })),
  );
  return inBurnOrder([...own, ...credits], feature, entity);
}

/** The order of domain §16, rule by rule; what a rule leaves equal, the next one decides. */
export function inBurnOrder(
  sources: readonly Source[],
  feature: string,
  entity: string | null,
): Source[] {
  const late = Number.MAX_SAFE_INTEGER;
  const rules: ((lot: Lot) => number | string)[] = [
    (lot) => (lot.rolledFrom === null ? 1 : 0),
    (lot) => (lot.rolledFrom === null ? 0 : (lot.expiresAt ?? late)),
    (lot) => ((lot.entity === null) === (entity === null) ? 0 : 1),
    (lot) => (lot.feature === feature ? 0 : 1),
    (lot) => (lot.unlimited ? 0 : 1),
    (lot) => (lot.nextResetAt === null ? 1 : 0),
    (lot) => (lot.step === null ? late : weightOf(lot.step)),
    (lot) => lot.expiresAt ?? late,
    (lot) => lot.entity ?? "",
    (lot) => (lot.addOn ? 1 : 0),
    (lot) => (mayOwe(lot) ? 1 : 0),
    (lot) => lot.createdAt,
    (lot) => lot.n,
  ];
  return [...sources].sort((a, b) => {
    for (const rule of rules) {
      const [left, right] = [rule(a.lot), rule(b.lot)];
      if (left < right) return -1;
      if (left > right) return 1;
    }
    return 0;
  });
}

/** Held features without a price are recorded beyond the grant (domain §13). */
export function mayOwe(lot: Lot): boolean {
  return lot.rolledFrom === null && isHeld(lot.feature);
}

/** What each lot gave, in its own units; below zero was given back. */
export type Taken = Map<Lot, Decimal>;

export type Behavior = "cap" | "reject" | "overflow";

/**
 * Spends units of a feature, or gives them back when negative, and moves the lots.
 *
 * @returns null when the units are not there and the behavior is to reject: nothing moved.
 */
export function spend(
  sources: readonly Source[],
  units: Decimal,
  behavior: Behavior,
): { taken: Taken; left: Decimal } | null {
  const before = sources.map(({ lot }) => lot.balance);
  const taken: Taken = new Map();
  const left = units.isNegative()
    ? giveBack(sources, units.negated(), taken).negated()
    : takeAll(sources, units, { behavior, taken });
  if (behavior === "reject" && left.greaterThan(0)) {
    sources.forEach(({ lot }, n) => {
      lot.balance = before[n] ?? lot.balance;
    });
    return null;
  }
  return { taken, left };
}

function move(lot: Lot, value: Decimal, taken: Taken): void {
  if (value.isZero()) return;
  lot.balance = lot.balance.minus(value);
  taken.set(lot, (taken.get(lot) ?? nought).plus(value));
}

function takeAll(
  sources: readonly Source[],
  units: Decimal,
  { behavior, taken }: { behavior: Behavior; taken: Taken },
): Decimal {
  const unlimited = sources.find(({ lot }) => lot.unlimited);
  if (unlimited !== undefined) {
    move(unlimited.lot, units.times(unlimited.cost), taken);
    return nought;
  }
  let left = units;
  for (const { lot, cost } of sources) {
    const value = Exact.min(left.times(cost), positive(lot.balance));
    move(lot, value, taken);
    left = left.minus(value.div(cost));
  }
  const owing = behavior === "reject" ? undefined : sources.find(({ lot }) => mayOwe(lot));
  const first = sources.find(({ lot }) => lot.rolledFrom === null);
  const debtor = owing ?? (behavior === "overflow" ? first : undefined);
  if (debtor === undefined) return left;
  move(debtor.lot, left.times(debtor.cost), taken);
  return nought;
}

/** Unlimited lots first, then debts up to zero, then up to what each lot gave; never rollovers. */
function giveBack(sources: readonly Source[], units: Decimal, taken: Taken): Decimal {
  let left = units;
  const lift = ({ lot, cost }: Source, ceiling: Decimal) => {
    const value = Exact.min(left.times(cost), positive(ceiling.minus(lot.balance)));
    move(lot, value.negated(), taken);
    left = left.minus(value.div(cost));
  };
  for (const source of sources) if (source.lot.unlimited) lift(source, given(source.lot));
  const proper = sources.filter(({ lot }) => lot.rolledFrom === null);
  for (const source of proper) lift(source, nought);
  for (const source of proper) lift(source, given(source.lot));
  return left;
}

/** What is left to use; nothing counts below zero, and an unlimited balance has no number. */
export function remainingIn(lots: readonly Lot[]): Decimal {
  if (lots.some(({ unlimited }) => unlimited)) return nought;
  return total(lots.map(({ balance }) => positive(balance)));
}
