const wallPattern = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?$/;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  formatters.set(zone, formatter);
  return formatter;
}

/** What a clock in the zone shows at an instant, as if that were UTC: their difference is the offset. */
function wallTime(at: number, zone: string): number {
  const parts = Object.fromEntries(
    formatterFor(zone)
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The instant at which clocks in a zone show what a date or date-time field holds, in Unix
 * milliseconds; `null` when the field holds no whole date. A date alone is its midnight. A time that
 * the zone skips in spring is the one an hour later; one that it has twice in autumn is the first.
 */
export function instantOf(text: string, zone: string): number | null {
  const match = wallPattern.exec(text);
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = match.slice(1).map((n) => Number(n));
  const wall = Date.UTC(year, month - 1, day, hour || 0, minute || 0);
  const date = new Date(wall);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  // The offset may change between the guess and the answer, on either side.
  const candidates = [-1, 1].map((side) => {
    const near = wall + side * 86_400_000;
    return wall - (wallTime(near, zone) - near);
  });
  const exact = candidates.filter((at) => wallTime(at, zone) === wall);
  return exact.length > 0 ? Math.min(...exact) : Math.max(...candidates);
}

/** What a `datetime-local` field holds to mean an instant: `"2026-11-20T21:24"`. */
export function dateTimeField(at: number, zone: string): string {
  return new Date(wallTime(at, zone)).toISOString().slice(0, 16);
}

/** What a `date` field holds to mean the day of an instant: `"2026-11-20"`. */
export function dateField(at: number, zone: string): string {
  return dateTimeField(at, zone).slice(0, 10);
}

/** The midnight that ends the day of a `date` field, so that the whole day is included. */
export function endOfDay(text: string, zone: string): number | null {
  const noon = instantOf(`${text}T12:00`, zone);
  // From noon, a day on is tomorrow even when clocks change in between.
  return noon === null ? null : instantOf(dateField(noon + 86_400_000, zone), zone);
}
