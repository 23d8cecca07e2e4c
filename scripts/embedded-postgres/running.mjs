// @ts-check
import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync, rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { StartError } from "../start-error.mjs";
import { isAlive } from "../steps/file-lock.mjs";
import { places } from "./places.mjs";

const patienceMs = 60_000;

/**
 * Finds the Postgres that serves this folder. A `postmaster.pid` that a killed server left behind is
 * removed, since Postgres would refuse to start over one whose number is in use again.
 *
 * @param {string} folder
 * @returns {Promise<{ url: string, pid: number } | undefined>}
 */
export async function findRunning(folder) {
  const { database, postmaster } = places(folder);
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const server = readPostmaster(postmaster);
    if (server === undefined) return undefined;
    if (!isAlive(server.pid) || !isPostgres(server.pid)) {
      rmSync(postmaster, { force: true });
      return undefined;
    }
    if (server.ready) {
      const url = connectionUrl(folder, server.port, "postgres");
      if ((await askDataDirectory(url)) === realpathSync(database)) return { url, pid: server.pid };
    }
    if (Date.now() > deadline) {
      throw new StartError(
        `The built-in Postgres of ${folder} runs as process ${server.pid} but has not answered for a minute. ` +
          `Look at ${places(folder).log}; ending that process and starting again is safe.`,
      );
    }
    await wait(50);
  }
}

/** @param {string} postmaster */
export function readPostmaster(postmaster) {
  try {
    const lines = readFileSync(postmaster, "utf8").split("\n");
    const pid = Number.parseInt(lines[0] ?? "", 10);
    const port = Number.parseInt(lines[3] ?? "", 10);
    if (!(pid > 0)) return undefined;
    return { pid, port, ready: port > 0 && lines[7]?.trim() === "ready" };
  } catch {
    return undefined;
  }
}

/**
 * @param {string} folder
 * @param {number} port
 * @param {string} database
 */
function connectionUrl(folder, port, database) {
  const file = places(folder).password;
  try {
    return `postgresql://windfall:${readFileSync(file, "utf8").trim()}@127.0.0.1:${port}/${database}`;
  } catch (error) {
    throw new StartError(
      `The file ${file}, which holds the password of the database beside it, is missing or closed to this user. ` +
        "Restore it from your backup together with the database.",
      { cause: error },
    );
  }
}

/** @param {string} url @returns {Promise<string | undefined>} undefined when nothing of ours answers */
async function askDataDirectory(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query("SELECT current_setting('data_directory') AS folder");
    return realpathSync(rows[0].folder);
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

/** @param {number} pid whether that process is a Postgres, and not one that got its number later */
function isPostgres(pid) {
  if (process.platform === "win32") return true;
  if (process.platform === "linux") {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres");
    } catch {
      return false;
    }
  }
  const { stdout } = spawnSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
  return stdout.includes("postgres");
}
