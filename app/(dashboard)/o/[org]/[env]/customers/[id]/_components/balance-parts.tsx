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
      {bySource(breakdown).map(({ key, planId, expiresAt, granted, unlimited }) => (
        <li key={key}>
          {unlimited ? "Unlimited" : formatQuantity(granted)}{" "}
          <span className="text-muted-foreground">
            {planId === null ? "granted" : `from ${planName(planId)}`}
            {expiresAt === null ? null : (
              <>
                , expires <Timestamp at={expiresAt} show="day" />
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

/**
 * What one plan gives, or was granted, until the same day is one line: a plan may give an amount to
 * the customer and another to each entity. The ledger tells them apart.
 */
function bySource(parts: Balance["breakdown"]) {
  const sources = new Map<string, Source>();
  for (const { plan_id, expires_at, included_grant, prepaid_grant, unlimited } of parts) {
    const key = `${plan_id ?? ""} ${expires_at ?? ""} ${unlimited}`;
    const earlier = sources.get(key)?.granted ?? new Decimal(0);
    const granted = earlier.plus(included_grant).plus(prepaid_grant);
    sources.set(key, { key, planId: plan_id, expiresAt: expires_at, granted, unlimited });
  }
  return [...sources.values()];
}

type Source = {
  key: string;
  planId: string | null;
  expiresAt: number | null;
  granted: Decimal;
  unlimited: boolean;
};

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
