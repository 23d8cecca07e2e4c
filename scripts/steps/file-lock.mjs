// @ts-check
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { errorCode, StartError } from "../start-error.mjs";

const patienceMs = 600_000;

/**
 * Runs `work` while no other process holds the lock. A lock whose process is gone counts as free.
 *
 * @template T
 * @param {string} file
 * @param {string} doing what the lock is for, such as "building Windfall"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, doing, work) {
  const deadline = Date.now() + patienceMs;
  while (!tryTake(file)) {
    const holder = readPid(file);
    if (!isAlive(holder) && !isFresh(file)) {
      rmSync(file, { force: true });
    } else if (Date.now() > deadline) {
      throw new StartError(
        `Process ${holder} has been ${doing} for ten minutes. If it hangs, end it and delete ${file}.`,
      );
    } else {
      await wait(25);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function tryTake(file) {
  try {
    const handle = openSync(file, "wx", 0o600);
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} file whether it was made a moment ago, so that its holder may still be writing its number */
function isFresh(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.size === 0 && Date.now() - stat.mtimeMs < 1_000;
}

/**
 * @param {string} file
 * @returns {number} the process id on the first line, or 0
 */
export function readPid(file) {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || 0;
  } catch {
    return 0;
  }
}

/**
 * Whether a process runs. One that was killed and that its parent never reaped (as the first process
 * of a container often does not) still answers to signals; it counts as dead.
 *
 * @param {number} pid
 */
export function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
  if (process.platform !== "linux") return true;
  try {
    const state = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "");
    return !/^[ZX]/.test(state);
  } catch {
    return false;
  }
}
