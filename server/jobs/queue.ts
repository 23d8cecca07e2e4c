import { Logger, type SharedOptions, type TaskList } from "graphile-worker";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { JOBS, type Job } from "./jobs";

/**
 * What the worker and the tick have in common. The queue's tables live in their own schema.
 *
 * Ends of jobs are reported in batches, without delay: only so does the queue wait for the report
 * before it stops, and survive that the database is away at that moment.
 */
export function queueOptions(databaseUrl: string): SharedOptions & { taskList: TaskList } {
  return {
    connectionString: databaseUrl,
    maxPoolSize: 4,
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    logger: new Logger(() => tell),
    taskList: Object.fromEntries(JOBS.map((job) => [job.name, taskOf(job)])),
  };
}

/** A failed night is tried again soon; a failed minute is made good by the next one. */
export function attemptsOf(job: Job): number {
  return job.rhythm === "minute" ? 1 : 3;
}

function taskOf(job: Job): TaskList[string] {
  return async (_payload, { abortSignal }) => {
    const jobLog = log.child({ job: job.name });
    try {
      await job.run(db(), jobLog, abortSignal);
    } catch (error) {
      jobLog.error({ reason: String(error) }, "job failed");
      throw error;
    }
  };
}

/** The queue reports each start and end of a minutely job, which is no news. */
function tell(level: string, message: string): void {
  if (level === "error") log.error({ queue: message }, "job queue");
  else if (level === "warning") log.warn({ queue: message }, "job queue");
  else log.debug({ queue: message }, "job queue");
}
