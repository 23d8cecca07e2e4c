import { makeWorkerUtils, runOnce } from "graphile-worker";
import { flushKeyUse } from "../auth/key-use";
import { db } from "../platform/db";
import { JOBS, type Rhythm } from "./jobs";
import { attemptsOf, queueOptions } from "./queue";

/**
 * Does the work of one rhythm now, with whatever else waits in the queue, and returns when nothing
 * is left to do: for hosts that call us by a schedule of theirs instead of letting a process run.
 *
 * @returns the names of the jobs that were asked for
 */
export async function runJobsOnce(databaseUrl: string, rhythm: Rhythm): Promise<string[]> {
  const wanted = JOBS.filter((job) => job.rhythm === rhythm);
  const { taskList, ...shared } = queueOptions(databaseUrl);
  const queue = await makeWorkerUtils(shared);
  try {
    await queue.migrate();
    for (const job of wanted) {
      await queue.addJob(job.name, {}, { jobKey: job.name, maxAttempts: attemptsOf(job) });
    }
  } finally {
    await queue.release();
  }
  await runOnce({ ...shared, taskList, noHandleSignals: true });
  await flushKeyUse(db());
  return wanted.map(({ name }) => name);
}
