import { z } from "zod";
import type { ModelRates, TokenRates } from "../core/balances/token-cost";
import { type Quantity, quantity, toWire } from "../core/quantity";
import { audit } from "../platform/audit";
import type { Ctx } from "../platform/context";
import { inTransaction } from "../platform/transaction";
import { bumpCatalog } from "../tenancy/rows";
import type { Catalog, CatalogFeature, Markups } from "./catalog";
import { bundledRates, ratesAsOf } from "./credits/bundled-rates";
import { toRates } from "./credits/stored";
import { currentCatalog } from "./load-catalog";
import { insertModelRate } from "./rows";
import { wrongField } from "./wrong-field";

const bundled: ReadonlyMap<string, ModelRates> = new Map(
  Object.entries(bundledRates).map(([model, rates]) => [model, toRates(rates)]),
);

/**
 * What a model's tokens cost in an environment at an instant: its own newest price that is valid
 * by then, else the one that comes with the product; null for a model that neither knows.
 */
export function modelRates(catalog: Catalog, model: string, at: Date): ModelRates | null {
  const own = catalog.ownRates.get(model)?.find(({ validFrom }) => validFrom <= at);
  return own?.rates ?? bundled.get(model) ?? null;
}

/** What an AI credit system charges for a model: its tokens' price and the percent on top. */
export interface TokenPrice {
  readonly rates: ModelRates;
  readonly markup: Quantity | null;
}

/**
 * The price of a model under an AI credit system (domain §18): the system's own costs for the
 * model, else {@link modelRates}; the markup of the model, else of its provider, else of all.
 * Null for a model that nobody priced.
 *
 * @param model `provider/model`; what follows the first slash is the model's name
 */
export function tokenPrice(
  catalog: Catalog,
  system: CatalogFeature,
  { model, at }: { readonly model: string; readonly at: Date },
): TokenPrice | null {
  const { models, providers, fallback } = system.markups ?? noMarkups;
  const own = entryOf(models, model);
  const rates = own === null ? null : ownCosts(own);
  const known = rates ?? modelRates(catalog, model, at);
  if (known === null) return null;
  const provider = model.slice(0, model.indexOf("/"));
  return { rates: known, markup: own?.markup ?? entryOf(providers, provider) ?? fallback };
}

const noMarkups: Markups = { models: {}, providers: {}, fallback: null };

function ownCosts({ inputCost, outputCost }: Markups["models"][string]): ModelRates | null {
  if (inputCost === null || outputCost === null) return null;
  return { ...textOnly, input: inputCost, output: outputCost };
}

const textOnly = {
  cacheRead: null,
  cacheWrite: null,
  reasoning: null,
  audioInput: null,
  audioOutput: null,
  longContext: null,
};

/** Names come from outside, and objects have more keys than they were given. */
function entryOf<Value>(map: Readonly<Record<string, Value>>, key: string): Value | null {
  return Object.hasOwn(map, key) ? (map[key] ?? null) : null;
}

/** Dollars per million tokens; null costs what text does. */
const Rate = z.number().min(0);

const tokenRates = {
  input: Rate,
  output: Rate,
  cacheRead: Rate.nullable(),
  cacheWrite: Rate.nullable(),
  reasoning: Rate.nullable(),
  audioInput: Rate.nullable(),
  audioOutput: Rate.nullable(),
};

/** What a model costs, in dollars per million tokens, as screens read and write it. */
export const ModelRatesShape = z.object({
  ...tokenRates,
  longContext: z.object({ above: z.int().min(1), rates: z.object(tokenRates) }).nullable(),
});
export type ModelRatesWire = z.output<typeof ModelRatesShape>;

/** A model's price in this environment beside the one that comes with the product. */
export interface ModelPrice {
  /** `provider/model`, as `model_id` names it. */
  readonly model: string;
  /** What counts now; null when a price of one's own was given up and there is no other. */
  readonly rates: ModelRatesWire | null;
  readonly bundled: ModelRatesWire | null;
  /** Since when the environment's own price counts, in Unix ms; null while the bundled one does. */
  readonly ownSince: number | null;
}

