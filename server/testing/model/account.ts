import { Decimal } from "decimal.js";
import type { Step } from "./calendar";

/** Exact decimals of the model's own, wide enough that no sum of test amounts is ever rounded. */
export const Exact = Decimal.clone({ precision: 60 });
export const nought = new Exact(0);

/** A dated amount of one feature, as the model knows it: mutable, and without a ledger. */
export interface Lot {
  /** Rises with each lot that is made, so that equal lots burn in the order of their making. */
  readonly n: number;
  /** Lots of one set are one line of the wire's breakdown. */
  readonly set: number;
  readonly feature: string;
  readonly entity: string | null;
  readonly plan: string | null;
  /** The subscription that gave it, by number. */
  readonly subscription: number | null;
  readonly addOn: boolean;
  readonly ref: string | null;
  readonly unlimited: boolean;
  readonly step: Step | null;
  readonly createdAt: number;
  readonly rollover: RolloverRule | null;
  /** The lot whose remainder this one is. */
  readonly rolledFrom: Lot | null;
  included: Decimal;
  adjustment: Decimal;
  balance: Decimal;
  anchor: number;
  nextResetAt: number | null;
  lastResetAt: number;
  expiresAt: number | null;
  ended: boolean;
}

/** What becomes of a positive remainder at a reset. */
export interface RolloverRule {
  readonly max: number | null;
  readonly maxPercentage: number | null;
  /** Null never expires. */
  readonly months: number | null;
}

/** A balance edit, with what an undo needs. */
export interface Edit {
  /** The public id that the product gave it. */
  entryId: string;
  readonly at: number;
  /** What it moved, by lot: balance, granted amount, and the balance right after. */
  readonly moved: Map<Lot, { balance: Decimal; granted: Decimal; after: Decimal }>;
  /** The lot that it made. */
  readonly made: Lot | null;
  /** The lot that stands for it where nothing moved. */
  readonly lot: Lot;
  readonly dates: {
    readonly lot: Lot;
    readonly anchor: number;
    readonly nextResetAt: number | null;
    readonly expiresAt: number | null;
  } | null;
  undone: boolean;
}

/** Units that are held until somebody says what was used. */
export interface Hold {
  readonly key: string;
  readonly feature: string;
  /** An entity that is gone is named so that none is meant. */
  entity: string | null;
  readonly units: Decimal;
  /** What each lot gave, in the order of deduction. */
  readonly parts: readonly { lot: Lot; value: Decimal; units: Decimal }[];
  readonly at: number;
  readonly endsAt: number;
  /** Without an end of its own, what it took stays taken. */
  readonly lapses: boolean;
  open: boolean;
}

export interface Holding {
  readonly n: number;
  readonly plan: string;
  readonly entity: string | null;
  readonly addOn: boolean;
  readonly anchor: number;
}

/** A command that was sent under a key, with the answer it got. */
export interface Sent {
  readonly operation: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: unknown;
  readonly at: number;
}

/** Everything that the model remembers of one customer. */
export interface Account {
  readonly id: string;
  now: number;
  made: number;
  readonly lots: Lot[];
  /** Living entities, and whether each took a seat when it was made. */
  readonly entities: Map<string, boolean>;
  holdings: Holding[];
  readonly edits: Edit[];
  readonly holds: Hold[];
  readonly sent: Sent[];
  /** Tracked units and number of events, by feature. */
  readonly tracked: Map<string, { count: number; value: Decimal }>;
}

export function openAccount(id: string, now: number): Account {
  return {
    id,
    now,
    made: 0,
    lots: [],
    entities: new Map(),
    holdings: [],
    edits: [],
    holds: [],
    sent: [],
    tracked: new Map(),
  };
}

type LotSpec = Pick<Lot, "feature"> &
  Partial<Omit<Lot, "n" | "feature" | "included">> & {
    readonly included: Decimal;
  };

/** Adds a lot that is full. */
export function addLot(account: Account, spec: LotSpec): Lot {
  account.made += 1;
  const lot: Lot = {
    n: account.made,
    set: account.made,
    entity: null,
    plan: null,
    subscription: null,
    addOn: true,
    ref: null,
    unlimited: false,
    step: null,
    createdAt: account.now,
    rollover: null,
    rolledFrom: null,
    adjustment: nought,
    balance: spec.included,
    anchor: account.now,
    nextResetAt: null,
    lastResetAt: account.now,
    expiresAt: null,
    ended: false,
    ...spec,
  };
  account.lots.push(lot);
  return lot;
}

/** What a lot gives before any use. */
export function given(lot: Lot): Decimal {
  return lot.included.plus(lot.adjustment);
}

/** Closes a lot; what is left of it is lost. */
export function endLot(lot: Lot): void {
  lot.ended = true;
}

/** The living lots of a feature: an entity sees its own and the customer's, the customer sees all. */
export function visibleLots(account: Account, feature: string, entity: string | null): Lot[] {
  return account.lots.filter(
    (lot) =>
      !lot.ended &&
      lot.feature === feature &&
      (entity === null || lot.entity === null || lot.entity === entity),
  );
}

export function total(amounts: readonly Decimal[]): Decimal {
  return amounts.reduce((sum, amount) => sum.plus(amount), nought);
}

/** The part of an amount above zero. */
export function positive(amount: Decimal): Decimal {
  return Exact.max(nought, amount);
}
