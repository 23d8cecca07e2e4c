// @ts-check
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { boot } from "../embedded-postgres.mjs";
import { StartError } from "../start-error.mjs";
import { inRoot, root } from "../steps/root.mjs";
import { cpuSeconds, memoryMegabytes } from "./machine.mjs";

const startLimitMs = 180_000;

/**
 * @typedef {object} Shares of one core; undefined where the system does not tell
 * @property {number | undefined} serverCpu
 * @property {number | undefined} databaseCpu
 * @property {number | undefined} serverMemory in megabytes, at the end of the run
 *
 * @typedef {object} BenchServer
 * @property {string} url
 * @property {string} key a secret key of its sandbox
 * @property {{ url: string, pid: number }} database
 * @property {<T extends object>(work: () => Promise<T>) => Promise<T & Shares>} watch adds what server and database used meanwhile
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the production build as `npm start` does, with limits off and only warnings in the log, on
 * a free port and an empty data folder.
 *
 * @param {{ profile: string | undefined }} options
 * @returns {Promise<BenchServer>}
 */
export async function startBenchServer({ profile }) {
  const folder = mkdtempSync(join(tmpdir(), "windfall-bench-"));
  const port = await freePort();
  const key = `am_sk_test_${randomBytes(24).toString("base64url")}`;
  const profiling = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...profiling, inRoot("scripts", "start.mjs")], {
    cwd: root,
    env: { ...ownEnvironment(), ...settings(folder, port, key) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  child.stdout.resume();
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, child);
    // Joins the database that the server has started.
    const database = await boot({ dir: join(folder, "windfall") });
    const pids = { server: child.pid, database: database.pid };
    return { url, key, database, stop, watch: (work) => watchProcesses(pids, work) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a developer has set for their own installation must not reach the measured one. */
function ownEnvironment() {
  const environment = { ...process.env };
  for (const name of ["DATABASE_URL", "HOST", "WINDFALL_URL", "NEXTAUTH_URL", "SMTP_URL"]) {
    Reflect.deleteProperty(environment, name);
  }
  return environment;
}

/** @param {string} folder @param {number} port @param {string} key */
function settings(folder, port, key) {
  return {
    PORT: String(port),
    HOST: "127.0.0.1",
    WINDFALL_DATA_DIR: join(folder, "windfall"),
    WINDFALL_BOOTSTRAP_SECRET_KEY: key,
    RATE_LIMITS: "off",
    LOG_LEVEL: "warn",
  };
}

/** @param {string} url @param {import("node:child_process").ChildProcess} child */
async function untilReady(url, child) {
  const deadline = performance.now() + startLimitMs;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new StartError("The measured server ended at its start.");
    const ready = await fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await wait(200);
  }
  throw new StartError("The measured server was not ready within three minutes.");
}

/** @returns {Promise<number>} */
async function freePort() {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new StartError("No port is free.");
  return address.port;
}

/**
 * @template {object} T
 * @param {{ server: number | undefined, database: number }} pids
 * @param {() => Promise<T>} work
 * @returns {Promise<T & Shares>}
 */
async function watchProcesses(pids, work) {
  const startedAt = performance.now();
  const before = [cpuSeconds(pids.server), cpuSeconds(pids.database)];
  const result = await work();
  const after = [cpuSeconds(pids.server), cpuSeconds(pids.database)];
  const seconds = (performance.now() - startedAt) / 1000;
  const [serverCpu, databaseCpu] = after.map((used, n) => {
    const earlier = before[n];
    return used === undefined || earlier === undefined ? undefined : (used - earlier) / seconds;
  });
  return { ...result, serverCpu, databaseCpu, serverMemory: memoryMegabytes(pids.server) };
}
