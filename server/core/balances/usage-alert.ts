import { type Quantity, zero } from "../quantity";
import { filterKey, type UsageAlert } from "./controls";

/** Repeats of an alert within a minute are one (domain §22). */
const QUIET_MS = 60_000;

/** What an alert watches: a balance, or a usage limit with its counter. */
export type AlertFigures = {
  readonly granted: Quantity;
  readonly usage: Quantity;
  readonly remaining: Quantity;
  readonly unlimited: boolean;
};

/**
 * Whether a change takes a figure over an alert's threshold (domain §22): usage from below it to
 * it or above, what remains from above it to it or below.
 *
 * Percentages are of what is granted, so that of nothing there is no alert; nor is there one where
 * use is unlimited.
 */
export function crossesThreshold(
  alert: Pick<UsageAlert, "threshold" | "thresholdType">,
  before: AlertFigures,
  after: AlertFigures,
): boolean {
  if (before.unlimited || after.unlimited) return false;
  const old = distance(alert, before);
  const current = distance(alert, after);
  if (old === null || current === null) return false;
  return alert.thresholdType.startsWith("usage")
    ? old.lessThan(zero) && current.greaterThanOrEqualTo(zero)
    : old.greaterThan(zero) && current.lessThanOrEqualTo(zero);
}

/** Whether the alert fired so lately that this is the same one. */
export function isRepeat(firedAt: Date | null, now: Date): boolean {
  return firedAt !== null && now.getTime() - firedAt.getTime() < QUIET_MS;
}

/** What tells alerts of one feature and scope apart. */
export function alertKey(alert: UsageAlert): string {
  const { basis, thresholdType, threshold, filter } = alert;
  return [basis, thresholdType, threshold.toString(), filterKey(filter)].join(":");
}

/** How far the figure is above the threshold, in a measure of its own; null has no percentage. */
function distance(
  { threshold, thresholdType }: Pick<UsageAlert, "threshold" | "thresholdType">,
  { granted, usage, remaining }: AlertFigures,
): Quantity | null {
  switch (thresholdType) {
    case "usage":
      return usage.minus(threshold);
    case "remaining":
      return remaining.minus(threshold);
    case "usage_percentage":
      return granted.greaterThan(zero) ? share(usage, granted, threshold) : null;
    case "remaining_percentage":
      return granted.greaterThan(zero) ? share(remaining, granted, threshold) : null;
    default:
      return thresholdType satisfies never;
  }
}

/** Compares without dividing, so that a third of something is exact. */
function share(figure: Quantity, granted: Quantity, percent: Quantity): Quantity {
  return figure.times(100).minus(granted.times(percent));
}
