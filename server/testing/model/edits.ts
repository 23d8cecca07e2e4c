import type { Decimal } from "decimal.js";
import {
  type Account,
  addLot,
  type Edit,
  Exact,
  endLot,
  given,
  type Lot,
  nought,
  positive,
  type RolloverRule,
  total,
} from "./account";
import { firstAfter, type Step } from "./calendar";
import type { Expected } from "./expected";
import { isHeld } from "./shop";
import { inBurnOrder, mayOwe, remainingIn } from "./spend";

const invalid = { refused: "invalid_inputs" } as const;
const done = { figures: { success: true } } as const;
const undoLimitMs = 30 * 60_000;

export interface GrantSpec {
  readonly feature: string;
  readonly entity: string | null;
  readonly included: number | null;
  readonly ref: string | null;
  readonly step: Step | null;
  /** From now, in milliseconds. */
  readonly firstResetIn: number | null;
  readonly expiresIn: number | null;
  readonly rollover: RolloverRule | null;
}

/** Grants a balance that stands alone; without an amount it is unlimited. */
export function grant(account: Account, spec: GrantSpec): Expected {
  const { feature, entity, included, step, firstResetIn, expiresIn } = spec;
  if (entity !== null && !account.entities.has(entity)) return { refused: "entity_not_found" };
  if (step !== null && isHeld(feature)) return invalid;
  if (step === null && (firstResetIn !== null || spec.rollover !== null)) return invalid;
  if (included === null && spec.rollover !== null) return invalid;
  if (step !== null && expiresIn !== null) return invalid;
  const taken = account.lots.some(
    (lot) => !lot.ended && lot.feature === feature && lot.ref !== null && lot.ref === spec.ref,
  );
  if (taken) return { refused: "balance_already_exists" };
  // What has no end is never renewed.
  const renewed = included === null ? null : step;
  const anchor = account.now + (renewed === null ? 0 : (firstResetIn ?? 0));
  const made = addLot(account, {
    feature,
    entity,
    included: new Exact(included ?? 0),
    unlimited: included === null,
    ref: spec.ref,
    step: renewed,
    anchor,
    nextResetAt: nextReset(account.now, renewed, { anchor, isFirst: firstResetIn !== null }),
    expiresAt: expiresIn === null ? null : account.now + expiresIn,
    rollover: spec.rollover,
  });
  remember(account, { moved: new Map(), made, lot: made, dates: null });
  return done;
}

function nextReset(
  now: number,
  step: Step | null,
  { anchor, isFirst }: { anchor: number; isFirst: boolean },
): number | null {
  if (step === null) return null;
  return isFirst ? anchor : firstAfter(anchor, step, now);
}

export interface Change {
  readonly feature: string;
  readonly entity: string | null;
  readonly ref: string | null;
  readonly remaining?: number;
  readonly add?: number;
  readonly usage?: number;
  readonly included?: number;
  readonly nextResetIn?: number;
  readonly expiresIn?: number;
}

/** The living lots that an edit means: those of the entity, or of the customer itself. */
function targetsOf(
  account: Account,
  { feature, entity, ref }: { feature: string; entity: string | null; ref: string | null },
): Lot[] {
  const lots = account.lots.filter(
    (lot) =>
      !lot.ended &&
      lot.feature === feature &&
      lot.entity === entity &&
      (ref === null || lot.ref === ref),
  );
  const sources = lots.map((lot) => ({ lot, cost: new Exact(1) }));
  return inBurnOrder(sources, feature, entity).map(({ lot }) => lot);
}

