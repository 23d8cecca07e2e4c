// @ts-check
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { StartError } from "../start-error.mjs";
import { isAlive } from "../steps/file-lock.mjs";
import { binary } from "./binaries.mjs";
import { explainFailure } from "./explain.mjs";
import { places, serverEnvironment } from "./places.mjs";
import { readPostmaster } from "./running.mjs";

const attempts = 20;
const largestLog = 10 * 1024 * 1024;

/**
 * Starts the server on a free port, apart from this process so that it can outlive it, and returns
 * when it accepts connections.
 *
 * @param {object} options
 * @param {string} options.folder
 * @param {import("./run-as.mjs").RunAs} options.runAs
 * @param {Record<string, string>} options.settings
 */
export async function startServer({ folder, runAs, settings }) {
  const { log } = places(folder);
  if (existsSync(log) && statSync(log).size > largestLog) renameSync(log, `${log}.1`);
  for (let attempt = 1; ; attempt += 1) {
    const logStart = existsSync(log) ? statSync(log).size : 0;
    const failure = await spawnServer({ folder, runAs, settings });
    if (failure === undefined) return;
    const text = readFileSync(log).subarray(logStart).toString("utf8");
    // Somebody may take the free port before Postgres does, and the children of a killed server
    // need a moment to notice.
    const passing = /could not bind|pre-existing shared memory block/.test(text);
    if (!passing || attempt === attempts) throw explainFailure({ folder, text, failure });
    await wait(250);
  }
}

/**
 * @param {{ folder: string, runAs: import("./run-as.mjs").RunAs, settings: Record<string, string> }} options
 * @returns {Promise<string | undefined>} how it ended, or undefined once it is ready
 */
async function spawnServer({ folder, runAs, settings }) {
  const { database, log, postmaster } = places(folder);
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const args = ["-D", database, "-p", String(await freePort()), ...options];
  const output = openSync(log, "a", 0o600);
  const child = spawn(...runAs.wrap(binary(runAs.binaries, "postgres"), args), {
    ...runAs.options,
    env: serverEnvironment(),
    cwd: "/",
    detached: true,
    windowsHide: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  /** @type {string | undefined} */
  let ended;
  child.on("error", (error) => {
    ended = error.message;
  });
  child.on("exit", (code, signal) => {
    ended = signal ? `it was ended by ${signal}` : `it ended with status ${code}`;
  });
  child.unref();
  while (ended === undefined) {
    if (readPostmaster(postmaster)?.ready) return undefined;
    await wait(10);
  }
  return ended;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Ends the server in the orderly way: open transactions are rolled back and a checkpoint is written.
 *
 * @param {string} folder
 * @param {import("./binaries.mjs").Binaries} binaries
 */
export async function stopServer(folder, binaries) {
  const { database, postmaster } = places(folder);
  const server = readPostmaster(postmaster);
  if (!server || !isAlive(server.pid)) return;
  if (process.platform === "win32") {
    // Windows has no signals; pg_ctl asks the server through its own pipe.
    spawnSync(binary(binaries, "pg_ctl"), ["stop", "-D", database, "-m", "fast"]);
    return;
  }
  process.kill(server.pid, "SIGINT");
  const deadline = Date.now() + 60_000;
  while (isAlive(server.pid)) {
    if (Date.now() > deadline) {
      throw new StartError(
        `The built-in Postgres (process ${server.pid}) has not stopped within a minute. It will finish by itself; ` +
          `its log is ${places(folder).log}.`,
      );
    }
    await wait(10);
  }
  rmSync(postmaster, { force: true });
}
