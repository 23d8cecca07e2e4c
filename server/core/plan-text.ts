import type { RolloverRule } from "./balances/rollover";
import type { FeatureType } from "./feature";
import type { Interval } from "./interval";
import type { Amount } from "./money";
import type { BasePrice, ItemPrice, PlanItem, PriceInterval } from "./plan";
import type { Quantity } from "./quantity";

/** A feature with the words that people read. */
type NamedFeature = {
  readonly slug: string;
  readonly name: string;
  readonly type: FeatureType;
  readonly consumable: boolean;
  readonly display: { readonly singular: string | null; readonly plural: string | null } | null;
};

/** A plan item with a named feature, stored or not yet. */
export type NamedItem = Omit<PlanItem, "id" | "feature" | "entityFeature"> & {
  readonly feature: NamedFeature;
  readonly entityFeature: NamedFeature | null;
};

/** A line of a price card: what one gets or pays, and how often. */
export type PlanText = { readonly primary: string; readonly secondary: string | null };

/** The base price in one currency: `$20`, `per month`. */
export function priceText(price: BasePrice, currency: string): PlanText {
  const amount = price.amounts.find((one) => one.currency === currency)?.amount;
  return {
    primary: amount === undefined ? "No price in this currency" : moneyText(amount, currency),
    secondary: everyText(price.interval, price.intervalCount),
  };
}

/** What a plan item gives: `100 messages`, `per month`, or `then $0.01 per message`. */
export function itemText(item: NamedItem, currency: string): PlanText {
  const { feature, included, unlimited, reset, price } = item;
  if (feature.type === "boolean") return { primary: feature.name, secondary: null };
  const owner = ownerText(item);
  if (unlimited) {
    return { primary: `Unlimited ${unitName(feature, null)}${owner}`, secondary: null };
  }
  const rhythm = reset === null ? null : everyText(reset.unit, reset.count);
  const amount = `${quantityText(included)} ${unitName(feature, included)}${owner}`;
  if (price === null) return { primary: amount, secondary: rhythm };
  const cost = rateText(price, feature, currency);
  if (included.isZero()) {
    return {
      primary: `${cost}${owner}`,
      secondary: everyText(price.interval, price.intervalCount),
    };
  }
  const given = rhythm === null ? amount : `${amount} ${rhythm}`;
  return { primary: given, secondary: `then ${cost}` };
}

/** What rolls over at a reset: `up to 500 of what is left rolls over for 3 months`. */
export function rolloverText(rule: RolloverRule): string {
  const { max, maxPercentage, expiryMonths } = rule;
  const amount = [
    max === null ? null : `up to ${quantityText(max)} of what is left`,
    maxPercentage === null ? null : `up to ${quantityText(maxPercentage)}% of the grant`,
  ].find((cap) => cap !== null);
  const what = `${amount ?? "what is left"} rolls over`;
  if (expiryMonths === null) return `${what} for good`;
  return `${what} for ${expiryMonths === 1 ? "a month" : `${expiryMonths} months`}`;
}

/** Whom an item is for, where that is not the customer alone. */
function ownerText({ entityFeature, pooled }: NamedItem): string {
  if (entityFeature !== null) {
    return ` for each ${entityFeature.display?.singular ?? `entity of ${entityFeature.name}`}`;
  }
  return pooled ? " into one pool" : "";
}

/** Exact money in major units with its symbol; whole amounts without decimals: `$20`, `$0.0025`. */
export function moneyText(amount: Amount, currency: string): string {
  return new Intl.NumberFormat("en-US", {
    style: "currency",
    currency,
    maximumFractionDigits: 10,
    trailingZeroDisplay: "stripIfInteger",
  }).format(amount.toString() as Intl.StringNumericLiteral);
}

/** A count with thousands separated, every decimal kept. */
export function quantityText(value: Quantity): string {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: 10 }).format(
    value.toString() as Intl.StringNumericLiteral,
  );
}

/** `per month`, `every 3 months`, `once`. */
export function everyText(unit: PriceInterval | Interval["unit"], count: number): string {
  if (unit === "one_off") return "once";
  const word = unit === "semi_annual" ? "half-year" : unit;
  return count === 1 ? `per ${word}` : `every ${count} ${word}s`;
}

function rateText(price: ItemPrice, feature: NamedFeature, currency: string): string {
  const first = price.tiers[0]?.amounts.find((one) => one.currency === currency);
  if (first === undefined) return "No price in this currency";
  const units = price.billingUnits.equals(1)
    ? (feature.display?.singular ?? "unit")
    : `${quantityText(price.billingUnits)} ${unitName(feature, price.billingUnits)}`;
  const flat = first.flatAmount === null ? "" : `${moneyText(first.flatAmount, currency)} plus `;
  const rate = `${flat}${moneyText(first.amount, currency)} per ${units}`;
  return price.tiers.length > 1 ? `${rate} in the first step` : rate;
}

function unitName(feature: NamedFeature, units: Quantity | null): string {
  const one = units?.equals(1) === true;
  return (one ? feature.display?.singular : feature.display?.plural) ?? feature.name;
}