/** Changes a balance (domain §12, editing). */
export function change(account: Account, wanted: Change): Expected {
  if (wanted.entity !== null && !account.entities.has(wanted.entity)) {
    return { refused: "entity_not_found" };
  }
  const lots = targetsOf(account, wanted);
  const only = properOf(lots)[0];
  if (only === undefined) return { refused: "balance_not_found" };
  if (!isPossible(account, lots, wanted)) return invalid;
  const before = new Map(lots.map((lot) => [lot, { balance: lot.balance, given: given(lot) }]));
  const { anchor, nextResetAt, expiresAt } = only;
  if (wanted.included !== undefined) {
    const more = new Exact(wanted.included).minus(given(only));
    only.adjustment = only.adjustment.plus(more);
    only.balance = only.balance.plus(more);
  }
  moveBalances(lots, wanted);
  if (wanted.nextResetIn !== undefined) {
    only.anchor = account.now + wanted.nextResetIn;
    only.nextResetAt = only.anchor;
  }
  if (wanted.expiresIn !== undefined) only.expiresAt = account.now + wanted.expiresIn;
  const dates = wanted.nextResetIn !== undefined || wanted.expiresIn !== undefined;
  const moved = movedSince(before);
  const oldest = lots.reduce((first, lot) => (lot.n < first.n ? lot : first), only);
  remember(account, {
    moved,
    made: null,
    lot: [...moved.keys()][0] ?? oldest,
    dates: dates ? { lot: only, anchor, nextResetAt, expiresAt } : null,
  });
  return done;
}

function isPossible(account: Account, lots: readonly Lot[], wanted: Change): boolean {
  const { included, nextResetIn, expiresIn, remaining, add } = wanted;
  const needsOne = included ?? nextResetIn ?? expiresIn;
  const proper = properOf(lots);
  const [only] = proper;
  if (only === undefined || (needsOne !== undefined && proper.length > 1)) return false;
  const unlimited = lots.some((lot) => lot.unlimited);
  if (unlimited && (remaining ?? add ?? included) !== undefined) return false;
  if (expiresIn !== undefined && expiresIn <= 0) return false;
  if (nextResetIn === undefined) return true;
  const expiresAt = expiresIn === undefined ? only.expiresAt : account.now + expiresIn;
  const isLate = expiresAt !== null && account.now + nextResetIn >= expiresAt;
  return only.step !== null && !only.unlimited && nextResetIn > 0 && !isLate;
}

/** What rolled over from a lot is not meant where the lot itself is. */
function properOf(lots: readonly Lot[]): readonly Lot[] {
  const proper = lots.filter(({ rolledFrom }) => rolledFrom === null);
  return proper.length > 0 ? proper : lots;
}

function moveBalances(lots: readonly Lot[], wanted: Change): void {
  const { remaining, add, usage } = wanted;
  if (remaining !== undefined) {
    for (const lot of lots) lot.balance = positive(lot.balance);
    const more = new Exact(remaining).minus(remainingIn(lots));
    if (more.isNegative()) drain(lots, more.negated());
    else raise(lots, more);
  }
  const signed = total(lots.map(({ balance }) => balance));
  const used = usage === undefined ? undefined : total(lots.map(given)).minus(usage).minus(signed);
  const shift = used ?? (add === undefined ? undefined : new Exact(add));
  const unlimited = lots.find((lot) => lot.unlimited);
  if (shift === undefined) return;
  if (unlimited !== undefined) unlimited.balance = unlimited.balance.plus(shift);
  else if (shift.isNegative()) owe(lots, drain(lots, shift.negated()));
  else raise(lots, liftDebts(lots, shift));
}

/** Takes down to zero in burn order; gives what is still to be taken. */
function drain(lots: readonly Lot[], amount: Decimal): Decimal {
  let left = amount;
  for (const lot of lots) {
    const value = Exact.min(left, positive(lot.balance));
    lot.balance = lot.balance.minus(value);
    left = left.minus(value);
  }
  return left;
}

/** A debt lands where use would land: on a lot that may owe, else on the first. */
function owe(lots: readonly Lot[], amount: Decimal): void {
  const proper = lots.find(({ rolledFrom }) => rolledFrom === null) ?? lots[0];
  const debtor = lots.find(mayOwe) ?? proper;
  if (debtor !== undefined) debtor.balance = debtor.balance.minus(amount);
}

function liftDebts(lots: readonly Lot[], amount: Decimal): Decimal {
  return liftTo(lots, amount, () => nought);
}

