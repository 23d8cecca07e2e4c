import { catalogAt } from "../catalog/load-catalog";
import { bringDue } from "../core/balances/reset";
import { wallNow } from "../platform/clock";
import type { Tenant } from "../platform/context";
import type { Db } from "../platform/db";
import { newId } from "../platform/id";
import type { Logger } from "../platform/log";
import { type Sql, sql } from "../platform/sql";
import { systemContext } from "../platform/system-context";
import { inPlainTransaction } from "../platform/transaction";
import { expireDueLocks } from "./expire-locks";
import { gateCustomers } from "./gate";
import { loadGrants, writeGrantChanges } from "./rows";

const CHUNK = 100;

interface DueRow extends Tenant {
  readonly customerId: string;
  readonly grantId: string;
  readonly dueAt: Date;
  readonly catalogVersion: number;
}

/**
 * Stores every reset and expiry that fell due, of all customers, in chunks behind their gates. The
 * figures do not depend on it, since each reader applies due work itself; it keeps stored rows and
 * the ledger close to the clock, also of customers that nobody asks about.
 *
 * @returns how many grants it brought up to date; a second run at the same time finds none.
 */
export async function resetDue(
  db: Db,
  log: Logger,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const now = wallNow();
  // What a lock held goes back as of its expiry, which a reset after it must find there.
  await expireDueLocks(db, log, signal);
  let moved = 0;
  for (const kind of ["reset", "expiry"] as const) {
    let after: DueRow | undefined;
    do {
      signal.throwIfAborted();
      const due = await findDue(db, { kind, now, after });
      for (const group of groupByEnvironment(due)) moved += await bringUpToDate(db, group);
      after = due.at(-1);
    } while (after !== undefined);
  }
  if (moved > 0) log.info({ grants: moved }, "due resets and expiries stored");
  return moved;
}

/** The grants that fell due longest ago, beyond the last one of the chunk before. */
function findDue(
  db: Db,
  wanted: { kind: "reset" | "expiry"; now: Date; after: DueRow | undefined },
): Promise<DueRow[]> {
  const { kind, now, after } = wanted;
  const dueAt = kind === "reset" ? sql`g.next_reset_at` : sql`g.expires_at`;
  const beyond: Sql =
    after === undefined
      ? sql`true`
      : sql`(${dueAt}, g.customer_id, g.id) > (${after.dueAt}, ${after.customerId}::uuid, ${after.grantId}::uuid)`;
  // The same rule as in the core: a suspended grant is not renewed, an expiring one only closes.
  const isDue =
    kind === "reset"
      ? sql`g.reset_by = 0 AND NOT g.unlimited
          AND g.next_reset_at <= coalesce(g.suspended_at, 'infinity')
          AND g.next_reset_at < coalesce(g.expires_at, 'infinity')`
      : sql`true`;
  return db.query<DueRow>(sql`
    SELECT g.customer_id AS "customerId", g.id AS "grantId", ${dueAt} AS "dueAt",
      v.org_id AS "orgId", v.id AS "envId", v.slug AS "envSlug", v.kind AS "envKind",
      v.catalog_version AS "catalogVersion"
    FROM grants g JOIN environment v ON v.id = g.env_id
    WHERE g.ended_at IS NULL AND ${dueAt} <= ${now} AND ${isDue} AND ${beyond}
    ORDER BY ${dueAt}, g.customer_id, g.id LIMIT ${CHUNK}`);
}

function groupByEnvironment(due: readonly DueRow[]): DueRow[][] {
  const groups = new Map<number, DueRow[]>();
  for (const row of due) groups.set(row.envId, [...(groups.get(row.envId) ?? []), row]);
  return [...groups.values()];
}

/** Applies all due work of the customers of one environment in one transaction. */
async function bringUpToDate(db: Db, due: readonly DueRow[]): Promise<number> {
  const [first] = due;
  if (first === undefined) return 0;
  const catalog = await catalogAt(db, first.envId, first.catalogVersion);
  const planSlugOf = (itemId: bigint) => catalog.planSlugByItem.get(itemId) ?? null;
  const customerIds = [...new Set(due.map(({ customerId }) => customerId))];
  return inPlainTransaction(systemContext(db, first, "reset_due"), async (ctx) => {
    const gates = await gateCustomers(ctx, customerIds);
    const grants = await loadGrants(ctx, customerIds, planSlugOf);
    let moved = 0;
    for (const gate of gates.values()) {
      const { changes, opened } = bringDue(grants.get(gate.customerId) ?? [], gate.recordedAt, {
        newId,
        ...catalog.settings,
      });
      if (changes.length === 0) continue;
      await writeGrantChanges(ctx, gate, { opened, changed: changes });
      moved += changes.length;
    }
    return moved;
  });
}
