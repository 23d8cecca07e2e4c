import { setTimeout as wait } from "node:timers/promises";
import { log } from "../platform/log";

/** Something that works until it is stopped, or until it gives up. */
export interface Worker {
  /** Settles when it has ended, for whatever reason. */
  readonly promise: Promise<unknown>;
  stop(): Promise<unknown>;
}

/**
 * Starts a worker and starts it again, after a pause, whenever it ends by itself: after an outage of
 * the database nobody should have to restart the server to get its jobs back.
 *
 * @throws what the first start throws; later ones are logged and tried again
 */
export async function keepRunning(
  start: () => Promise<Worker>,
  pauseMs: number,
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const first = await start();
  let current: Worker | null = first;
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const reason = current === null ? "not started" : await endOf(current);
      current = null;
      if (stopping.signal.aborted) return;
      log.error({ reason }, "the job queue ended; starting it again");
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) current = await start().catch(() => null);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      // One that ends by itself at this moment refuses to be stopped.
      await current?.stop().catch(() => undefined);
      await watching;
    },
  };
}

async function endOf(worker: Worker): Promise<string> {
  try {
    await worker.promise;
    return "ended";
  } catch (error) {
    return String(error);
  }
}
