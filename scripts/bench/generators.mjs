// @ts-check
import { spawnSync } from "node:child_process";
import { autocannonGenerator } from "./autocannon.mjs";
import { wrkGenerator, wrkProgram } from "./wrk.mjs";

/**
 * @typedef {object} Load
 * @property {import("./targets.mjs").Target} target
 * @property {number} connections each with one request in flight
 * @property {number} seconds
 *
 * @typedef {object} Run
 * @property {number} perSecond answers
 * @property {number} p50 of the time to the answer, in milliseconds
 * @property {number} p99
 * @property {number} errors answers with another status than expected, and lost connections
 * @property {number} generatorCpu the share of a core that the generator used
 *
 * @typedef {object} Generator
 * @property {string} name
 * @property {(load: Load) => Promise<Run>} run
 * @property {() => Promise<void>} close
 */

/**
 * wrk where it is installed, since it costs the measured machine least, else autocannon.
 *
 * @param {"wrk" | "autocannon" | undefined} wanted
 * @returns {Promise<Generator>}
 */
export async function chooseGenerator(wanted) {
  const hasWrk = spawnSync(wrkProgram, ["-v"], { stdio: "ignore" }).error === undefined;
  return (wanted ?? (hasWrk ? "wrk" : "autocannon")) === "wrk"
    ? wrkGenerator()
    : autocannonGenerator();
}
