import { Decimal } from "decimal.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WindfallError } from "./error";
import { aboveZero, fromRow, larger, quantity, smaller, sum, toWire, zero } from "./quantity";

describe("quantity", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [1, "1"],
    [-2.5, "-2.5"],
    ["0.1", "0.1"],
    ["+7", "7"],
    ["1e3", "1000"],
    [0.000_000_000_1, "0.0000000001"],
    [1e13, "10000000000000"],
    [new Decimal("1234567890.1234567891"), "1234567890.1234567891"],
  ])("accepts %s", (input, text) => {
    expect(quantity(input).toString()).toBe(text);
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e14,
    "-10000000000001",
    "0.00000000001",
    "1234567890123456",
    0.1234567890123456,
    "",
    " 1",
    "0x10",
    "1,5",
    "ten",
    "1e9999",
    new Decimal("0.12345678901"),
    new Decimal(Number.NaN),
  ])("refuses %s", (input) => {
    expect(() => quantity(input)).toThrow(WindfallError);
    expect(() => quantity(input)).toThrow(/^Refused quantity: /);
  });

  it("refuses as bad input", () => {
    const refusal = () => quantity("x");
    expect(refusal).toThrow(expect.objectContaining({ kind: "invalid_request" }));
    expect(refusal).toThrow(expect.objectContaining({ reason: "invalid_inputs" }));
  });

  it("goes to the wire and back without noise", () => {
    const steps = fc.tuple(
      fc.integer({ min: -99_999_999, max: 99_999_999 }),
      fc.integer({ min: 0, max: 7 }),
    );
    fc.assert(
      fc.property(steps, ([digits, places]) => {
        const value = quantity(new Decimal(digits).div(new Decimal(10).pow(places)));
        expect(quantity(toWire(value)).equals(value)).toBe(true);
        expect(Object.is(toWire(value), -0)).toBe(false);
      }),
    );
  });

  it("writes integers of any size as the number they are", () => {
    const sizes = [0, 1, 9_999_999, 1e7, 1e7 + 1, 12_300_000, 99_999_999_999_999, 1e14, 1e20];
    for (const size of [...sizes, 1.5, 10_000_000.5, 1e-10]) {
      expect(toWire(fromRow(String(size)))).toBe(size);
      expect(toWire(fromRow(`-${size}`))).toBe(size === 0 ? 0 : -size);
    }
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(toWire(fromRow(String(n)))).toBe(n === 0 ? 0 : n);
      }),
    );
  });

  it("keeps what is above zero", () => {
    expect(aboveZero(quantity(2)).toString()).toBe("2");
    expect(aboveZero(quantity(-2))).toBe(zero);
  });

  it("adds what binary floats cannot", () => {
    const tenths = Array.from({ length: 10 }, () => quantity(0.1));
    expect(toWire(sum(tenths))).toBe(1);
    expect(JSON.stringify(toWire(quantity(0.1).plus(quantity(0.2))))).toBe("0.3");
  });

  it("keeps all digits of the database's widest number", () => {
    const widest = "9999999999999999999999999999.9999999999";
    expect(fromRow(widest).toString()).toBe(widest);
    const smallest = quantity("0.0000000001");
    expect(fromRow(widest).plus(smallest).toString()).toBe(`1${"0".repeat(28)}`);
    expect(fromRow(widest).minus(smallest).toString()).toBe(`${widest.slice(0, -1)}8`);
    expect(fromRow("0.0000000000").toString()).toBe("0");
    expect(toWire(fromRow("-0"))).toBe(0);
  });

  it("compares", () => {
    expect(smaller(quantity(1), quantity(2)).toString()).toBe("1");
    expect(larger(quantity(1), quantity(2)).toString()).toBe("2");
    expect(sum([]).equals(zero)).toBe(true);
  });
});
