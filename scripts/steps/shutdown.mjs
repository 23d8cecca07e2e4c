// @ts-check
import { stopCommands } from "./run-command.mjs";

/** @type {{ name: string, close: () => Promise<unknown> }[]} */
const closers = [];
let stopping = false;

/**
 * Registers what to close when the process is asked to stop; the last registered is closed first.
 *
 * @param {string} name
 * @param {() => Promise<unknown>} close
 */
export function onShutdown(name, close) {
  closers.push({ name, close });
}

/**
 * Closes everything and ends the process.
 *
 * @param {number} status of the process when everything closed well
 * @returns {Promise<never>}
 */
export async function shutDown(status) {
  stopping = true;
  stopCommands();
  let worst = status;
  for (const { name, close } of closers.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      console.error(
        `${name} did not close well: ${error instanceof Error ? error.message : error}`,
      );
      worst = 1;
    }
  }
  process.exit(worst);
}

/** Stops in the orderly way on Ctrl-C, on SIGTERM and when the terminal closes. */
export function stopOnSignals() {
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    // npm passes the signal on that the terminal sent us too, so a second one means nothing.
    process.on(signal, () => {
      if (stopping) return;
      if (process.stdout.isTTY) process.stdout.write("\n");
      console.log("Stopping …");
      void shutDown(0);
    });
  }
  process.on("uncaughtException", (error) => {
    console.error(error);
    if (!stopping) void shutDown(1);
  });
}

/** @returns {boolean} whether the process is on its way out, so that failures are its echo */
export function isStopping() {
  return stopping;
}
