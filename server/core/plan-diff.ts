import type { Amount } from "./money";
import { type BasePrice, isFree, type PricedContent, type PriceInterval } from "./plan";
import {
  everyText,
  itemText,
  moneyText,
  type NamedItem,
  type PlanText,
  priceText,
  quantityText,
  rolloverText,
} from "./plan-text";
import { fromRow, sum } from "./quantity";

/** What a version changes against another: enough to sign, sort and read it. */
export type PlanDifference = {
  readonly kind: "added" | "removed" | "changed";
  /** `price`, or the slug of the item's feature. */
  readonly subject: string;
  /** The sentence that people read. */
  readonly text: string;
  readonly before: string | null;
  readonly after: string | null;
};

/** The parts of a version that customers pay for or use. */
export type ComparedContent = {
  readonly price: BasePrice | null;
  readonly items: readonly NamedItem[];
};

/**
 * The differences between two contents in words, price first, then items in their order.
 *
 * Items are the same line when they are of one feature; where a feature stands several times, the
 * lines are paired in order. `before` null is a plan that was never published.
 */
export function planDifferences(
  before: ComparedContent | null,
  after: ComparedContent,
  currency: string,
): PlanDifference[] {
  const old = before ?? { price: null, items: [] };
  return [
    ...priceDifference(old.price, after.price, currency),
    ...itemDifferences(old.items, after.items, currency),
  ];
}

function priceDifference(
  before: BasePrice | null,
  after: BasePrice | null,
  currency: string,
): PlanDifference[] {
  const was = before === null ? null : allPrices(before, currency);
  const is = after === null ? null : allPrices(after, currency);
  if (was === is) return [];
  const parts = { subject: "price", before: was, after: is };
  if (was === null) return [{ ...parts, kind: "added", text: `Price added: ${is}` }];
  if (is === null) return [{ ...parts, kind: "removed", text: `Price removed: ${was}` }];
  return [
    {
      ...parts,
      kind: "changed",
      text: `Price ${was} → ${is}${priceStep(before, after, currency)}`,
    },
  ];
}

/** The signed step of the amount, where both are in the same rhythm. */
function priceStep(before: BasePrice | null, after: BasePrice | null, currency: string): string {
  if (before === null || after === null) return "";
  if (before.interval !== after.interval || before.intervalCount !== after.intervalCount) return "";
  const amountOf = (price: BasePrice) =>
    price.amounts.find((one) => one.currency === currency)?.amount;
  const was = amountOf(before);
  const is = amountOf(after);
  if (was === undefined || is === undefined || was.equals(is)) return "";
  const step = is.minus(was);
  return ` (${step.isNegative() ? "−" : "+"}${moneyText(step.abs(), currency)})`;
}

function allPrices(price: BasePrice, currency: string): string {
  const others = price.amounts
    .filter((one) => one.currency !== currency)
    .map((one) => `, ${moneyText(one.amount, one.currency)}`);
  return `${sentence(priceText(price, currency))}${others.join("")}`;
}

function itemDifferences(
  before: readonly NamedItem[],
  after: readonly NamedItem[],
  currency: string,
): PlanDifference[] {
  const left = [...before];
  const differences: PlanDifference[] = [];
  for (const item of after) {
    const at = left.findIndex((old) => old.feature.slug === item.feature.slug);
    const old = at === -1 ? undefined : left.splice(at, 1)[0];
    differences.push(...itemDifference(old ?? null, item, currency));
  }
  return [...differences, ...left.flatMap((old) => itemDifference(old, null, currency))];
}

function itemDifference(
  before: NamedItem | null,
  after: NamedItem | null,
  currency: string,
): PlanDifference[] {
  const was = before === null ? null : wholeItem(before, currency);
  const is = after === null ? null : wholeItem(after, currency);
  const feature = (after ?? before)?.feature;
  if (was === is || feature === undefined) return [];
  const parts = { subject: feature.slug, before: was, after: is };
  if (was === null) return [{ ...parts, kind: "added", text: `${feature.name} added: ${is}` }];
  if (is === null) return [{ ...parts, kind: "removed", text: `${feature.name} removed: ${was}` }];
  return [{ ...parts, kind: "changed", text: `${feature.name}: ${was} → ${is}` }];
}

