import { expect } from "vitest";
import type { Tenant } from "../platform/context";
import { openDb } from "../platform/db";
import { env } from "../platform/env";
import { sql } from "../platform/sql";

/**
 * Lines calls up at the gates of a tenant's customers: each begins once those before it wait there,
 * so that all but the first have read what the ones before them change.
 *
 * @returns what each answered or was refused with, in their order
 */
export async function queuedAtGate(
  tenant: Tenant,
  calls: readonly (() => Promise<unknown>)[],
): Promise<PromiseSettledResult<unknown>[]> {
  const guard = openDb(env().DATABASE_URL);
  const waiting = async () => {
    const rows = await guard.query(sql`
      SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    return rows.length;
  };
  const { outcomes } = await guard.transact(async (held) => {
    await held.query(sql`
      SELECT 1 FROM customer_head WHERE env_id = ${tenant.envId} FOR UPDATE`);
    const begun: Promise<unknown>[] = [];
    for (const call of calls) {
      begun.push(call());
      await expect.poll(waiting, { timeout: 5_000 }).toBe(begun.length);
    }
    // In an object, since a bare promise would be awaited before the gates are free.
    return { outcomes: Promise.allSettled(begun) };
  });
  const settled = await outcomes;
  await guard.close();
  return settled;
}
