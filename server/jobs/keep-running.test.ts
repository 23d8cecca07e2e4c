import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { keepRunning, type Worker } from "./keep-running";

/** Workers that the test ends by hand. */
function workshop() {
  const started: { end: (reason?: Error) => void; stopped: boolean }[] = [];
  const start = async (): Promise<Worker> => {
    let end: (reason?: Error) => void = () => {};
    const promise = new Promise<void>((resolve, reject) => {
      end = (reason) => (reason === undefined ? resolve() : reject(reason));
    });
    const entry = { end, stopped: false };
    started.push(entry);
    return {
      promise,
      stop: async () => {
        entry.stopped = true;
        end();
      },
    };
  };
  return { started, start };
}

async function until(condition: () => boolean): Promise<void> {
  for (let n = 0; n < 200 && !condition(); n += 1) await wait(5);
  expect(condition()).toBe(true);
}

describe("keepRunning", () => {
  it("starts a worker again that gave up, however it did", async () => {
    const { started, start } = workshop();
    const kept = await keepRunning(start, 5);
    started[0]?.end(new Error("the connection is gone"));
    await until(() => started.length === 2);
    started[1]?.end();
    await until(() => started.length === 3);
    await kept.stop();
    expect(started[2]?.stopped).toBe(true);
  });

  it("goes on trying when a later start fails", async () => {
    const { started, start } = workshop();
    let refusals = 2;
    const kept = await keepRunning(async () => {
      if (started.length === 1 && refusals > 0) {
        refusals -= 1;
        throw new Error("not yet");
      }
      return start();
    }, 5);
    started[0]?.end();
    await until(() => started.length === 2);
    expect(refusals).toBe(0);
    await kept.stop();
  });

  it("stops at once, also during its pause", async () => {
    const { started, start } = workshop();
    const kept = await keepRunning(start, 60_000);
    started[0]?.end();
    await wait(20);
    await kept.stop();
    expect(started).toHaveLength(1);
  });

  it("passes on that the first start failed", async () => {
    const failing = keepRunning(() => Promise.reject(new Error("no such database")), 5);
    await expect(failing).rejects.toThrow("no such database");
  });
});