/** Everything that could differ between two items, so that no difference goes unsaid. */
function wholeItem(item: NamedItem, currency: string): string {
  const { price, reset } = item;
  const parts = [sentence(itemText(item, currency))];
  if (item.rollover !== null) parts.push(rolloverText(item.rollover));
  if (item.resetOnSwitch === true) parts.push("use starts afresh on a switch");
  if (item.resetOnSwitch === false) parts.push("use is carried over a switch");
  if (price === null) return parts.join(", ");
  if (reset !== null && item.included.isZero()) {
    parts.push(`renewed ${everyText(reset.unit, reset.count)}`);
  }
  if (!item.included.isZero())
    parts.push(`charged ${everyText(price.interval, price.intervalCount)}`);
  parts.push(price.method === "prepaid" ? "bought in advance" : "billed by use");
  if (price.maxPurchase !== null) parts.push(`at most ${quantityText(price.maxPurchase)} more`);
  if (price.tiers.length > 1 || price.tierBehavior === "volume") {
    parts.push(`${price.tierBehavior} steps: ${steps(item, currency)}`);
  }
  const currencies = new Set(price.tiers.flatMap((tier) => tier.amounts.map((a) => a.currency)));
  for (const other of currencies) {
    if (other !== currency) parts.push(`in ${other.toUpperCase()}: ${steps(item, other)}`);
  }
  if (price.onIncrease !== "prorate_immediately")
    parts.push(`increases: ${words(price.onIncrease)}`);
  if (price.onDecrease !== "prorate_immediately")
    parts.push(`decreases: ${words(price.onDecrease)}`);
  return parts.join(", ");
}

function steps(item: NamedItem, currency: string): string {
  const tiers = item.price?.tiers ?? [];
  return tiers
    .map((tier) => {
      const cost = tier.amounts.find((one) => one.currency === currency);
      const bound = tier.to === null ? "beyond" : `to ${quantityText(tier.to.plus(item.included))}`;
      if (cost === undefined) return `${bound} no price`;
      const flat =
        cost.flatAmount === null ? "" : ` plus ${moneyText(cost.flatAmount, currency)} once`;
      return `${bound} ${moneyText(cost.amount, currency)}${flat}`;
    })
    .join("; ");
}

function sentence(text: PlanText): string {
  return text.secondary === null ? text.primary : `${text.primary} ${text.secondary}`;
}

function words(choice: string): string {
  return choice.replaceAll("_", " ");
}

/**
 * Whether going from one plan to another is an upgrade (domain §9), the first rule that matches:
 * paid over free, a longer longest interval, then the price of a month, where equal counts as up.
 * Usage billed afterwards has no price beforehand; of steps the first counts.
 */
export function isUpgrade(from: PricedContent, to: PricedContent, currency: string): boolean {
  if (isFree(from) !== isFree(to)) return isFree(from);
  const before = pricesBeforehand(from, currency);
  const after = pricesBeforehand(to, currency);
  if (isOneOff(from) || isOneOff(to)) return true;
  if (before.length === 0 && after.length === 0) return true;
  const [longestBefore, longestAfter] = [longestMonths(from), longestMonths(to)];
  if (longestAfter > longestBefore) return true;
  return monthly(before).lessThanOrEqualTo(monthly(after));
}

/** Whether everything that a plan costs is paid once. */
export function isOneOff(content: PricedContent): boolean {
  const intervals = allIntervals(content);
  return !isFree(content) && intervals.every(({ interval }) => interval === "one_off");
}

/**
 * What a month of a plan costs before any use, for comparing plans: longer prices are spread, steps
 * count by their first, and a single payment counts whole.
 */
export function pricePerMonth(content: PricedContent, currency: string): Amount {
  return monthly(pricesBeforehand(content, currency));
}

type RecurringAmount = Rhythm & { readonly amount: Amount };
type Rhythm = { readonly interval: PriceInterval; readonly intervalCount: number };

/** A week counts a quarter of a month (domain §9); a single payment is not spread. */
const monthsOf: Readonly<Record<PriceInterval, string>> = {
  one_off: "1",
  week: "0.25",
  month: "1",
  quarter: "3",
  semi_annual: "6",
  year: "12",
};

function allIntervals(content: PricedContent): Rhythm[] {
  const ofItems = content.items.flatMap((item) => (item.price === null ? [] : [item.price]));
  return content.price === null ? ofItems : [content.price, ...ofItems];
}

function longestMonths(content: PricedContent): number {
  const lengths = allIntervals(content)
    .filter(({ interval }) => interval !== "one_off")
    .map((rhythm) => monthsIn(rhythm).toNumber());
  return Math.max(0, ...lengths);
}

function monthsIn(rhythm: Rhythm): Amount {
  return fromRow(monthsOf[rhythm.interval]).times(rhythm.intervalCount);
}

function pricesBeforehand(content: PricedContent, currency: string): RecurringAmount[] {
  const base = content.price?.amounts.find((one) => one.currency === currency)?.amount;
  const items = content.items.flatMap(({ price, billingBehavior }) => {
    const first = price?.tiers[0]?.amounts.find((one) => one.currency === currency);
    const isArrear = price?.method === "usage_based" && billingBehavior !== "prorated";
    if (price === null || first === undefined || isArrear) return [];
    return [{ ...price, amount: first.amount }];
  });
  return content.price === null || base === undefined
    ? items
    : [{ ...content.price, amount: base }, ...items];
}

function monthly(prices: readonly RecurringAmount[]): Amount {
  return sum(prices.map((price) => price.amount.div(monthsIn(price))));
}
