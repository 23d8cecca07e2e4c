import type { Quantity } from "../quantity";

/** What becomes of a positive remainder at a reset (domain §12); absent, it is lost. */
export type RolloverRule = {
  /** The most that may roll over, in units or in percent of the grant; both null is no cap. */
  readonly max: Quantity | null;
  readonly maxPercentage: Quantity | null;
  /** Months after the reset at which a lot expires; null is never. */
  readonly expiryMonths: number | null;
};
