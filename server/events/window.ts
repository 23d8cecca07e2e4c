import type { BinSize } from "../core/calendar-bins";
import { WindfallError } from "../core/error";
import type { Interval } from "../core/interval";
import { currentPeriod } from "../core/period";

export const RANGES = ["24h", "7d", "30d", "90d", "last_cycle", "1bc", "3bc"] as const;
export type Range = (typeof RANGES)[number];

/** The instants that a question covers. */
export interface Window {
  readonly start: Date;
  /** Events before this instant count. */
  readonly end: Date;
  /** Empty bins are shown up to this instant; never after `end`. */
  readonly shownUntil: Date;
}

/** A customer's billing periods: where they are counted from, and how long each is. */
export interface Cycle {
  readonly anchor: Date;
  readonly interval: Interval;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A client's clock may run this far ahead of ours; what it reports still counts as recent. */
const MAX_AHEAD_MS = 60_000;
const MAX_BINS = 10_000;

const SPAN_MS = {
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
  "90d": 90 * DAY_MS,
} as const;
const BIN_MS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 28 * DAY_MS } as const;

export type CycleRange = Exclude<Range, keyof typeof SPAN_MS>;

/** Whether a range is told in the customer's billing periods. */
export function isCycleRange(range: Range): range is CycleRange {
  return !(range in SPAN_MS);
}

/** From so long ago until now, exactly: the first bin may be cut. */
export function spanWindow(range: Exclude<Range, CycleRange>, now: Date): Window {
  return untilNow(new Date(now.getTime() - SPAN_MS[range]), now);
}

/**
 * `1bc` is the running billing period, `3bc` the running one and the two before it, `last_cycle` the
 * one before the running one, whole.
 */
export function cycleWindow(range: CycleRange, { anchor, interval }: Cycle, now: Date): Window {
  const running = currentPeriod(anchor, interval, now);
  const before = (start: Date) =>
    currentPeriod(anchor, interval, new Date(start.getTime() - 1)).start;
  switch (range) {
    case "1bc":
      return untilNow(running.start, now);
    case "3bc":
      return untilNow(before(before(running.start)), now);
    case "last_cycle":
      return closedWindow(before(running.start), running.start);
    default:
      return range satisfies never;
  }
}

/**
 * A range that the caller chose.
 *
 * @throws `invalid_request/invalid_inputs` for one that ends before it starts
 */
export function closedWindow(start: Date, end: Date): Window {
  if (start >= end) {
    throw new WindfallError(
      "invalid_request",
      "invalid_inputs",
      "custom_range must end after it starts.",
    );
  }
  return { start, end, shownUntil: end };
}

function untilNow(start: Date, now: Date): Window {
  return {
    start,
    end: new Date(now.getTime() + MAX_AHEAD_MS),
    shownUntil: new Date(now.getTime() + 1),
  };
}

/** At most so many bins touch the window. */
export function countBins(window: Window, binSize: BinSize): number {
  return Math.ceil((window.end.getTime() - window.start.getTime()) / BIN_MS[binSize]) + 1;
}

/**
 * Refuses an answer that nobody could draw or read.
 *
 * @param series how many numbers each bin has
 * @throws `invalid_request/invalid_inputs`
 */
export function requireReadableSize(bins: number, series: number): void {
  if (bins > MAX_BINS) {
    throw new WindfallError(
      "invalid_request",
      "invalid_inputs",
      `This asks for about ${bins} bins and ${MAX_BINS} is the limit. Choose a larger bin_size or a shorter range.`,
    );
  }
  if (bins * series > MAX_BINS * 10) {
    throw new WindfallError(
      "invalid_request",
      "invalid_inputs",
      `This asks for about ${bins * series} figures and ${MAX_BINS * 10} is the limit. Choose a larger bin_size, a shorter range, fewer features or fewer max_groups.`,
    );
  }
}
