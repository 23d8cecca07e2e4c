import { parseCronItems, run } from "graphile-worker";
import { flushKeyUse } from "../auth/key-use";
import { db } from "../platform/db";
import { JOBS } from "./jobs";
import { keepRunning } from "./keep-running";
import { attemptsOf, queueOptions } from "./queue";

const DAY_MS = 86_400_000;
const FLUSH_MS = 30_000;
const RESTART_MS = 3_000;

/** The jobs at work in this process. */
export interface RunningJobs {
  /** Takes no more work, lets what runs come to its end or to its next chunk, and writes what waits. */
  stop(): Promise<void>;
}

/**
 * Starts working on jobs in this process. Several processes share one queue, and each job is done by
 * one of them. Nightly work that was missed, because nothing ran at its hour, is done at the start.
 */
export async function startJobs(databaseUrl: string): Promise<RunningJobs> {
  const worker = await keepRunning(() => startQueue(databaseUrl), RESTART_MS);
  // In memory and of this process alone, so it needs no place in the queue.
  const flushing = setInterval(() => void flushKeyUse(db()), FLUSH_MS);
  return {
    stop: async () => {
      clearInterval(flushing);
      await worker.stop();
      await flushKeyUse(db());
    },
  };
}

function startQueue(databaseUrl: string) {
  return run({
    ...queueOptions(databaseUrl),
    noHandleSignals: true,
    concurrency: 2,
    parsedCronItems: parseCronItems(
      JOBS.map((job) => ({
        task: job.name,
        match: job.cron,
        identifier: job.name,
        options: {
          maxAttempts: attemptsOf(job),
          jobKey: job.name,
          backfillPeriod: job.rhythm === "day" ? DAY_MS : 0,
        },
      })),
    ),
  });
}
