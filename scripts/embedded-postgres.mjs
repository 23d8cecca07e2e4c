// @ts-check
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { explainDiskError, openDataFolder } from "./data-folder.mjs";
import { binary, findBinaries } from "./embedded-postgres/binaries.mjs";
import { checkFreeSpace, checkMajor, explainFailure } from "./embedded-postgres/explain.mjs";
import { initialize } from "./embedded-postgres/initialize.mjs";

import { places } from "./embedded-postgres/places.mjs";
import { chooseRunAs } from "./embedded-postgres/run-as.mjs";
import { findRunning } from "./embedded-postgres/running.mjs";
import { startServer, stopServer } from "./embedded-postgres/server.mjs";
import { defaultSettings, supportsLz4 } from "./embedded-postgres/settings.mjs";
import { isAlive, readPid, withLock } from "./steps/file-lock.mjs";

/**
 * @typedef {import("./embedded-postgres/run-as.mjs").RunMode} RunMode
 *
 * @typedef {object} BootOptions
 * @property {string} dir the data folder; the database lives in its `postgres` folder
 * @property {Record<string, string> | undefined} [settings] over the defaults
 * @property {RunMode | undefined} [mode] forces one way of leaving root; for tests
 * @property {((line: string) => void) | undefined} [onProgress]
 * @property {import("./embedded-postgres/binaries.mjs").Binaries | undefined} [binaries] of another Postgres than npm's; for tests
 *
 * @typedef {object} EmbeddedPostgres
 * @property {string} url of its database `windfall`, with the password
 * @property {boolean} reused whether it ran already
 * @property {number} pid of the postmaster
 * @property {RunMode | undefined} mode how it was started; undefined when it ran already
 * @property {() => Promise<"stopped" | "left running">} stop
 */

/**
 * Starts the embedded Postgres of a data folder, or joins the one that already runs there.
 *
 * All processes on one folder share one server. The one that started it stops it with `stop()`,
 * unless another still holds a connection; a server whose starter is gone is stopped by the last
 * one that leaves, and until then the next `boot` joins it.
 *
 * @param {BootOptions} options
 * @returns {Promise<EmbeddedPostgres>}
 */
export async function boot({ dir, settings, mode, onProgress, binaries = findBinaries() }) {
  const folder = openDataFolder(dir);
  try {
    return await withLock(
      places(folder).lock,
      `starting or stopping the database in ${folder}`,
      async () => {
        /** @type {{ url: string, pid: number, mode?: RunMode } | undefined} */
        const running = await findRunning(folder);
        const server = running ?? (await launch({ folder, settings, mode, onProgress, binaries }));
        const { owner } = places(folder);
        if (!isAlive(readPid(owner))) writeFileSync(owner, String(process.pid), { mode: 0o600 });
        return {
          url: await ensureDatabase(server.url),
          reused: running !== undefined,
          pid: server.pid,
          mode: server.mode,
          stop: () => stop(folder, server.url, binaries),
        };
      },
    );
  } catch (error) {
    throw explainDiskError(error, folder);
  }
}

/**
 * Finds out whether the folder's database can be served here at all, before any long step.
 *
 * @param {string} folder
 */
export function inspectDatabase(folder) {
  checkMajor(folder, findBinaries().major);
  checkFreeSpace(folder);
}

/**
 * @param {{ folder: string, binaries: import("./embedded-postgres/binaries.mjs").Binaries } & Omit<BootOptions, "dir" | "binaries">} options
 * @returns {Promise<{ url: string, pid: number, mode?: RunMode }>}
 */
async function launch({ folder, settings, mode, onProgress, binaries }) {
  const { database } = places(folder);
  checkMajor(folder, binaries.major);
  const runAs = chooseRunAs({ folder, binaries, mode });
  if (!existsSync(join(database, "PG_VERSION"))) {
    onProgress?.("creating the database");
    initialize(folder, runAs);
  }
  runAs.own(database);
  const lz4 = supportsLz4(runAs, binary(runAs.binaries, "postgres"), database);
  await startServer({
    folder,
    runAs,
    settings: { ...defaultSettings(folder), ...(lz4 && { wal_compression: "lz4" }), ...settings },
  });
  const running = await findRunning(folder);
  if (!running)
    throw explainFailure({ folder, text: "", failure: "it ended right after its start" });
  return { ...running, mode: runAs.mode };
}

/**
 * @param {string} serverUrl
 * @returns {Promise<string>} the address of the database `windfall`, which is created when missing
 */
async function ensureDatabase(serverUrl) {
  await withClient(serverUrl, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'windfall'");
    if (rowCount === 0) await client.query("CREATE DATABASE windfall");
  });
  const url = new URL(serverUrl);
  url.pathname = "/windfall";
  return url.href;
}

/**
 * @param {string} folder
 * @param {string} serverUrl
 * @param {import("./embedded-postgres/binaries.mjs").Binaries} binaries
 * @returns {Promise<"stopped" | "left running">}
 */
function stop(folder, serverUrl, binaries) {
  return withLock(
    places(folder).lock,
    `starting or stopping the database in ${folder}`,
    async () => {
      const { owner } = places(folder);
      const starter = readPid(owner);
      if (starter !== process.pid && isAlive(starter)) return "left running";
      rmSync(owner, { force: true });
      if (await isInUse(serverUrl)) return "left running";
      await stopServer(folder, binaries);
      return "stopped";
    },
  );
}

/**
 * Whether anybody else is connected. A connection that was closed a moment ago may still be listed,
 * so the answer is given a second to settle.
 *
 * @param {string} serverUrl
 */
async function isInUse(serverUrl) {
  const deadline = Date.now() + 1_000;
  for (;;) {
    const others = await withClient(serverUrl, async (client) => {
      const { rows } = await client.query(
        "SELECT count(*)::int AS others FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
      );
      return rows[0].others;
    }).catch(() => 0);
    if (others === 0) return false;
    if (Date.now() > deadline) return true;
    await wait(50);
  }
}

/**
 * @template T
 * @param {string} url
 * @param {(client: pg.Client) => Promise<T>} work
 */
async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
