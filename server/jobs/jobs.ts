import { expireDueLocks } from "../balances/expire-locks";
import { reconcile } from "../balances/reconcile";
import { resetDue } from "../balances/reset-due";
import { eraseEvents } from "../events/erase-events";
import { expireUsage } from "../events/expire-usage";
import { foldRecentUsage } from "../events/fold-usage";
import { reconcileUsage } from "../events/reconcile-usage";
import type { Db } from "../platform/db";
import type { Logger } from "../platform/log";
import { sweepIdempotency } from "../platform/sweep-idempotency";
import { ensurePartitions } from "./ensure-partitions";

/** Work that nobody asks for. Every job may run twice, or at once with itself, and changes nothing. */
export interface Job {
  readonly name: string;
  readonly rhythm: Rhythm;
  /** Minute, hour, day of month, month, day of week; UTC. */
  readonly cron: string;
  readonly run: (db: Db, log: Logger, signal: AbortSignal) => Promise<unknown>;
}

export const RHYTHMS = ["minute", "day"] as const;
export type Rhythm = (typeof RHYTHMS)[number];

/** The jobs of this installation; nightly ones at odd minutes, when few others start. */
export const JOBS: readonly Job[] = [
  { name: "expire_locks", rhythm: "minute", cron: "* * * * *", run: expireDueLocks },
  { name: "reset_due", rhythm: "minute", cron: "* * * * *", run: resetDue },
  { name: "fold_usage", rhythm: "minute", cron: "* * * * *", run: foldRecentUsage },
  { name: "erase_events", rhythm: "minute", cron: "* * * * *", run: eraseEvents },
  { name: "ensure_partitions", rhythm: "day", cron: "7 2 * * *", run: ensurePartitions },
  { name: "sweep_idempotency", rhythm: "day", cron: "37 2 * * *", run: sweepIdempotency },
  { name: "expire_usage", rhythm: "day", cron: "47 2 * * *", run: expireUsage },
  { name: "reconcile", rhythm: "day", cron: "17 3 * * *", run: reconcile },
  { name: "reconcile_usage", rhythm: "day", cron: "27 3 * * *", run: reconcileUsage },
];
