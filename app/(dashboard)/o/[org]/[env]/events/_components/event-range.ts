import type { UsageStep } from "@/components/charts/usage";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Ranges that end now. */
export const presets = [
  { value: "24h", label: "Past 24 hours", ms: DAY_MS },
  { value: "7d", label: "Past 7 days", ms: 7 * DAY_MS },
  { value: "30d", label: "Past 30 days", ms: 30 * DAY_MS },
  { value: "90d", label: "Past 90 days", ms: 90 * DAY_MS },
] as const;

export const presetValues = presets.map(({ value }) => value);

/** The instants that the page covers. */
export type EventRange =
  | { readonly preset: (typeof presetValues)[number] }
  | { readonly start: number; readonly end: number };

/** The size of bars that suits a range: some two dozen of them. */
export function suitingStep(range: EventRange): UsageStep {
  if ("preset" in range) return range.preset === "24h" ? "hour" : "day";
  const span = range.end - range.start;
  if (span <= 3 * DAY_MS) return "hour";
  return span <= 100 * DAY_MS ? "day" : "month";
}

/**
 * The range of the table that goes with a chart. Whole minutes, so that the question, and with it
 * the cached answer, stays the same for a while.
 */
export function tableRange(range: EventRange, now: number): { start: number; end?: number } {
  if (!("preset" in range)) return { start: range.start, end: range.end };
  const { ms } = presets.find(({ value }) => value === range.preset) ?? presets[0];
  return { start: Math.floor((now - ms) / 60_000) * 60_000 };
}
