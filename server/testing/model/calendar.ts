/** A repeating span of the UTC calendar. */
export interface Step {
  readonly unit: "hour" | "day" | "week" | "month" | "quarter" | "year";
  readonly count: number;
}

const HOURS = { hour: 1, day: 24, week: 168 } as const;
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;
const hourMs = 3_600_000;

/** `from` plus so many whole steps; the day of the month is that of `from`, or the month's last. */
function plusSteps(from: number, step: Step, times: number): number {
  if (step.unit === "hour" || step.unit === "day" || step.unit === "week") {
    return from + HOURS[step.unit] * hourMs * step.count * times;
  }
  return plusMonths(from, MONTHS[step.unit] * step.count * times);
}

export function plusMonths(from: number, months: number): number {
  const day = new Date(from);
  const wanted = day.getUTCDate();
  day.setUTCDate(1);
  day.setUTCMonth(day.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  day.setUTCDate(Math.min(wanted, lastDay));
  return day.getTime();
}

/** The first instant `anchor + n steps` after `after`; n may be negative. */
export function firstAfter(anchor: number, step: Step, after: number): number {
  let n = 0;
  const unit = plusSteps(anchor, step, 1) - anchor;
  // Starts well below and walks up: slow and plain, on purpose.
  n = Math.floor((after - anchor) / unit) - 3;
  while (plusSteps(anchor, step, n) <= after) n += 1;
  return plusSteps(anchor, step, n);
}

/** For the burn order alone: a month counts 30 days, a quarter 90, a year 365. */
export function weightOf(step: Step): number {
  const days = { hour: 1 / 24, day: 1, week: 7, month: 30, quarter: 90, year: 365 };
  return days[step.unit] * step.count;
}
