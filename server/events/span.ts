import type { Window } from "./window";

/** Use is summed in advance by quarters of an hour (`usage_rollup`). */
export const QUARTER_MS = 900_000;

/** From an instant on, and before another. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** A window as sums can be read for it: whole quarters of an hour, and what is left at its ends. */
export interface Spans {
  /** Null when the window holds no whole quarter, or when its bins do not begin with quarters. */
  readonly quarters: Span | null;
  /** What only the events themselves can tell: the ends before and behind the quarters, or all. */
  readonly ragged: readonly Span[];
}

/**
 * Splits a window so that quarters and ragged ends sum to exactly what the events in it sum to. The
 * bins of every zone that is in use today begin with a quarter; those of others are read from the
 * events.
 *
 * @param keptFrom events that happened before this instant may be gone; a quarter that the window
 *   cuts there belongs to it if it begins in it
 */
export function spansOf(window: Window, bins: readonly Date[], keptFrom: Date): Spans {
  const whole = { from: window.start, to: window.end };
  if (bins.some((bin) => bin.getTime() % QUARTER_MS !== 0))
    return { quarters: null, ragged: [whole] };
  const from = ceilQuarter(window.start);
  const to = window.end < keptFrom ? ceilQuarter(window.end) : floorQuarter(window.end);
  if (from >= to) return { quarters: null, ragged: [whole] };
  const ends = [
    { from: window.start, to: from },
    { from: to, to: window.end },
  ];
  return {
    quarters: { from, to },
    ragged: ends.filter((end) => end.from < end.to && end.from >= keptFrom),
  };
}

/**
 * Events that happened since are all there. A month of them goes when it ended fourteen months ago
 * (`expire-usage.ts`), by when they were recorded, which may be a minute before they happened; hence
 * a month less.
 */
export function eventsKeptFrom(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - KEPT_MONTHS + 1, 1));
}

/** Whole months that events are kept for, before the running one. */
export const KEPT_MONTHS = 14;

function floorQuarter(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / QUARTER_MS) * QUARTER_MS);
}

function ceilQuarter(instant: Date): Date {
  return new Date(Math.ceil(instant.getTime() / QUARTER_MS) * QUARTER_MS);
}