/** Adds up to what each lot gave, in burn order; a gift beyond that lands on the first. */
function raise(lots: readonly Lot[], amount: Decimal): void {
  const left = liftTo(lots, amount, given);
  const first = lots.find(({ rolledFrom }) => rolledFrom === null) ?? lots[0];
  if (first !== undefined) first.balance = first.balance.plus(left);
}

function liftTo(lots: readonly Lot[], amount: Decimal, ceilingOf: (lot: Lot) => Decimal): Decimal {
  let left = amount;
  for (const lot of lots) {
    if (lot.rolledFrom !== null) continue;
    const value = Exact.min(left, positive(ceilingOf(lot).minus(lot.balance)));
    lot.balance = lot.balance.plus(value);
    left = left.minus(value);
  }
  return left;
}

function movedSince(before: ReadonlyMap<Lot, { balance: Decimal; given: Decimal }>): Edit["moved"] {
  const moved: Edit["moved"] = new Map();
  for (const [lot, was] of before) {
    const balance = lot.balance.minus(was.balance);
    const granted = given(lot).minus(was.given);
    if (balance.isZero() && granted.isZero()) continue;
    moved.set(lot, { balance, granted, after: lot.balance });
  }
  return moved;
}

function remember(account: Account, edit: Omit<Edit, "entryId" | "at" | "undone">): void {
  account.edits.push({ ...edit, entryId: "", at: account.now, undone: false });
}

/** Ends the balances that stand alone; those of a plan end with the plan. */
export function end(
  account: Account,
  target: { feature: string; entity: string | null; ref: string | null },
): Expected {
  if (target.entity !== null && !account.entities.has(target.entity)) {
    return { refused: "entity_not_found" };
  }
  const lots = targetsOf(account, target);
  if (lots.length === 0) return { refused: "balance_not_found" };
  const alone = lots.filter(({ plan }) => plan === null);
  const [first] = alone;
  if (first === undefined) return { refused: "invalid_request" };
  for (const lot of alone) endLot(lot);
  remember(account, { moved: new Map(), made: null, lot: first, dates: null });
  return done;
}

/** Takes an edit back, as long as it is fresh and nothing that it gave is missing (decision 17). */
export function undo(account: Account, edit: Edit): Expected {
  const refused = { refused: "edit_not_undoable" } as const;
  const { at, made, dates, moved } = edit;
  const { entity } = edit.lot;
  if (entity !== null && !account.entities.has(entity)) return { refused: "entity_not_found" };
  const touched = [...moved.keys(), ...[made, dates?.lot].flatMap((lot) => lot ?? [])];
  if (edit.undone || account.now - at > undoLimitMs) return refused;
  if ([edit.lot, ...touched].some((lot) => lot.ended)) return refused;
  if (touched.some((lot) => lot.lastResetAt > at)) return refused;
  if (made !== null) {
    if (!made.balance.equals(given(made)) || !given(made).equals(made.included)) return refused;
    endLot(made);
  }
  for (const [lot, { balance, after }] of moved) {
    const restored = lot.balance.minus(balance);
    const takes = balance.greaterThan(0) && restored.isNegative() && !restored.isZero();
    if (takes && !lot.balance.equals(after)) return refused;
  }
  const passed = [dates?.nextResetAt, dates?.expiresAt].some(
    (instant) => typeof instant === "number" && instant <= account.now,
  );
  if (passed) return refused;
  for (const [lot, { balance, granted }] of moved) {
    lot.balance = lot.balance.minus(balance);
    lot.adjustment = lot.adjustment.minus(granted);
  }
  if (dates !== null) {
    const { anchor, nextResetAt, expiresAt } = dates;
    Object.assign(dates.lot, { anchor, nextResetAt, expiresAt });
  }
  edit.undone = true;
  account.edits.push({
    ...{ entryId: "", at: account.now, lot: edit.lot, made: null, dates: null },
    ...{ moved: new Map(), undone: true },
  });
  return done;
}
