import { Decimal } from "decimal.js";
import { cn } from "@/components/cn";
import { formatQuantity } from "@/components/format";

type MeterProps = {
  /** What is measured: "Messages". */
  label: string;
  /** What is left, as an exact decimal string; negative when more was used than granted. */
  remaining: string;
  granted: string;
  /** Shown for unlimited balances, where there is nothing to fill a bar with. */
  usage?: string | undefined;
  unlimited?: boolean | undefined;
  className?: string | undefined;
};

function share(part: Decimal, whole: Decimal): number {
  if (whole.lessThanOrEqualTo(0)) return 0;
  return Decimal.max(0, Decimal.min(100, part.div(whole).times(100))).toNumber();
}

/** A balance as a bar with its figures in words: "120 of 500", and what was used beyond it. */
export function Meter({ label, remaining, granted, usage, unlimited, className }: MeterProps) {
  if (unlimited) {
    return (
      <p className={cn("whitespace-nowrap text-sm", className)}>
        <span aria-hidden>∞ </span>Unlimited
        {usage === undefined ? null : (
          <span className="text-muted-foreground"> · {formatQuantity(usage)} used</span>
        )}
      </p>
    );
  }
  const left = new Decimal(remaining);
  const whole = new Decimal(granted);
  const over = left.isNegative() ? left.negated() : new Decimal(0);
  const shown = `${formatQuantity(Decimal.max(0, left))} of ${formatQuantity(granted)}`;
  const beyond = over.isZero() ? "" : `${formatQuantity(over)} over`;
  // With overage the bar spans granted + over, so that the second segment has its true share.
  const span = whole.plus(over);
  return (
    <div className={cn("grid min-w-24 max-w-full gap-1", className)}>
      <p className="flex justify-between gap-2 whitespace-nowrap text-sm">
        <span>{shown}</span>
        {beyond ? <span className="font-medium text-danger">{beyond}</span> : null}
      </p>
      <meter
        className="sr-only"
        aria-label={label}
        min={0}
        max={whole.isPositive() ? whole.toNumber() : 0}
        value={Decimal.max(0, Decimal.min(left, whole)).toNumber()}
        aria-valuetext={`${shown} left${beyond ? `, ${beyond}` : ""}`}
      />
      <div
        aria-hidden
        className="keep-color flex h-1.5 overflow-hidden rounded-full bg-neutral-soft outline outline-control/50"
      >
        {over.isZero() ? (
          <span
            className={cn("h-full", share(left, whole) > 10 ? "bg-accent" : "bg-warning")}
            style={{ width: `${share(left, whole)}%` }}
          />
        ) : (
          <>
            <span className="h-full bg-neutral-soft" style={{ width: `${share(whole, span)}%` }} />
            <span
              className="h-full border-surface border-l bg-danger"
              style={{ width: `${share(over, span)}%` }}
            />
          </>
        )}
      </div>
    </div>
  );
}
