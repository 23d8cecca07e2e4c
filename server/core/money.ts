import { Decimal } from "decimal.js";
import { currencyScale } from "./currency";
import { exactDecimal, fromRow, type Quantity } from "./quantity";

/** An exact amount in major units with at most 10 decimals, used while computing. */
export type Amount = Quantity;

/** Money that is charged, invoiced or paid: whole minor units of one currency. */
export type Money = { readonly amount: bigint; readonly currency: string };

/**
 * Accepts an amount in major units from outside, under the rules of a quantity.
 *
 * @throws WindfallError `invalid_inputs` as for a quantity.
 */
export function amount(input: string | number): Amount {
  return exactDecimal(input, "amount");
}

/** The only rounding of money: to the currency's minor unit, halves away from zero. */
export function settle(exact: Amount, currency: string): Money {
  const minor = exact
    .times(new Decimal(10).pow(currencyScale(currency)))
    .toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
  return { amount: BigInt(minor.toString()), currency };
}

/** The same money in major units, exactly. */
export function toMajorUnits(money: Money): Amount {
  const scale = currencyScale(money.currency);
  return fromRow(money.amount.toString()).div(new Decimal(10).pow(scale));
}
