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
  let text = "{";
  for (let n = 0; n < values.length; n += 1) {
    if (n > 0) text += ",";
    text += values[n] ?? "NULL";
  }
  return `${text}}`;
}

/** An array of any texts. */
export function textArray(values: readonly (string | null)[]): string {
  let text = "{";
  for (let n = 0; n < values.length; n += 1) {
    const value = values[n] ?? null;
    if (n > 0) text += ",";
    text += value === null ? "NULL" : quoted(value);
  }
  return `${text}}`;
}

/** An array of instants, whatever the time zone of the connection. */
export function instantArray(values: readonly (Date | null)[]): string {
  let text = "{";
  let last: Date | null = null;
  let lastText = "NULL";
  for (let n = 0; n < values.length; n += 1) {
    const value = values[n] ?? null;
    if (n > 0) text += ",";
    // Neighbours mostly share an instant.
    if (value !== last) {
      last = value;
      lastText = value === null ? "NULL" : value.toISOString();
    }
    text += lastText;
  }
  return `${text}}`;
}

/** An array of `bytea`. */
export function bytesArray(values: readonly Buffer[]): string {
  return `{${values.map((value) => `"\\\\x${value.toString("hex")}"`).join(",")}}`;
}

const NEEDS_ESCAPE = /["\\]/;

function quoted(value: string): string {
  return NEEDS_ESCAPE.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : `"${value}"`;
}
