import { type Quantity, sum, zero } from "../quantity";

/** Kinds of tokens that a call of a model is charged for; no token counts in two of them. */
export const tokenPools = [
  "input",
  "output",
  "cacheRead",
  "cacheWrite",
  "reasoning",
  "audioInput",
  "audioOutput",
] as const;

export type TokenPool = (typeof tokenPools)[number];

/** Dollars per million tokens. A pool without a rate of its own costs as much as text does. */
export type TokenRates = { readonly input: Quantity; readonly output: Quantity } & {
  readonly [Pool in Exclude<TokenPool, "input" | "output">]: Quantity | null;
};

/** What a model costs, with the rates of long requests where those differ. */
export type ModelRates = TokenRates & {
  readonly longContext: {
    /** A request with more input and cache tokens than this costs these rates as a whole. */
    readonly above: Quantity;
    readonly rates: TokenRates;
  } | null;
};

/** Tokens of one call, by pool. */
export type TokenCounts = Readonly<Record<TokenPool, Quantity>>;

/** Where a long request begins for a model that has rates for it, unless it says otherwise. */
export const usualLongContext = 200_000;

const PER_MILLION = 1_000_000;

/** The text rate that a pool costs when it has none of its own. */
const textRateOf = {
  cacheRead: "input",
  cacheWrite: "input",
  audioInput: "input",
  reasoning: "output",
  audioOutput: "output",
} as const;

/** The rates of a call: all of it at the long-context ones once it is beyond the threshold. */
function ratesFor(model: ModelRates, tokens: TokenCounts): TokenRates {
  const { longContext } = model;
  if (longContext === null) return model;
  const context = sum([tokens.input, tokens.cacheRead, tokens.cacheWrite]);
  return context.greaterThan(longContext.above) ? longContext.rates : model;
}

/** What a call costs before any markup, in dollars: the sum of rate × tokens / 1,000,000. */
export function baseCost(model: ModelRates, tokens: TokenCounts): Quantity {
  const rates = ratesFor(model, tokens);
  const perMillion = tokenPools.map((pool) => rateOf(rates, pool).times(tokens[pool]));
  return sum(perMillion).dividedBy(PER_MILLION);
}

function rateOf(rates: TokenRates, pool: TokenPool): Quantity {
  if (pool === "input" || pool === "output") return rates[pool];
  return rates[pool] ?? rates[textRateOf[pool]];
}

/**
 * Credits for a cost: a markup of 50 charges half as much again, −100 makes it free. Without any
 * markup one dollar is one credit.
 */
export function withMarkup(cost: Quantity, percent: Quantity | null): Quantity {
  return cost.times((percent ?? zero).plus(100)).dividedBy(100);
}
