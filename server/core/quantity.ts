import { Decimal } from "decimal.js";
import { WindfallError } from "./error";

/**
 * A count of feature units: an exact decimal with at most 10 places, matching `numeric(38,10)`.
 *
 * `toString()` never uses an exponent, so it is also the text that the database takes.
 */
export type Quantity = Decimal;

/** Wide enough that no sum of `numeric(38,10)` values is ever rounded. */
const Exact = Decimal.clone({ precision: 60, toExpNeg: -40, toExpPos: 60 });

const maxDecimals = 10;
const maxDigits = 15;
const maxMagnitude = new Exact("1e13");
const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

export const zero: Quantity = new Exact(0);

/**
 * Accepts a quantity from outside.
 *
 * Numbers and texts carry at most 15 significant digits, since more do not survive a JSON number.
 *
 * @throws WindfallError `invalid_inputs` for more than 15 significant digits (of a number or text),
 *   more than 10 decimals, a magnitude above 1e13, or anything that is not a finite number.
 */
export function quantity(input: string | number | Decimal): Quantity {
  return exactDecimal(input, "quantity");
}

/** The rules of {@link quantity} for any decimal of the domain; `what` names it in the refusal. */
export function exactDecimal(input: string | number | Decimal, what: string): Decimal {
  const refused = (why: string) =>
    new WindfallError("invalid_request", "invalid_inputs", `Refused ${what}: ${why}.`);
  if (typeof input === "string" && !plainNumber.test(input)) throw refused("it is not a number");
  const value = new Exact(input);
  if (!value.isFinite()) throw refused("it is not a finite number");
  if (value.decimalPlaces() > maxDecimals) {
    throw refused(`it has more than ${maxDecimals} decimals`);
  }
  if (value.abs().greaterThan(maxMagnitude)) throw refused("it is beyond 10000000000000");
  const fromOutside = typeof input === "string" || typeof input === "number";
  if (fromOutside && value.precision() > maxDigits) {
    throw refused(`it has more than ${maxDigits} significant digits`);
  }
  return withoutSignedZero(value);
}

/** Reads a `numeric` of our own database, which was checked when it was written. */
export function fromRow(text: string): Quantity {
  return withoutSignedZero(new Exact(text));
}

/**
 * Writes a quantity as a JSON number: the double nearest to the decimal, whose shortest spelling
 * is the decimal itself for up to 15 significant digits. Never `-0`.
 */
export function toWire(value: Quantity): number {
  return value.isZero() ? 0 : (smallInteger(value) ?? value.toNumber());
}

/** The number behind an integer below 1e14, read from the decimal's words of seven digits. */
function smallInteger({ d: words, e: exponent, s: sign }: Quantity): number | null {
  const [first = 0, second = 0] = words;
  if (exponent < 0 || exponent > 13) return null;
  if (exponent < 7) return words.length === 1 ? sign * first : null;
  return words.length <= 2 ? sign * (first * 1e7 + second) : null;
}

export function sum(values: Iterable<Quantity>): Quantity {
  let total: Quantity | null = null;
  for (const value of values) total = total === null ? value : total.plus(value);
  return total ?? zero;
}

export function smaller(a: Quantity, b: Quantity): Quantity {
  return a.lessThan(b) ? a : b;
}

/** The value, or zero for one below it. */
export function aboveZero(value: Quantity): Quantity {
  return value.isNegative() ? zero : value;
}

export function larger(a: Quantity, b: Quantity): Quantity {
  return a.greaterThan(b) ? a : b;
}

function withoutSignedZero(value: Decimal): Quantity {
  return value.isZero() ? zero : value;
}
