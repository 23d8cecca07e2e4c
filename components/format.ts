import { Decimal } from "decimal.js";

/** What a number that does not exist looks like; zero is "0". */
export const nothing = "—";

// Exact up to the 38 digits that the database stores, never in exponent form.
const Exact = Decimal.clone({ precision: 60, toExpNeg: -60, toExpPos: 60 });

export type Quantity = string | number | bigint | Decimal;

function exact(quantity: Quantity): Decimal {
  return new Exact(typeof quantity === "bigint" ? quantity.toString() : quantity);
}

/**
 * A quantity in full, with grouped digits: `"1234567.5"` → `"1,234,567.5"`.
 * Never rounds; `null` and `undefined` become a dash.
 */
export function formatQuantity(quantity: Quantity | null | undefined): string {
  if (quantity === null || quantity === undefined) return nothing;
  const value = exact(quantity);
  const [whole = "0", fraction] = value.abs().toString().split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = value.isNegative() && !value.isZero() ? "−" : "";
  return `${sign}${grouped}${fraction ? `.${fraction}` : ""}`;
}

/** A change with its sign always written: `"+50"`, `"−1,000"`, `"0"`. */
export function formatDelta(quantity: Quantity): string {
  return exact(quantity).greaterThan(0) ? `+${formatQuantity(quantity)}` : formatQuantity(quantity);
}

const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** A short form for chart axes only, where the exact value is shown on focus: `"1.2K"`. */
export function formatCompact(quantity: number): string {
  return compact.format(quantity);
}

/** `1 → "1 customer"`, `1200 → "1,200 customers"`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatQuantity(count)} ${count === 1 ? singular : plural}`;
}

/** An instant in Unix milliseconds, as an ISO string, or as a `Date`. */
export type Instant = number | string | Date;

const formatters = new Map<string, Intl.DateTimeFormat>();

// Making a formatter costs far more than using it, and a table shows hundreds of instants.
function formatterFor(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });
  formatters.set(zone, formatter);
  return formatter;
}

function parts(at: Instant, zone: string): Record<string, string> {
  return Object.fromEntries(
    formatterFor(zone)
      .formatToParts(new Date(at))
      .map((part) => [part.type, part.value]),
  );
}

/** `"20 Nov 2026, 21:24 UTC"`: the year and the zone are always there, and never all numbers. */
export function formatInstant(at: Instant, zone: string): string {
  const { day, month, year, hour, minute, timeZoneName } = parts(at, zone);
  return `${day} ${month} ${year}, ${hour}:${minute} ${timeZoneName}`;
}

/** As `formatInstant`, with seconds, for logs and ledgers where the order within a minute matters. */
export function formatInstantSeconds(at: Instant, zone: string): string {
  const { day, month, year, hour, minute, second, timeZoneName } = parts(at, zone);
  return `${day} ${month} ${year}, ${hour}:${minute}:${second} ${timeZoneName}`;
}

/** `"20 Nov 2026"`, the calendar day in that zone. */
export function formatDay(at: Instant, zone: string): string {
  const { day, month, year } = parts(at, zone);
  return `${day} ${month} ${year}`;
}

/** `"UTC"` or `"CET"`: what the shell and the charts call a zone at that instant. */
export function zoneName(at: Instant, zone: string): string {
  return parts(at, zone).timeZoneName ?? zone;
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const spans: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600_000],
  ["month", 2_629_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** `"in 12 days"`, `"3 minutes ago"`; under a second it is `"now"`. Rounds toward the instant. */
export function formatRelative(at: Instant, now: number): string {
  const distance = new Date(at).getTime() - now;
  for (const [unit, length] of spans) {
    const count = Math.trunc(distance / length);
    if (count !== 0) return relative.format(count, unit);
  }
  return "now";
}
