import type { z } from "zod";
import { amount } from "../../core/money";
import type { BasePrice, ItemPrice, OnDecrease, Tier, TierAmount } from "../../core/plan";
import { type Quantity, quantity, zero } from "../../core/quantity";
import { DEFAULT_CURRENCY } from "../default-currency";
import type { BasePriceInput, PlanItemInput } from "../plan-schema";
import { wrongField } from "../wrong-field";

type BasePriceFields = z.output<typeof BasePriceInput>;
type ItemFields = z.output<typeof PlanItemInput>;
type ItemPriceFields = NonNullable<ItemFields["price"]>;
type TierFields = NonNullable<ItemPriceFields["tiers"]>[number];

/** Where a price stands and what of its item it depends on. */
interface ItemPricePlace {
  readonly path: string;
  readonly included: Quantity;
  readonly proration: ItemFields["proration"];
}

/** The base price that a caller wrote, one amount for each currency. */
export function readBasePrice(input: BasePriceFields, path: string): BasePrice {
  return {
    interval: input.interval,
    intervalCount: input.interval_count,
    amounts: [
      { currency: DEFAULT_CURRENCY, amount: amount(input.amount) },
      ...readOthers(input.additional_currencies, `${path}.additional_currencies`),
    ],
  };
}

/** The price of an item that a caller wrote; its tiers begin after the included units. */
export function readItemPrice(input: ItemPriceFields, place: ItemPricePlace): ItemPrice {
  return {
    interval: input.interval,
    intervalCount: input.interval_count,
    billingUnits: quantity(input.billing_units),
    method: input.billing_method,
    tierBehavior: input.tier_behavior ?? "graduated",
    tiers: readRates(input, place),
    maxPurchase: typeof input.max_purchase === "number" ? quantity(input.max_purchase) : null,
    onIncrease: place.proration?.on_increase ?? "prorate_immediately",
    onDecrease: readOnDecrease(place.proration?.on_decrease),
  };
}

function readOnDecrease(
  word: NonNullable<ItemFields["proration"]>["on_decrease"] | undefined,
): OnDecrease {
  return word === undefined || word === "prorate" ? "prorate_immediately" : word;
}

function readRates(input: ItemPriceFields, place: ItemPricePlace): Tier[] {
  const hasAmount = typeof input.amount === "number";
  const tiers = input.tiers ?? null;
  if (hasAmount === (tiers !== null)) {
    throw wrongField(place.path, "Give either 'amount' or 'tiers'.");
  }
  if (tiers !== null) {
    if (input.additional_currencies?.length) {
      throw wrongField(
        `${place.path}.additional_currencies`,
        "A price in tiers names its currencies in each tier.",
      );
    }
    return readTiers(tiers, place);
  }
  const others = readOthers(input.additional_currencies, `${place.path}.additional_currencies`);
  const main = { currency: DEFAULT_CURRENCY, amount: amount(input.amount ?? 0) };
  return [{ to: null, amounts: [main, ...others].map((one) => ({ ...one, flatAmount: null })) }];
}

function readTiers(tiers: readonly TierFields[], place: ItemPricePlace): Tier[] {
  const path = `${place.path}.tiers`;
  if (tiers.at(-1)?.to !== "inf") {
    throw wrongField(path, "The last tier ends with to: 'inf'.");
  }
  let previous = place.included;
  const read = tiers.map((tier, n) => {
    const isLast = n === tiers.length - 1;
    const to = readBound(tier.to, { path: `${path}.${n}.to`, isLast, previous });
    if (to !== null) previous = to;
    const amounts = [
      readTierAmount(tier, DEFAULT_CURRENCY, `${path}.${n}`),
      ...readTierOthers(tier, `${path}.${n}`),
    ];
    return { to: to === null ? null : to.minus(place.included), amounts };
  });
  refuseMissingCurrencies(read, path);
  return read;
}

function readBound(
  to: number | "inf",
  place: { path: string; isLast: boolean; previous: Quantity },
): Quantity | null {
  if (to === "inf") {
    if (place.isLast) return null;
    throw wrongField(place.path, "Only the last tier is without end.");
  }
  const bound = quantity(to);
  if (bound.greaterThan(place.previous)) return bound;
  throw wrongField(
    place.path,
    `Tiers rise, counted with the included units: this one must end after ${place.previous}.`,
  );
}

function readTierAmount(
  input: { amount?: number | undefined; flat_amount?: number | null | undefined },
  currency: string,
  path: string,
): TierAmount {
  const flat = typeof input.flat_amount === "number" ? amount(input.flat_amount) : null;
  if (input.amount === undefined && flat === null) {
    throw wrongField(path, `Give an 'amount', a 'flat_amount' or both in ${currency}.`);
  }
  return {
    currency,
    amount: input.amount === undefined ? zero : amount(input.amount),
    flatAmount: flat,
  };
}

function readTierOthers(tier: TierFields, path: string): TierAmount[] {
  const others = tier.additional_currencies ?? [];
  refuseRepeatedCurrencies(others, `${path}.additional_currencies`);
  return others.map((other, n) =>
    readTierAmount(other, other.currency, `${path}.additional_currencies.${n}`),
  );
}

/** A customer who pays in a currency must find it in every step. */
function refuseMissingCurrencies(tiers: readonly Tier[], path: string): void {
  const all = new Set(tiers.flatMap((tier) => tier.amounts.map((one) => one.currency)));
  for (const [n, tier] of tiers.entries()) {
    const own = new Set(tier.amounts.map((one) => one.currency));
    const missing = [...all].find((currency) => !own.has(currency));
    if (missing === undefined) continue;
    throw wrongField(
      `${path}.${n}.additional_currencies`,
      `'${missing}' is named in another tier, so every tier needs an amount in it.`,
    );
  }
}

function readOthers(
  others: readonly { currency: string; amount: number }[] | null | undefined,
  path: string,
) {
  refuseRepeatedCurrencies(others ?? [], path);
  return (others ?? []).map((one) => ({ currency: one.currency, amount: amount(one.amount) }));
}

function refuseRepeatedCurrencies(others: readonly { currency: string }[], path: string): void {
  const seen = new Set([DEFAULT_CURRENCY]);
  for (const [n, { currency }] of others.entries()) {
    if (seen.has(currency)) {
      throw wrongField(
        `${path}.${n}.currency`,
        currency === DEFAULT_CURRENCY
          ? `'${currency}' is the currency of the main amount.`
          : `'${currency}' stands here twice.`,
      );
    }
    seen.add(currency);
  }
}
