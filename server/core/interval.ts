import { invariant } from "./invariant";

export type IntervalUnit =
  | "minute"
  | "hour"
  | "day"
  | "week"
  | "month"
  | "quarter"
  | "semi_annual"
  | "year";

/** A span of the UTC calendar, repeated: `{ unit: "month", count: 3 }` is every three months. */
export type Interval = { readonly unit: IntervalUnit; readonly count: number };

const minuteMs = 60_000;

/** Units of a fixed length in minutes, and units that follow the calendar in months. */
const fixedMinutes = { minute: 1, hour: 60, day: 1_440, week: 10_080 } as const;
const calendarMonths = { month: 1, quarter: 3, semi_annual: 6, year: 12 } as const;

/** Only for ordering (domain §5): a month counts 30 days here and a year 365. */
const weightMinutes: Readonly<Record<IntervalUnit, number>> = {
  ...fixedMinutes,
  month: 30 * 1_440,
  quarter: 90 * 1_440,
  semi_annual: 180 * 1_440,
  year: 365 * 1_440,
};

/**
 * The n-th boundary from an anchor, n may be negative: `anchor + n × interval`, UTC.
 *
 * The day of the month is clamped to the month's last day and always counted from the anchor,
 * never from the boundary before it, so the 31st comes back after February (domain §5).
 */
export function boundary(anchor: Date, interval: Interval, n: number): Date {
  const step = stepOf(interval);
  return step.kind === "fixed"
    ? new Date(anchor.getTime() + n * step.ms)
    : addMonths(anchor, n * step.months);
}

/** The smallest boundary strictly after an instant. */
export function nextBoundary(anchor: Date, interval: Interval, after: Date): Date {
  return boundary(anchor, interval, boundaryIndex(anchor, interval, after) + 1);
}

/** The greatest boundary at or before an instant: a boundary belongs to the period it begins. */
export function previousBoundary(anchor: Date, interval: Interval, at: Date): Date {
  return boundary(anchor, interval, boundaryIndex(anchor, interval, at));
}

/** Length for ordering intervals among each other (domain §5), never for calendar arithmetic. */
export function intervalWeightMinutes(interval: Interval): number {
  return weightMinutes[interval.unit] * interval.count;
}

/**
 * The greatest n whose boundary is not after an instant: an estimate, then at most a few steps, so
 * that counting the boundaries between two instants costs the same for two and for a million.
 */
export function boundaryIndex(anchor: Date, interval: Interval, at: Date): number {
  const step = stepOf(interval);
  if (step.kind === "fixed") return Math.floor((at.getTime() - anchor.getTime()) / step.ms);
  const months =
    (at.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + at.getUTCMonth() - anchor.getUTCMonth();
  const n = Math.floor(months / step.months);
  // The month of boundary n is at most that of the instant, so only the day can put it too late.
  return boundary(anchor, interval, n).getTime() > at.getTime() ? n - 1 : n;
}

function addMonths(anchor: Date, months: number): Date {
  const result = new Date(anchor.getTime());
  result.setUTCDate(1);
  result.setUTCMonth(anchor.getUTCMonth() + months);
  result.setUTCDate(Math.min(anchor.getUTCDate(), lastDayOfMonth(result)));
  return result;
}

function lastDayOfMonth(instant: Date): number {
  const last = new Date(instant.getTime());
  last.setUTCMonth(instant.getUTCMonth() + 1, 0);
  return last.getUTCDate();
}

type Step = { kind: "fixed"; ms: number } | { kind: "calendar"; months: number };

function stepOf(interval: Interval): Step {
  const { unit, count } = interval;
  invariant(Number.isSafeInteger(count) && count >= 1, `An interval of ${count} ${unit}.`);
  switch (unit) {
    case "minute":
    case "hour":
    case "day":
    case "week":
      return { kind: "fixed", ms: fixedMinutes[unit] * count * minuteMs };
    case "month":
    case "quarter":
    case "semi_annual":
    case "year":
      return { kind: "calendar", months: calendarMonths[unit] * count };
    default:
      return unit satisfies never;
  }
}
