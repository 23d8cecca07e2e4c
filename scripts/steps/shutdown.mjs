// @ts-check
import { stopCommands } from "./run-command.mjs";

/** @type {{ name: string, close: () => Promise<unknown> }[]} */
const closers = [];
let stopping = false;
let terminalIsGone = false;

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
  // Node puts the terminal's settings back when it exits, and never ends when that is gone.
  if (terminalIsGone) process.kill(process.pid, "SIGKILL");
  process.exit(worst);
}

/** Stops in the orderly way on Ctrl-C, on SIGTERM, when the terminal closes and when npm ends. */
export function stopOnSignals() {
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, stop);
  }
  // A terminal that was closed takes no more output, which must not keep us from closing well.
  process.on("SIGHUP", loseTerminal);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", loseTerminal);
  // npm runs us in a shell, and passes SIGTERM to that shell only, which ends without telling us.
  const shell = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) {
    setInterval(() => process.ppid !== shell && stop(), 200).unref();
  }
  process.on("uncaughtException", (error) => {
    console.error(error);
    if (!stopping) void shutDown(1);
  });
}

function loseTerminal() {
  terminalIsGone = true;
}

function stop() {
  // npm passes a signal on that the terminal sent us too, so a second one means nothing.
  if (stopping) return;
  if (process.stdout.isTTY) process.stdout.write("\n");
  console.log("Stopping …");
  void shutDown(0);
}

/** @returns {boolean} whether the process is on its way out, so that failures are its echo */
export function isStopping() {
  return stopping;
}
