// @ts-check
import { existsSync } from "node:fs";
import { isIPv6 } from "node:net";
import { StartError } from "../start-error.mjs";
import { inRoot } from "./root.mjs";

/** Loads `.env` into the environment; what is set already wins. */
export function loadEnvFile() {
  const file = inRoot(".env");
  if (existsSync(file)) process.loadEnvFile(file);
}

/**
 * Where to listen. The schema in `server/platform/env.ts` checks these too, but it can only be
 * loaded once packages are installed, and a wrong port should not cost that time.
 *
 * @param {NodeJS.ProcessEnv} environment
 */
export function listenAddress(environment) {
  const given = environment.PORT?.trim() || "3000";
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new StartError(
      `PORT is "${given}", which is not a port. Set it to a number between 1 and 65535, such as 3000.`,
    );
  }
  return { port, host: environment.HOST?.trim() || "127.0.0.1" };
}

/**
 * The address to show and to use in links, unless WINDFALL_URL names another.
 *
 * @param {{ host: string, port: number }} address
 */
export function localUrl({ host, port }) {
  const everywhere = host === "0.0.0.0" || host === "::";
  const name = everywhere || host === "127.0.0.1" ? "localhost" : isIPv6(host) ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
