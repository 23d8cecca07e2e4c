import { type Interval, nextBoundary, previousBoundary } from "./interval";

/** Half open: `start` belongs to the period, `end` to the next one. */
export type Period = { readonly start: Date; readonly end: Date };

/** The period that contains an instant. The anchor may lie in the future (domain §5). */
export function currentPeriod(anchor: Date, interval: Interval, now: Date): Period {
  return {
    start: previousBoundary(anchor, interval, now),
    end: nextBoundary(anchor, interval, now),
  };
}
