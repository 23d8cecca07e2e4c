import { Decimal } from "decimal.js";
import { cn } from "@/components/cn";
import { Meter } from "@/components/meter";
import type { Balance } from "./customer-types";

type BalanceMeterProps = {
  /** The feature's name. */
  label: string;
  balance: Balance;
  className?: string | undefined;
};

/**
 * A balance of the wire as a meter. `remaining` stops at zero there; what was used beyond it follows
 * from the other two figures, and is shown once nothing is left.
 */
export function BalanceMeter({ label, balance, className }: BalanceMeterProps) {
  const signed = new Decimal(balance.granted).minus(balance.usage);
  return (
    <Meter
      label={label}
      remaining={
        balance.remaining > 0 ? String(balance.remaining) : Decimal.min(0, signed).toString()
      }
      granted={String(balance.granted)}
      usage={String(balance.usage)}
      unlimited={balance.unlimited}
      className={cn("max-md:whitespace-normal", className)}
    />
  );
}
