import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatQuantity } from "@/components/format";
import { parseQuantity } from "./parse-quantity";

function valueIn(text: string): string {
  const parsed = parseQuantity(text, { allowNegative: true });
  return parsed.ok ? parsed.value : `refused: ${parsed.message}`;
}

describe("parseQuantity", () => {
  it.each([
    ["500", "500"],
    [" 500 ", "500"],
    ["0", "0"],
    ["-0", "0"],
    ["007", "7"],
    ["10,000", "10000"],
    ["1,234,567.5", "1234567.5"],
    ["2 000 000", "2000000"],
    ["2\u00a0000", "2000"],
    ["1_000", "1000"],
    ["1'000", "1000"],
    ["1.5k", "1500"],
    ["1.5 K", "1500"],
    ["3m", "3000000"],
    ["0.25b", "250000000"],
    ["10,000k", "10000000"],
    [".5", "0.5"],
    ["5.", "5"],
    ["+5", "5"],
    ["-1.5k", "-1500"],
    ["−2", "-2"],
    ["0.1", "0.1"],
    ["0.0000000001", "0.0000000001"],
    [
      "123456789012345",
      "refused: Use at most 15 digits, 10 of them after the point, and no more than 10 trillion.",
    ],
    ["9999999999999", "9999999999999"],
  ])("reads %j as %s", (text, expected) => {
    expect(valueIn(text)).toBe(expected);
  });

  it.each([
    ["", /Enter a number/],
    ["   ", /Enter a number/],
    ["abc", /such as 500/],
    [".", /such as 500/],
    ["k", /such as 500/],
    ["1e3", /such as 500/],
    ["1.5kk", /such as 500/],
    ["∞", /such as 500/],
    ["NaN", /such as 500/],
    ["Infinity", /such as 500/],
    ["1.2.3", /such as 500/],
    ["10 00", /such as 500/],
    ["1,5", /comma separates thousands/],
    ["1.000,5", /comma separates thousands/],
    ["1,0000", /comma separates thousands/],
    ["-5", /not negative/],
    ["0.00000000001", /at most 15 digits/],
    ["1234567890.1234567", /at most 15 digits/],
    ["99999b", /at most 15 digits/],
  ])("refuses %j", (text, why) => {
    expect(parseQuantity(text)).toEqual({ ok: false, message: expect.stringMatching(why) });
  });

  it("reads back what is shown", () => {
    const amounts = fc.tuple(
      fc.bigInt({ min: -9_999_999_999n, max: 9_999_999_999n }),
      fc.integer({ min: 0, max: 9_999 }),
    );
    fc.assert(
      fc.property(amounts, ([whole, fraction]) => {
        const exact = `${whole}.${String(fraction).padStart(4, "0")}`;
        const shown = formatQuantity(exact);
        expect(formatQuantity(valueIn(shown))).toBe(shown);
      }),
    );
  });
});
