import { toPublicId } from "../core/id";
import { fromRow } from "../core/quantity";
import type { Db } from "../platform/db";
import type { Logger } from "../platform/log";
import { observeDiscrepancies } from "../platform/metrics";
import { sql } from "../platform/sql";

const CHUNK = 500;

/** What a grant's row says and what its ledger says, exact decimals as text. */
export interface Discrepancy {
  readonly envId: number;
  /** The tenant's own id of the customer, else ours. */
  readonly customer: string;
  /** The feature's slug. */
  readonly feature: string;
  readonly grantId: string;
  readonly stored: { readonly balance: string; readonly granted: string };
  readonly ledger: { readonly balance: string; readonly granted: string };
  /** Entries that do not follow from the one before them. */
  readonly brokenEntries: number;
  /** Whether the grant claims to be newer than its customer's gate. */
  readonly aheadOfGate: boolean;
}

interface CheckedRow {
  customer_id: string;
  grant_id: string;
  env_id: number;
  external_id: string | null;
  slug: string;
  balance: string;
  granted: string;
  ledger_balance: string;
  ledger_granted: string;
  broken: number;
  ahead: boolean;
  differs: boolean;
  is_last: boolean;
}

/**
 * Recomputes every grant of the installation from its ledger, ended ones included: the sums of the
 * entries, the chain from each entry to the next, and that nothing is newer than its gate. It goes
 * through the grants in chunks, each on one snapshot, so that it may run beside any traffic.
 *
 * Each difference is logged with both numbers, counted in the metrics and returned; nothing is
 * repaired, because which of the two is right is for a person to find out.
 */
export async function reconcile(
  db: Db,
  log: Logger,
  signal: AbortSignal = new AbortController().signal,
): Promise<Discrepancy[]> {
  const found: Discrepancy[] = [];
  let after: CheckedRow | undefined;
  do {
    signal.throwIfAborted();
    const rows = await checkChunk(db, after);
    found.push(...rows.filter(({ differs }) => differs).map((row) => report(row, log)));
    after = rows.find(({ is_last }) => is_last);
  } while (after !== undefined);
  observeDiscrepancies(found.length);
  log.info({ discrepancies: found.length }, "grants reconciled with their ledger");
  return found;
}

function report(row: CheckedRow, log: Logger): Discrepancy {
  const difference = {
    stored: { balance: plain(row.balance), granted: plain(row.granted) },
    ledger: { balance: plain(row.ledger_balance), granted: plain(row.ledger_granted) },
    brokenEntries: row.broken,
    aheadOfGate: row.ahead,
  };
  const customerId = toPublicId("cus", row.customer_id);
  const grantId = toPublicId("grt", row.grant_id);
  log.error(
    { envId: row.env_id, customerId, feature: row.slug, grantId, ...difference },
    "a grant differs from its ledger",
  );
  return {
    envId: row.env_id,
    customer: row.external_id ?? customerId,
    feature: row.slug,
    grantId,
    ...difference,
  };
}

/** Without the zeros that fill a `numeric` up to its scale. */
function plain(text: string): string {
  return fromRow(text).toString();
}

/** The grants of the next chunk that differ, and its last one, which tells where to go on. */
function checkChunk(db: Db, after: CheckedRow | undefined): Promise<CheckedRow[]> {
  const nowhere = "00000000-0000-0000-0000-000000000000";
  return db.query<CheckedRow>(sql`
    WITH chunk AS (
      SELECT g.customer_id, g.id, g.env_id, g.feature_id, g.balance, g.last_seq,
        g.included + g.prepaid + g.adjustment AS granted
      FROM grants g
      WHERE (g.customer_id, g.id) >
        (${after?.customer_id ?? nowhere}::uuid, ${after?.grant_id ?? nowhere}::uuid)
      ORDER BY g.customer_id, g.id LIMIT ${CHUNK}),
    checked AS (
      SELECT c.*, coalesce(l.balance, 0) AS ledger_balance, coalesce(l.granted, 0) AS ledger_granted,
        l.broken, c.last_seq > h.seq AS ahead,
        (c.balance, c.granted, c.last_seq) IS DISTINCT FROM (l.balance, l.granted, l.last_seq)
          OR l.broken > 0 OR c.last_seq > h.seq AS differs,
        row_number() OVER (ORDER BY c.customer_id DESC, c.id DESC) = 1 AS is_last
      FROM chunk c
      JOIN customer_head h ON h.customer_id = c.customer_id
      CROSS JOIN LATERAL (
        SELECT sum(e.delta) AS balance, sum(e.granted_delta) AS granted, max(e.seq) AS last_seq,
          (count(*) FILTER (WHERE e.is_broken))::int AS broken
        FROM (
          SELECT delta, granted_delta, seq,
            balance_after <> coalesce(lag(balance_after) OVER w, 0) + delta
              OR granted_after <> coalesce(lag(granted_after) OVER w, 0) + granted_delta
              OR coalesce(seq <= lag(seq) OVER w OR at < lag(at) OVER w, false) AS is_broken
          FROM ledger_entry
          WHERE customer_id = c.customer_id AND grant_id = c.id
          WINDOW w AS (ORDER BY recorded_at, seq)) e) l)
    SELECT k.customer_id, k.id AS grant_id, k.env_id, cu.external_id, f.slug, k.balance, k.granted,
      k.ledger_balance, k.ledger_granted, k.broken, k.ahead, k.differs, k.is_last
    FROM checked k
    JOIN customer cu ON cu.env_id = k.env_id AND cu.id = k.customer_id
    JOIN feature f ON f.env_id = k.env_id AND f.id = k.feature_id
    WHERE k.differs OR k.is_last`);
}
