// @ts-check

import { StartError } from "../start-error.mjs";
import { inRoot } from "../steps/root.mjs";
import { runCommand } from "../steps/run-command.mjs";

/** @returns {import("./generators.mjs").Generator} */
export function autocannonGenerator() {
  return { name: "autocannon", run: runAutocannon, close: async () => {} };
}

/**
 * Runs autocannon in a process of its own, so that its processor time can be told from ours.
 *
 * @param {import("./generators.mjs").Load} load
 * @returns {Promise<import("./generators.mjs").Run>}
 */
async function runAutocannon(load) {
  const script = inRoot("scripts", "bench", "run-autocannon.mjs");
  const { status, stdout, stderr } = await runCommand(process.execPath, [
    script,
    JSON.stringify(load),
  ]);
  const [, figures] = /FIGURES (.*)/.exec(stdout) ?? [];
  if (status !== 0 || figures === undefined) {
    throw new StartError(`autocannon did not run:\n${stdout}${stderr}`);
  }
  return JSON.parse(figures);
}
