import type { UsageWindow } from "../core/balances/controls";
import { fromRow } from "../core/quantity";
import type { ReadCtx } from "../platform/context";
import { sql } from "../platform/sql";

/** The counters of customers' usage limits that are not over at an instant, by customer. */
export async function loadWindows(
  ctx: ReadCtx,
  customerIds: readonly string[],
  now: Date,
): Promise<Map<string, UsageWindow[]>> {
  const rows = await ctx.db.query<Omit<UsageWindow, "used"> & { customerId: string; used: string }>(
    sql`
    SELECT customer_id AS "customerId", feature_id AS "featureId", scope_id AS "scopeId",
      limit_hash AS "limitHash", starts_at AS "startsAt", ends_at AS "endsAt", used
    FROM usage_window
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ANY(${customerIds}::uuid[])
      AND ends_at > ${now}`,
  );
  const byCustomer = new Map<string, UsageWindow[]>(customerIds.map((id) => [id, []]));
  for (const { customerId, ...row } of rows) {
    byCustomer.get(customerId)?.push({ ...row, used: fromRow(row.used) });
  }
  return byCustomer;
}
