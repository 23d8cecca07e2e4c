import { Decimal } from "decimal.js";
import { formatDay, formatInstant, formatQuantity, nothing } from "@/components/format";

/** The length of a bar. */
export type UsageStep = "hour" | "day" | "week" | "month";

export type UsageSeries = {
  key: string;
  label: string;
  /** The rest beyond the largest series; always grey. */
  other?: boolean | undefined;
};

/** One bar: where it begins, and an exact decimal for each series that has a value there. */
export type UsagePoint = { at: number; values: Readonly<Record<string, string>> };

export type UsageChartProps = {
  /** "Messages used". */
  title: string;
  /** In the plural: "messages"; follows the numbers in the summary. */
  unit: string;
  series: readonly UsageSeries[];
  points: readonly UsagePoint[];
  step: UsageStep;
  /** The zone in which the server cut the time into bars. */
  zone: string;
};

const Exact = Decimal.clone({ precision: 60, toExpNeg: -60, toExpPos: 60 });

function add(values: readonly (string | undefined)[]): string {
  return values.reduce((sum, value) => sum.plus(value ?? 0), new Exact(0)).toString();
}

/** The exact sum of one series over all bars. */
export function seriesTotal(points: readonly UsagePoint[], key: string): string {
  return add(points.map((point) => point.values[key]));
}

/** The exact sum of the shown series in one bar. */
export function pointTotal(point: UsagePoint, series: readonly UsageSeries[]): string {
  return add(series.map(({ key }) => point.values[key]));
}

/** A bar's time in full: `"12 Nov 2026"`, `"12 Nov 2026, 14:00 UTC"`, `"Nov 2026"`. */
export function pointLabel(at: number, step: UsageStep, zone: string): string {
  if (step === "hour") return formatInstant(at, zone);
  if (step === "week") return `Week of ${formatDay(at, zone)}`;
  return step === "month" ? formatDay(at, zone).replace(/^\d+ /, "") : formatDay(at, zone);
}

/** A bar's time as short as an axis needs it: `"14:00"`, `"12 Nov"`, `"Nov 2026"`. */
export function axisLabel(at: number, step: UsageStep, zone: string): string {
  if (step === "month") return pointLabel(at, step, zone);
  if (step === "hour") return formatInstant(at, zone).replace(/^.*, (\d\d:\d\d) .*$/, "$1");
  return formatDay(at, zone).replace(/ \d+$/, "");
}

/** One bar in words: `"12 Nov 2026: Messages 320, Images 40, 360 in all"`. */
export function pointSentence(
  point: UsagePoint,
  { series, step, zone }: Pick<UsageChartProps, "series" | "step" | "zone">,
): string {
  const parts = series.map(
    ({ key, label }) => `${label} ${formatQuantity(point.values[key] ?? "0")}`,
  );
  const total = series.length > 1 ? `, ${formatQuantity(pointTotal(point, series))} in all` : "";
  return `${pointLabel(point.at, step, zone)}: ${parts.join(", ")}${total}`;
}

/** The whole chart in one sentence, for those who cannot or need not look at it. */
export function usageSummary({
  unit,
  series,
  points,
  step,
  zone,
}: Omit<UsageChartProps, "title">): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return `No ${unit} in this period.`;
  const totals = points.map((point) => new Exact(pointTotal(point, series)));
  const range = `${pointLabel(first.at, step, zone)} to ${pointLabel(last.at, step, zone)}`;
  if (totals.every((total) => total.isZero())) return `No ${unit} from ${range}.`;
  const sum = totals.reduce((total, value) => total.plus(value), new Exact(0));
  const highest = Exact.max(...totals);
  const peak = points[totals.findIndex((total) => total.equals(highest))];
  const peakText = peak ? pointLabel(peak.at, step, zone) : nothing;
  return `${formatQuantity(sum)} ${unit} from ${range}; the most was ${formatQuantity(highest)} on ${peakText}.`;
}
