/**
 * Array parameters of prepared statements, written out once as Postgres spells them. The driver
 * would visit every element several times over, which shows on the hot path.
 */

type Plain = string | number | bigint | boolean | null;

/**
 * An array of what needs no quotes: numbers, decimals, uuids, booleans and words of our own. Text
 * from outside belongs into {@link textArray}.
 */
export function plainArray(values: readonly Plain[]): string {
  return `{${withNulls(values).join(",")}}`;
}

/** `join` writes nothing for null. */
function withNulls(values: readonly Plain[]): readonly Plain[] {
  return values.includes(null) ? values.map((value) => value ?? "NULL") : values;
}

/** An array of any texts. */
export function textArray(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? "NULL" : quoted(value))).join(",")}}`;
}

const KNOWN_INSTANTS = 2048;
const spelled = new Map<number, string>();

/** Rows written together share most of their instants, and spelling one out is slow. */
function spellInstant(at: Date): string {
  const ms = at.getTime();
  const known = spelled.get(ms);
  if (known !== undefined) return known;
  if (spelled.size >= KNOWN_INSTANTS) spelled.clear();
  const text = at.toISOString();
  spelled.set(ms, text);
  return text;
}

/** An array of instants, whatever the time zone of the connection. */
export function instantArray(values: readonly (Date | null)[]): string {
  return `{${values.map((value) => (value === null ? "NULL" : spellInstant(value))).join(",")}}`;
}

/** An array of `bytea`. */
export function bytesArray(values: readonly Buffer[]): string {
  return `{${values.map((value) => `"\\\\x${value.toString("hex")}"`).join(",")}}`;
}

const NEEDS_ESCAPE = /["\\]/;

function quoted(value: string): string {
  return NEEDS_ESCAPE.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : `"${value}"`;
}
