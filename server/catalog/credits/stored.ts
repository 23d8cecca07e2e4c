import {
  type ModelRates,
  type TokenPool,
  type TokenRates,
  usualLongContext,
} from "../../core/balances/token-cost";
import { invariant } from "../../core/invariant";
import { fromRow, type Quantity } from "../../core/quantity";
import type { CatalogFeature, CreditMember, DatedRates, Markups } from "../catalog";

/** A step of a cost as the column holds it: decimals as text, without end as null. */
interface TierRow {
  readonly to: string | null;
  readonly credit_cost: string;
}

/** A member of a credit system in `feature.credit_schema`; features by their row id. */
export interface MemberRow {
  readonly feature_id: number;
  readonly billing_units: string;
  readonly tiers: readonly TierRow[];
  readonly dimensions: readonly {
    readonly name: string;
    readonly match: Readonly<Record<string, string>>;
    readonly priority: number;
    readonly tiers: readonly TierRow[];
  }[];
  readonly multipliers: readonly {
    readonly name: string;
    readonly match: Readonly<Record<string, string>>;
    readonly factor: string;
    readonly add: string;
  }[];
}

/** `feature.markups`: percents and dollars per million tokens as text. */
export interface MarkupsRow {
  readonly default: string | null;
  readonly providers: Readonly<Record<string, string>>;
  readonly models: Readonly<
    Record<
      string,
      {
        readonly markup: string | null;
        readonly input_cost: string | null;
        readonly output_cost: string | null;
      }
    >
  >;
}

/** A row of `ai_model_rate`. */
export interface RatesRow {
  readonly model: string;
  readonly valid_from_ms: number;
  readonly rates: ListedRates | null;
}

/** Dollars per million tokens as text; pools without a rate of their own may be left out. */
type ListedTokenRates = { readonly input: string; readonly output: string } & {
  readonly [Pool in Exclude<TokenPool, "input" | "output">]?: string | null;
};

/** `ai_model_rate.rates` and the list that comes with the product. */
export type ListedRates = ListedTokenRates & {
  readonly longContext?: {
    /** `usualLongContext` when left out. */
    readonly above?: string;
    readonly rates: ListedTokenRates;
  } | null;
};

export function toMember(row: MemberRow, slugById: ReadonlyMap<number, string>): CreditMember {
  const slug = slugById.get(row.feature_id);
  invariant(slug !== undefined, `A credit system's member ${row.feature_id} does not exist.`);
  return {
    featureId: row.feature_id,
    slug,
    billingUnits: fromRow(row.billing_units),
    tiers: row.tiers.map(toTier),
    dimensions: row.dimensions.map((one) => ({ ...one, tiers: one.tiers.map(toTier) })),
    multipliers: row.multipliers.map((one) => ({
      ...one,
      factor: fromRow(one.factor),
      add: fromRow(one.add),
    })),
  };
}

function toTier(row: TierRow): CreditMember["tiers"][number] {
  return { to: decimalOrNull(row.to), creditCost: fromRow(row.credit_cost) };
}

/** What `toMember` reads back as the same. */
export function storedMember(member: CreditMember): MemberRow {
  return {
    feature_id: member.featureId,
    billing_units: member.billingUnits.toString(),
    tiers: member.tiers.map(storedTier),
    dimensions: member.dimensions.map((one) => ({ ...one, tiers: one.tiers.map(storedTier) })),
    multipliers: member.multipliers.map((one) => ({
      ...one,
      factor: one.factor.toString(),
      add: one.add.toString(),
    })),
  };
}

function storedTier(tier: CreditMember["tiers"][number]): TierRow {
  return { to: tier.to?.toString() ?? null, credit_cost: tier.creditCost.toString() };
}

export function toMarkups(row: MarkupsRow): Markups {
  return {
    fallback: decimalOrNull(row.default),
    providers: mapValues(row.providers, fromRow),
    models: mapValues(row.models, (one) => ({
      markup: decimalOrNull(one.markup),
      inputCost: decimalOrNull(one.input_cost),
      outputCost: decimalOrNull(one.output_cost),
    })),
  };
}

/** What `toMarkups` reads back as the same. */
export function storedMarkups(markups: Markups): MarkupsRow {
  return {
    default: markups.fallback?.toString() ?? null,
    providers: mapValues(markups.providers, String),
    models: mapValues(markups.models, (one) => ({
      markup: one.markup?.toString() ?? null,
      input_cost: one.inputCost?.toString() ?? null,
      output_cost: one.outputCost?.toString() ?? null,
    })),
  };
}

/** Rates of an environment's own by model, in the order of the rows: newest first. */
export function ratesIndex(rows: readonly RatesRow[]): Map<string, DatedRates[]> {
  const index = new Map<string, DatedRates[]>();
  for (const row of rows) {
    const dated = {
      validFrom: new Date(row.valid_from_ms),
      rates: row.rates === null ? null : toRates(row.rates),
    };
    const known = index.get(row.model);
    if (known === undefined) index.set(row.model, [dated]);
    else known.push(dated);
  }
  return index;
}

/** Rates from their stored form, in which pools without a rate may be missing. */
export function toRates(row: ListedRates): ModelRates {
  const { longContext } = row;
  return {
    ...toTokenRates(row),
    longContext: longContext
      ? {
          above: fromRow(longContext.above ?? String(usualLongContext)),
          rates: toTokenRates(longContext.rates),
        }
      : null,
  };
}

function toTokenRates(row: ListedTokenRates): TokenRates {
  return {
    input: fromRow(row.input),
    output: fromRow(row.output),
    cacheRead: decimalOrNull(row.cacheRead ?? null),
    cacheWrite: decimalOrNull(row.cacheWrite ?? null),
    reasoning: decimalOrNull(row.reasoning ?? null),
    audioInput: decimalOrNull(row.audioInput ?? null),
    audioOutput: decimalOrNull(row.audioOutput ?? null),
  };
}

/** The credit systems that each member is paid from, oldest first. */
export function creditSystemIndex(
  features: readonly CatalogFeature[],
): Map<number, CatalogFeature[]> {
  const index = new Map<number, CatalogFeature[]>();
  for (const system of features) {
    for (const { featureId } of system.creditItems) {
      const known = index.get(featureId);
      if (known === undefined) index.set(featureId, [system]);
      else known.push(system);
    }
  }
  return index;
}

function decimalOrNull(text: string | null): Quantity | null {
  return text === null ? null : fromRow(text);
}

function mapValues<In, Out>(
  map: Readonly<Record<string, In>>,
  change: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
