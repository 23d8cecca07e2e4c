import { invariant } from "../core/invariant";

const DIGIT_ZERO = 48;
const PLUS = 43;
const DOT = 46;

/**
 * Reads a `timestamptz` as Postgres writes it on our connections, in UTC, such as
 * `2026-11-21 15:00:00.123+00`. Quotes around it, as in the text of a record, are passed over.
 */
export function instantOf(text: string): Date {
  const at = text.charCodeAt(0) === 34 ? 1 : 0;
  const digits = (from: number) =>
    (text.charCodeAt(at + from) - DIGIT_ZERO) * 10 + text.charCodeAt(at + from + 1) - DIGIT_ZERO;
  let ms = 0;
  let end = at + 19;
  if (text.charCodeAt(end) === DOT) {
    let weight = 100;
    for (end += 1; text.charCodeAt(end) !== PLUS; end += 1) {
      ms += (text.charCodeAt(end) - DIGIT_ZERO) * weight;
      weight /= 10;
    }
  }
  invariant(text.startsWith("+00", end), "An instant of the database is not written in UTC.");
  const year = digits(0) * 100 + digits(2);
  return new Date(Date.UTC(year, digits(5) - 1, digits(8), digits(11), digits(14), digits(17), ms));
}

/** The cells of a record without texts that could hold a comma or a quote; empty is null. */
export function recordCells(record: string): string[] {
  return record.slice(1, -1).split(",");
}

/** A `bytea` as Postgres writes it. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text.slice(2), "hex");
}
