import { Decimal } from "decimal.js";
import { formatQuantity, nothing } from "@/components/format";
import { Timestamp } from "@/components/timestamp";
import type { Balance } from "../../_components/customer-types";

type BalancePartsProps = {
  balance: Balance;
  planName: (id: string) => string;
};

/** The contract gives every rollover an expiry; one that never expires shows the last year there is. */
const NEVER = Date.UTC(9999, 0, 1);

/** Where a balance comes from, with the expiry of each part that has one. */
export function BalanceParts({ balance, planName }: BalancePartsProps) {
  const { breakdown, rollovers = [] } = balance;
  if (breakdown.length === 0 && rollovers.length === 0) return nothing;
  return (
    <ul className="text-sm">
      {breakdown.map((part) => (
        <li key={part.id}>
          {part.unlimited
            ? "Unlimited"
            : formatQuantity(new Decimal(part.included_grant).plus(part.prepaid_grant))}{" "}
          <span className="text-muted-foreground">
            {part.plan_id === null ? "granted" : `from ${planName(part.plan_id)}`}
            {part.expires_at === null ? null : (
              <>
                , expires <Timestamp at={part.expires_at} show="day" />
              </>
            )}
          </span>
        </li>
      ))}
      {byExpiry(rollovers).map(({ expiresAt, granted, left }) => (
        <li key={expiresAt}>
          {formatQuantity(granted)}{" "}
          <span className="text-muted-foreground">
            rolled over, {formatQuantity(left)} left
            {expiresAt >= NEVER ? null : (
              <>
                , expires <Timestamp at={expiresAt} show="day" />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What rolled over and expires together is one line, however many entities it belongs to. */
function byExpiry(lots: NonNullable<Balance["rollovers"]>) {
  const sums = new Map<number, { granted: Decimal; left: Decimal }>();
  for (const { expires_at, granted, balance } of lots) {
    const earlier = sums.get(expires_at);
    sums.set(expires_at, {
      granted: (earlier?.granted ?? new Decimal(0)).plus(granted),
      left: (earlier?.left ?? new Decimal(0)).plus(balance),
    });
  }
  return [...sums].map(([expiresAt, sum]) => ({ expiresAt, ...sum }));
}
