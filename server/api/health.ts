import { db } from "../platform/db";
import { env } from "../platform/env";
import { log } from "../platform/log";
import { sql } from "../platform/sql";

/** What `GET /healthz` answers. */
export interface Health {
  readonly status: "ok" | "starting" | "unavailable";
  readonly version: string;
  readonly database: "ok" | "unreachable" | "starting";
  /** Months of ledger and event partitions that exist beyond this one; below 3 needs attention. */
  readonly partition_months_ahead?: number;
}

const state = globalThis as typeof globalThis & { windfallReady?: boolean };

/** Says that migrations ran and the server may take traffic. */
export function markReady(ready: boolean): void {
  state.windfallReady = ready;
}

/** The server's own state and the database's, by one cheap query. */
export async function health(): Promise<Health> {
  const version = env().WINDFALL_VERSION;
  if (state.windfallReady === false) return { status: "starting", version, database: "starting" };
  try {
    const [row] = await db().query<{ months: number }>(sql`
      SELECT count(*)::int AS months FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'ledger_entry'::regclass
        AND right(c.relname, 7) > to_char(now(), 'YYYY_MM')`);
    return {
      status: "ok",
      version,
      database: "ok",
      partition_months_ahead: row?.months ?? 0,
    };
  } catch (error) {
    log.warn({ reason: String(error) }, "database unreachable");
    return { status: "unavailable", version, database: "unreachable" };
  }
}