/** The token prices of an environment by model, and the month of the bundled ones. */
export interface ModelPrices {
  readonly asOf: string;
  readonly models: readonly ModelPrice[];
}

/** Every model that the environment or the product has a price of, by name. */
export async function listModelPrices(ctx: Ctx): Promise<ModelPrices> {
  const catalog = await currentCatalog(ctx);
  const names = new Set([...bundled.keys(), ...catalog.ownRates.keys()]);
  const models = [...names].sort().map((model) => presentPrice(catalog, model, ctx.now));
  return { asOf: ratesAsOf, models: models.filter(({ rates }) => rates !== null) };
}

function presentPrice(catalog: Catalog, model: string, now: Date): ModelPrice {
  const rates = modelRates(catalog, model, now);
  const listed = bundled.get(model) ?? null;
  const own = catalog.ownRates.get(model)?.find(({ validFrom }) => validFrom <= now);
  return {
    model,
    rates: rates && presentRates(rates),
    bundled: listed && presentRates(listed),
    ownSince: own?.rates ? own.validFrom.getTime() : null,
  };
}

/** A change of a model's price; null goes back to the bundled one, or forgets the model. */
export interface ModelPriceChange {
  readonly model: string;
  readonly rates: ModelRatesWire | null;
  readonly reason: string;
}

/**
 * Sets what a model costs in this environment from now on. Tokens that were tracked before keep
 * their cost.
 *
 * @throws `invalid_inputs` for a name that is not `provider/model`, and for inexact numbers
 */
export async function setModelPrice(ctx: Ctx, change: ModelPriceChange): Promise<ModelPrice> {
  const { model } = change;
  if (!/^[^/\s]+\/\S+$/.test(model)) {
    throw wrongField("model", "Name a model as provider/model, such as 'openai/gpt-4o'.");
  }
  const rates = change.rates && readRates(change.rates);
  const before = presentPrice(await currentCatalog(ctx), model, ctx.now);
  await inTransaction(ctx, async (ctx) => {
    await bumpCatalog(ctx);
    await insertModelRate(ctx, { model, rates });
    await audit(ctx, {
      action: "model_prices.update",
      targetType: "model_price",
      targetId: model,
      before: before.rates,
      after: change.rates ?? before.bundled,
      reason: change.reason,
    });
  });
  return presentPrice(await currentCatalog(ctx), model, ctx.now);
}

function readRates(wire: ModelRatesWire): ModelRates {
  const { longContext } = wire;
  return {
    ...readTokenRates(wire),
    longContext: longContext && {
      above: quantity(longContext.above),
      rates: readTokenRates(longContext.rates),
    },
  };
}

function readTokenRates(wire: Omit<ModelRatesWire, "longContext">): TokenRates {
  const read = (rate: number | null): Quantity | null => (rate === null ? null : quantity(rate));
  return {
    input: quantity(wire.input),
    output: quantity(wire.output),
    cacheRead: read(wire.cacheRead),
    cacheWrite: read(wire.cacheWrite),
    reasoning: read(wire.reasoning),
    audioInput: read(wire.audioInput),
    audioOutput: read(wire.audioOutput),
  };
}

function presentRates(rates: ModelRates): ModelRatesWire {
  const { longContext } = rates;
  return {
    ...presentTokenRates(rates),
    longContext: longContext && {
      above: toWire(longContext.above),
      rates: presentTokenRates(longContext.rates),
    },
  };
}

function presentTokenRates(rates: TokenRates): Omit<ModelRatesWire, "longContext"> {
  const present = (rate: Quantity | null) => (rate === null ? null : toWire(rate));
  return {
    input: toWire(rates.input),
    output: toWire(rates.output),
    cacheRead: present(rates.cacheRead),
    cacheWrite: present(rates.cacheWrite),
    reasoning: present(rates.reasoning),
    audioInput: present(rates.audioInput),
    audioOutput: present(rates.audioOutput),
  };
}
