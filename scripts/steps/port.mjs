// @ts-check
import { createServer } from "node:net";
import { errorCode, StartError } from "../start-error.mjs";
import { localUrl } from "./options.mjs";

/**
 * Makes sure that nothing else listens where we are about to, before any long step.
 *
 * @param {{ host: string, port: number }} address
 */
export async function assertPortIsFree(address) {
  try {
    await tryToListen(address);
  } catch (error) {
    throw await explainListenError(error, address);
  }
}

/** @param {{ host: string, port: number }} address @returns {Promise<void>} */
function tryToListen({ host, port }) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

/**
 * Turns the reason why a server cannot listen into a sentence that says how to mend it.
 *
 * @param {unknown} error
 * @param {{ host: string, port: number }} address
 * @returns {Promise<unknown>} the same error when it is another one
 */
async function explainListenError(error, { host, port }) {
  const other = port < 65000 ? port + 1 : port - 1;
  switch (errorCode(error)) {
    case "EADDRINUSE": {
      const version = await runningWindfall({ host, port });
      const who = version === undefined ? "Another program" : `Windfall ${version}`;
      return new StartError(
        `${who} already uses port ${port} on ${host}. Stop it, or choose another port: PORT=${other} npm start`,
      );
    }
    case "EACCES":
      return new StartError(
        `This user may not listen on port ${port}; ports below 1024 usually need more rights. ` +
          "Choose another port: PORT=3000 npm start",
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(
        `HOST is ${host}, which is not an address of this machine. Set it to 127.0.0.1 for this machine only, ` +
          "or to 0.0.0.0 for all networks.",
      );
    default:
      return error;
  }
}

/**
 * @param {{ host: string, port: number }} address
 * @returns {Promise<string | undefined>} the version of the Windfall that answers there
 */
async function runningWindfall(address) {
  try {
    const answer = await fetch(`${localUrl(address)}/healthz`, {
      signal: AbortSignal.timeout(1_000),
    });
    const body = await answer.json();
    return typeof body.version === "string" && "database" in body ? body.version : undefined;
  } catch {
    return undefined;
  }
}
