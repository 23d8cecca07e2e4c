/** The currency of every amount that the wire gives without one. */
export const DEFAULT_CURRENCY = "usd";
