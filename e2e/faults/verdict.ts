import type { Callers } from "./callers";
import type { FaultyDatabase } from "./database";

/** What the database holds against what callers were told. */
export interface Verdict {
  readonly sent: number;
  readonly acknowledged: number;
  /** Requests without a key that were never answered: in doubt, and stored or not. */
  readonly inDoubt: number;
  readonly inDoubtStored: number;
  readonly unavailable: number;
  /** All that must not be; empty when every promise holds. */
  readonly broken: readonly string[];
}

const SHOWN = 5;

/**
 * Compares everything that callers sent with what is stored: what was acknowledged is there, nothing
 * is there twice, what was denied or never sent is not, figures and ledger agree, nobody waits.
 */
export async function judge(
  database: FaultyDatabase,
  callers: Callers,
  name: string,
): Promise<Verdict> {
  const stored = await storedTimes(database, name);
  const lost: string[] = [];
  const repeated: string[] = [];
  const invented: string[] = [];
  let inDoubt = 0;
  let inDoubtStored = 0;
  for (const { id, keyed, acknowledged, denied } of callers.sent) {
    const times = stored.get(id) ?? 0;
    stored.delete(id);
    if (times > 1) repeated.push(`${id} × ${times}`);
    if (denied && times > 0) invented.push(id);
    if (acknowledged && !denied && times === 0) lost.push(id);
    if (!acknowledged && !keyed) {
      inDoubt += 1;
      inDoubtStored += Math.min(1, times);
    }
  }
  invented.push(...stored.keys());
  const waiting = await database.leftoverLocks();
  const found: [string, readonly unknown[]][] = [
    ["acknowledged but not stored", lost],
    ["stored more than once", repeated],
    ["stored but never sent, or denied", invented],
    ["left holding or awaiting a lock", waiting],
    ["locks still held", await heldLocks(database, name)],
    ["sums that do not add up", await wrongSums(database, name)],
    ["invariants", await database.brokenInvariants()],
    ["refused without cause", callers.refusals],
    ["never answered while the server ran", callers.stuck],
  ];
  return {
    sent: callers.sent.length,
    acknowledged: callers.sent.filter(({ acknowledged }) => acknowledged).length,
    inDoubt,
    inDoubtStored,
    unavailable: callers.unavailable,
    broken: found
      .filter(([, cases]) => cases.length > 0)
      .map(([what, cases]) => `${cases.length} ${what}: ${JSON.stringify(cases.slice(0, SHOWN))}`),
  };
}

/** How often each request of the callers is stored, as an event or as an edit. */
async function storedTimes(database: FaultyDatabase, name: string): Promise<Map<string, number>> {
  const rows = await database.query<{ id: string; times: number }>(
    `SELECT id, count(*)::int AS times FROM (
       SELECT properties->>'id' AS id FROM meter_event WHERE properties->>'id' LIKE $1
       UNION ALL SELECT reason FROM balance_edit WHERE reason LIKE $1) stored
     GROUP BY id`,
    [`${name}.%`],
  );
  return new Map(rows.map(({ id, times }) => [id, times]));
}

/** Every caller that held units has closed its lock, so none is left. */
async function heldLocks(database: FaultyDatabase, name: string): Promise<object[]> {
  return database.query("SELECT lock_key FROM lock WHERE status = 0 AND lock_key LIKE $1", [
    `${name}.%`,
  ]);
}

/** Customers whose balances are not what their events and edits leave of the grants. */
async function wrongSums(database: FaultyDatabase, name: string): Promise<object[]> {
  return database.query(
    `SELECT c.external_id, x.left, x.used, x.edited FROM customer c CROSS JOIN LATERAL (SELECT
       (SELECT sum(balance) FROM grants g WHERE g.customer_id = c.id) AS left,
       (SELECT coalesce(sum(value), 0) FROM meter_event e WHERE e.customer_id = c.id) AS used,
       (SELECT count(*) FROM balance_edit b WHERE b.customer_id = c.id AND b.kind = 'update') AS edited) x
     WHERE c.external_id LIKE $1 AND x.left <> 2000000 - x.used + x.edited`,
    [`${name}-%`],
  );
}
