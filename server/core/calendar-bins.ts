/** The spans by which a calendar groups instants. Weeks begin on Monday. */
export const BIN_SIZES = ["hour", "day", "week", "month"] as const;
export type BinSize = (typeof BIN_SIZES)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No zone's clocks are further from UTC, and none changes them twice within this time. */
const MAX_OFFSET_MS = 26 * HOUR_MS;

/**
 * When the hours, days, weeks or months of a time zone begin: the one that holds `from`, and all
 * that begin before `to`. They follow one another without a gap, whatever the zone's clocks do: a
 * day without a midnight begins when the clocks have jumped, one with two begins at the first, and a
 * day that a zone skipped is left out.
 *
 * @param timeZone an IANA name
 */
export function calendarBins(bins: {
  readonly from: Date;
  /** After `from`. */
  readonly to: Date;
  readonly size: BinSize;
  readonly timeZone: string;
}): Date[] {
  const zone = clockOf(bins.timeZone);
  const starts: Date[] = [];
  let start = startAt(zone, bins.from.getTime(), bins.size);
  while (start < bins.to.getTime()) {
    starts.push(new Date(start));
    start = startAfter(zone, start, bins.size);
  }
  return starts;
}

/** How far a zone's clocks are ahead of UTC at an instant, both in milliseconds. */
type Clock = (instant: number) => number;

function clockOf(timeZone: string): Clock {
  if (timeZone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, calendar: "iso8601", hourCycle: "h23", era: "short" },
    ...{ year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  });
  return (instant) => {
    const seconds = Math.floor(instant / 1000) * 1000;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(seconds)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
  };
}

function startAt(zone: Clock, instant: number, size: BinSize): number {
  const local = instant + zone(instant);
  if (size === "hour") return instant - modulo(local, HOUR_MS);
  const start = firstShowing(zone, calendarStart(local, size));
  // A clock that went back over midnight shows the end of the day before again.
  return start <= instant ? start : firstShowing(zone, calendarStart(local - DAY_MS, size));
}

function startAfter(zone: Clock, start: number, size: BinSize): number {
  if (size === "hour") {
    // Where clocks change by half an hour, the hour after the change is cut short.
    return start + HOUR_MS - modulo(start + zone(start), HOUR_MS);
  }
  let local = calendarStart(start + zone(start), size);
  let next = start;
  while (next <= start) {
    local = calendarNext(local, size);
    next = firstShowing(zone, local);
  }
  return next;
}

/** The first instant at which the zone's clocks show a local time, or have jumped over it. */
function firstShowing(zone: Clock, local: number): number {
  const before = zone(local - MAX_OFFSET_MS);
  const after = zone(local + MAX_OFFSET_MS);
  const showing = [local - Math.max(before, after), local - Math.min(before, after)];
  const shown = showing.find((instant) => instant + zone(instant) === local);
  if (shown !== undefined) return shown;
  let [low, high] = [local - MAX_OFFSET_MS, local + MAX_OFFSET_MS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Local times are told as if they were UTC. */
function calendarStart(local: number, size: Exclude<BinSize, "hour">): number {
  const day = local - modulo(local, DAY_MS);
  if (size === "day") return day;
  // The first Monday of Unix time was its fifth day.
  if (size === "week") return day - modulo(day - 4 * DAY_MS, 7 * DAY_MS);
  const date = new Date(day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

function calendarNext(localStart: number, size: Exclude<BinSize, "hour">): number {
  if (size === "day") return localStart + DAY_MS;
  if (size === "week") return localStart + 7 * DAY_MS;
  const date = new Date(localStart);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** The remainder that is never negative. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
