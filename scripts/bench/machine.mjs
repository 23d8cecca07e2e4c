// @ts-check
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";

/** @returns {string} one line about what the figures were taken on, without the machine's name */
export function describeMachine() {
  const processors = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const model = processors[0]?.model.trim() ?? "unknown";
  const load = loadavg()[0]?.toFixed(2);
  return `${processors.length} CPUs (${model}), ${memory} GB, ${type()} ${release()}, Node ${process.version}, load before ${load}`;
}

/**
 * The processor time that a process and its children have used so far, in seconds; undefined where
 * the system does not tell.
 *
 * @param {number | undefined} pid
 */
export function cpuSeconds(pid) {
  if (pid === undefined || process.platform !== "linux") return undefined;
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const fields = statOf(name);
        return fields === undefined ? [] : [[Number(name), fields]];
      }),
  );
  let used = 0;
  for (const [id, fields] of parents) {
    const [, parent] = fields;
    if (id !== pid && Number(parent) !== pid) continue;
    // User and system time, and for the parent that of the children that have ended.
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
    used += (user ?? 0) + (system ?? 0);
    if (id === pid) used += (endedUser ?? 0) + (endedSystem ?? 0);
  }
  return used / ticksPerSecond();
}

/** The memory that a process holds, in megabytes. @param {number | undefined} pid */
export function memoryMegabytes(pid) {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** The fields after the name, which may hold spaces and brackets. @param {string} pid */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
  } catch {
    return undefined;
  }
}

/** @type {number | undefined} */
let ticks;

function ticksPerSecond() {
  ticks ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })) || 100;
  return ticks;
}
