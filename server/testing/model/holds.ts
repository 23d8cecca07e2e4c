import { type Account, Exact, given, type Hold, type Lot, positive } from "./account";
import { balanceFigures, type Expected } from "./expected";
import { isHeld } from "./shop";
import { sourcesOf, spend } from "./spend";
import { answering, canSpend, count } from "./usage";

const dayMs = 86_400_000;
const lockGone = { refused: "invalid_request" } as const;

/** What a check with a lock answers: all units are held, or none. */
export function hold(
  account: Account,
  wanted: {
    readonly key: string;
    readonly feature: string;
    readonly entity: string | null;
    readonly units: number;
    readonly endsIn: number | null;
  },
): Expected {
  const { key, feature, entity, endsIn } = wanted;
  if (isHeld(feature)) return { refused: "invalid_inputs" };
  if (entity !== null && !account.entities.has(entity)) return { refused: "entity_not_found" };
  if (account.holds.some((other) => other.open && other.key === key)) {
    return { refused: "lock_already_exists" };
  }
  const units = new Exact(wanted.units);
  const allowed = canSpend(account, feature, { entity, units });
  const answers = answering(account, feature, { entity, units });
  if (allowed) {
    const { taken } = spend(sourcesOf(account, feature, entity), units, "reject") ?? {};
    account.holds.push({
      ...{ key, feature, entity, units, at: account.now, open: true },
      parts: partsOf(account, feature, { entity, taken: taken ?? new Map() }),
      endsAt: account.now + (endsIn ?? dayMs),
      lapses: endsIn === null,
    });
    count(account, feature, wanted.units);
  }
  return { figures: { allowed, balance: balanceFigures(account, answers, entity) } };
}

function partsOf(
  account: Account,
  feature: string,
  { entity, taken }: { entity: string | null; taken: ReadonlyMap<Lot, Hold["units"]> },
): Hold["parts"] {
  const costs = new Map(sourcesOf(account, feature, entity).map(({ lot, cost }) => [lot, cost]));
  return [...taken].map(([lot, value]) => ({
    lot,
    value,
    units: value.div(costs.get(lot) ?? 1),
  }));
}

/** Closes a lock at its final value: the rest goes back, or more is deducted. */
export function finalize(account: Account, key: string, used: number | "all"): Expected {
  const held = account.holds.find((one) => one.open && one.key === key);
  if (held === undefined) return lockGone;
  close(account, held, used === "all" ? held.units : new Exact(used));
  return { figures: { success: true } };
}

/** What becomes of a lock whose time is over. */
export function expire(account: Account, held: Hold): void {
  if (held.lapses) held.open = false;
  else close(account, held, new Exact(0));
}

function close(account: Account, held: Hold, final: Hold["units"]): void {
  held.open = false;
  const { feature, entity, units } = held;
  const more = final.minus(units);
  if (more.isZero()) return;
  count(account, feature, more.toNumber());
  if (more.isPositive()) {
    spend(sourcesOf(account, feature, entity), more, "cap");
    return;
  }
  const owed = giveBack(held, units.minus(positive(final)));
  const refund = Exact.min(0, final).minus(owed);
  spend(sourcesOf(account, feature, entity), refund, "cap");
}

/** Gives back to the lots that gave, last taken first; what they cannot take is still owed. */
function giveBack(held: Hold, units: Hold["units"]): Hold["units"] {
  let left = units;
  let owed = new Exact(0);
  for (const { lot, value, units: covered } of [...held.parts].reverse()) {
    const wanted = Exact.min(left, covered);
    left = left.minus(wanted);
    const full = covered.isZero() ? covered : value.times(wanted).div(covered);
    // A lot that was renewed has forgotten what it gave: it takes only what it lacks.
    const room = lot.lastResetAt > held.at ? positive(given(lot).minus(lot.balance)) : full;
    const back = lot.ended ? new Exact(0) : Exact.min(full, room);
    lot.balance = lot.balance.plus(back);
    owed = owed.plus(full.isZero() ? 0 : wanted.times(full.minus(back)).div(full));
  }
  return owed;
}
