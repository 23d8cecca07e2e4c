import { Decimal } from "decimal.js";
import { quantity } from "@/server/core/quantity";

export type ParsedQuantity = { ok: true; value: string } | { ok: false; message: string };

const thousands: Readonly<Record<string, number>> = { "": 0, k: 3, m: 6, b: 9 };

const shape = /^([+\-−]?)([\d,_'’\s]*)(?:\.(\d*))?\s*([kmb]?)$/i;
const grouped = /^\d{1,3}([,_'’\s]\d{3})+$/;

const refusals = {
  empty: "Enter a number.",
  unreadable: "Write a number such as 500, 10,000 or 1.5k.",
  comma: "A comma separates thousands. Write a decimal with a point, as in 1.5.",
  negative: "Enter a number that is not negative.",
  size: "Use at most 15 digits, 10 of them after the point, and no more than 10 trillion.",
};

function refuse(why: keyof typeof refusals): ParsedQuantity {
  return { ok: false, message: refusals[why] };
}

/**
 * Reads a quantity as people write it: `"1.5k"`, `"10,000"`, `"2 000 000"`, `"3m"`.
 *
 * The value is the exact decimal as plain text, within the limits of the API. A comma that does
 * not separate thousands is refused, since `"1,5"` may mean one and a half or fifteen.
 */
export function parseQuantity(
  text: string,
  { allowNegative = false }: { allowNegative?: boolean } = {},
): ParsedQuantity {
  const trimmed = text.trim();
  if (trimmed === "") return refuse("empty");
  const parts = shape.exec(trimmed);
  if (parts === null) return refuse(/\d,\d/.test(trimmed) ? "comma" : "unreadable");

  const [, sign = "", written = "", fraction = "", suffix = ""] = parts;
  const whole = written.trim();
  if (whole === "" && fraction === "") return refuse("unreadable");
  if (/\D/.test(whole) && !grouped.test(whole)) {
    return refuse(whole.includes(",") ? "comma" : "unreadable");
  }

  const digits = `${whole.replace(/\D/g, "") || "0"}.${fraction || "0"}`;
  const factor = new Decimal(10).pow(thousands[suffix.toLowerCase()] ?? 0);
  const magnitude = new (Decimal.clone({ precision: 100 }))(digits).times(factor);
  const value = sign === "-" || sign === "−" ? magnitude.negated() : magnitude;
  if (value.isNegative() && !value.isZero() && !allowNegative) return refuse("negative");
  try {
    return { ok: true, value: quantity(value.toFixed()).toString() };
  } catch {
    return refuse("size");
  }
}
