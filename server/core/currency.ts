import { WindfallError } from "./error";

/** Currencies whose minor unit is not a hundredth (ISO 4217). */
const unusualScales: ReadonlyMap<string, number> = new Map([
  ...["bif", "clp", "djf", "gnf", "isk", "jpy", "kmf", "krw", "pyg", "rwf", "ugx"].map(
    (code): [string, number] => [code, 0],
  ),
  ...["vnd", "vuv", "xaf", "xof", "xpf"].map((code): [string, number] => [code, 0]),
  ...["bhd", "iqd", "jod", "kwd", "lyd", "omr", "tnd"].map((code): [string, number] => [code, 3]),
]);

/**
 * How many decimals a currency's minor unit has: JPY 0, USD 2, KWD 3.
 *
 * @throws WindfallError `invalid_inputs` for anything but three letters.
 */
export function currencyScale(currency: string): number {
  if (!/^[a-z]{3}$/i.test(currency)) {
    throw new WindfallError(
      "invalid_request",
      "invalid_inputs",
      "A currency is written as its three-letter code, for example usd.",
    );
  }
  return unusualScales.get(currency.toLowerCase()) ?? 2;
}
