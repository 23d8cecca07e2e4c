import { type Account, Exact, visibleLots } from "./account";
import { balanceFigures, type Expected, takenFigures } from "./expected";
import { features } from "./shop";
import { type Behavior, remainingIn, sourcesOf, spend } from "./spend";

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
  const taken = moved.map((feature) => {
    const sources = sourcesOf(account, feature, entity);
    const spent = spend(sources, new Exact(use.units), use.behavior);
    count(account, feature, use.units);
    return spent?.taken ?? new Map();
  });
  return {
    figures: {
      value: use.units,
      balance: balanceFigures(account, moved[0] ?? "", entity),
      deductions: takenFigures(new Map(taken.flatMap((one) => [...one]))),
    },
  };
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
  const lots = visibleLots(account, feature, entity);
  const units = new Exact(use.units);
  const allowed =
    lots.length > 0 &&
    (lots.some(({ unlimited }) => unlimited) ||
      units.lessThanOrEqualTo(0) ||
      units.lessThanOrEqualTo(remainingIn(lots)));
  if (allowed && use.spends) {
    spend(sourcesOf(account, feature, entity), units, "reject");
    count(account, feature, use.units);
  }
  return {
    figures: { allowed, balance: balanceFigures(account, feature, entity) },
  };
}

function count(account: Account, feature: string, units: number): void {
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
