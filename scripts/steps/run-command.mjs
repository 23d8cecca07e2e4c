// @ts-check
import { spawn } from "node:child_process";
import { root } from "./root.mjs";

/**
 * @typedef {object} CommandResult
 * @property {number} status 0 on success; 1 when a signal or a failed start ended it
 * @property {string} stdout
 * @property {string} stderr
 */

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();

/** Passes a stop on to the commands that still run, so that none outlives this process. */
export function stopCommands() {
  for (const child of children) child.kill("SIGTERM");
}

/**
 * Runs a command in the repository's folder and collects what it prints.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, echo?: boolean, cwd?: string }} [options] `echo` also shows the output as it comes
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, { env = process.env, echo = false, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    children.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      stdout += chunk;
      if (echo) process.stdout.write(chunk);
    });
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      stderr += chunk;
      if (echo) process.stderr.write(chunk);
    });
    child.on("error", (error) => {
      children.delete(child);
      resolve({ status: 1, stdout, stderr: `${stderr}${error.message}\n` });
    });
    child.on("close", (code) => {
      children.delete(child);
      resolve({ status: code ?? 1, stdout, stderr });
    });
  });
}

/**
 * Runs a program that npm installed, by its script and with this Node, which works on every system.
 *
 * @param {string} script path below node_modules
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, echo?: boolean, cwd?: string }} [options]
 */
export function runInstalled(script, args, options) {
  return runCommand(process.execPath, [`${root}/node_modules/${script}`, ...args], options);
}

/** @param {CommandResult} result @returns {string} the last lines, for a failure's explanation */
export function tailOf({ stdout, stderr }) {
  return `${stdout}\n${stderr}`.trim().split("\n").slice(-40).join("\n");
}
