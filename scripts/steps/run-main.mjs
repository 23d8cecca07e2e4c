// @ts-check
import { StartError } from "../start-error.mjs";
import { isStopping, shutDown, stopOnSignals } from "./shutdown.mjs";

/**
 * Runs an entry script: a reason that a person can mend is printed as its sentence, a bug with its
 * stack; either ends the process with status 1 after closing what was opened.
 *
 * @param {() => Promise<unknown>} main
 */
export async function runMain(main) {
  stopOnSignals();
  try {
    await main();
  } catch (error) {
    if (isStopping()) return;
    const mendable = error instanceof StartError || isNamed(error, "EnvironmentError");
    console.error(mendable && error instanceof Error ? `\n${error.message}\n` : error);
    await shutDown(1);
  }
}

/** @param {unknown} error @param {string} name */
function isNamed(error, name) {
  return error instanceof Error && error.name === name;
}
