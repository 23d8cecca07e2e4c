import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currencyScale } from "./currency";
import { amount, settle, toMajorUnits } from "./money";

describe("money", () => {
  it.each([
    ["jpy", 0],
    ["usd", 2],
    ["EUR", 2],
    ["KWD", 3],
  ])("knows the minor unit of %s", (currency, scale) => {
    expect(currencyScale(currency)).toBe(scale);
  });

  it.each(["", "us", "usdt", "$", "u1d"])("refuses %j as a currency", (currency) => {
    expect(() => currencyScale(currency)).toThrow(/three-letter code/);
  });

  it.each([
    ["12.34", "usd", 1_234n],
    ["0.005", "usd", 1n],
    ["-0.005", "usd", -1n],
    ["0.0049999999", "usd", 0n],
    ["1.5", "jpy", 2n],
    ["1.2345", "kwd", 1_235n],
  ])("settles %s %s", (text, currency, minor) => {
    expect(settle(amount(text), currency)).toEqual({ amount: minor, currency });
  });

  it("keeps rates far below a cent", () => {
    expect(amount("0.0000025").times(2_000_000).toString()).toBe("5");
    expect(() => amount("0.00000000001")).toThrow("Refused amount: it has more than 10 decimals.");
  });

  it("survives the way to major units and back", () => {
    const currencies = fc.constantFrom("usd", "jpy", "kwd");
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        currencies,
        (minor, currency) => {
          const money = { amount: minor, currency };
          expect(settle(toMajorUnits(money), currency)).toEqual(money);
        },
      ),
    );
  });
});
