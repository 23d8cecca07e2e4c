import { cn } from "@/components/cn";
import { formatQuantity, type Quantity as QuantityValue } from "@/components/format";

type QuantityProps = {
  value: QuantityValue | null | undefined;
  unlimited?: boolean | undefined;
  className?: string | undefined;
};

/** An exact quantity; "Unlimited" is always a word beside its sign, and a missing one is a dash. */
export function Quantity({ value, unlimited = false, className }: QuantityProps) {
  if (unlimited) {
    return (
      <span className={cn("whitespace-nowrap", className)}>
        <span aria-hidden>∞ </span>Unlimited
      </span>
    );
  }
  return (
    <span className={cn("whitespace-nowrap tabular-nums", className)}>{formatQuantity(value)}</span>
  );
}
