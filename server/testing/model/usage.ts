import type { Decimal } from "decimal.js";
import { type Account, Exact, type Lot, visibleLots } from "./account";
import { balanceFigures, type Expected, sorted, takenFigures } from "./expected";
import { costsOf, features } from "./shop";
import { type Behavior, sourcesOf, spend, type Taken } from "./spend";

/** What a track answers, and what it does to the account. */
export function track(
  account: Account,
  use: {
    readonly feature: string;
    readonly event: string | null;
    readonly entity: string | null;
    readonly units: number;
    readonly behavior: Behavior;
  },
): Expected {
  if (use.entity !== null && !account.entities.has(use.entity)) {
    return { refused: "entity_not_found" };
  }
  const { event, entity } = use;
  const moved =
    event === null
      ? [use.feature]
      : features.filter(({ events }) => events?.includes(event)).map(({ id }) => id);
  const shown = new Set<string>();
  const rows: unknown[] = [];
  let first: string | null = null;
  for (const feature of moved) {
    const sources = sourcesOf(account, feature, entity);
    const spent = spend(sources, new Exact(use.units), use.behavior);
    const taken: Taken = spent?.taken ?? new Map();
    count(account, feature, use.units);
    rows.push(...takenFigures(taken));
    const ids = concerned(account, feature, { entity, taken });
    for (const id of ids) shown.add(id);
    if (feature === moved[0]) first = ids[0] ?? null;
  }
  const balances = moved.length > 1 || shown.size > 1 ? [...shown] : [];
  return {
    figures: {
      value: use.units,
      balance: first === null ? null : balanceFigures(account, first, entity),
      balances: balances.map((id) => [id, balanceFigures(account, id, entity)]).sort(),
      deductions: sorted(rows),
    },
  };
}

/** Whose balances a track shows: its own, and those of systems that paid; else who would pay. */
function concerned(
  account: Account,
  feature: string,
  { entity, taken }: { entity: string | null; taken: Taken },
): string[] {
  const paying = new Set([...taken.keys()].map((lot) => lot.feature));
  const held = [feature, ...costsOf(feature).map(({ system }) => system)].filter(
    (id) => visibleLots(account, id, entity).length > 0,
  );
  const shown = held.filter((id) => id === feature || paying.has(id));
  return shown.length > 0 ? shown : held.slice(0, 1);
}

/** What a check answers; with `spends` it takes the units in the same step, or nothing. */
export function check(
  account: Account,
  use: {
    readonly feature: string;
    readonly entity: string | null;
    readonly units: number;
    readonly spends: boolean;
  },
): Expected {
  if (use.entity !== null && !account.entities.has(use.entity)) {
    return { refused: "entity_not_found" };
  }
  const { feature, entity } = use;
  const units = new Exact(use.units);
  const allowed = canSpend(account, feature, { entity, units });
  const answers = answering(account, feature, { entity, units });
  if (allowed && use.spends) {
    spend(sourcesOf(account, feature, entity), units, "reject");
    count(account, feature, use.units);
  }
  return {
    figures: { allowed, balance: balanceFigures(account, answers, entity) },
  };
}

interface Need {
  readonly entity: string | null;
  readonly units: Decimal;
}

/** Whether everything that may pay for the feature covers the units, or only some of it. */
export function canSpend(
  account: Account,
  feature: string,
  { entity, units }: Need,
  from: (lot: Lot) => boolean = () => true,
): boolean {
  const sources = sourcesOf(account, feature, entity).filter(({ lot }) => from(lot));
  if (sources.length === 0) return false;
  if (units.lessThanOrEqualTo(0)) return true;
  const before = sources.map(({ lot }) => lot.balance);
  const spent = spend(sources, units, "reject");
  sources.forEach(({ lot }, n) => {
    lot.balance = before[n] ?? lot.balance;
  });
  return spent !== null;
}

/** Whose balance a check shows (domain §17 rule 2). */
export function answering(account: Account, feature: string, need: Need): string {
  const systems = costsOf(feature).map(({ system }) => system);
  const alone = (id: string) => canSpend(account, feature, need, (lot) => lot.feature === id);
  const has = (id: string) => visibleLots(account, id, need.entity).length > 0;
  return [feature, ...systems].find(alone) ?? systems.find(has) ?? feature;
}

export function count(account: Account, feature: string, units: number): void {
  const before = account.tracked.get(feature) ?? { count: 0, value: new Exact(0) };
  account.tracked.set(feature, { count: before.count + 1, value: before.value.plus(units) });
}

/** All balances of a customer or of one of its entities. */
export function look(account: Account, entity: string | null): Expected {
  if (entity !== null && !account.entities.has(entity)) return { refused: "entity_not_found" };
  return {
    figures: Object.fromEntries(
      features.flatMap(({ id }) => {
        const balance = balanceFigures(account, id, entity);
        return balance === null ? [] : [[id, balance]];
      }),
    ),
  };
}
