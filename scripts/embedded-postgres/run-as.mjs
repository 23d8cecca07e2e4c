// @ts-check
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StartError } from "../start-error.mjs";

/**
 * How a Postgres binary is started so that it does not see itself as root, which it refuses.
 *
 * - `plain`: this process is not root.
 * - `userns`: in a user namespace that shows Postgres another user id. No account is needed and the
 *   files stay root's.
 * - `setpriv`: as `nobody`, keeping only the capability to pass folders that are closed to it. This
 *   is the case of a root shell in an ordinary container, which forbids user namespaces.
 * - `nobody`: as `nobody` without any capability, from a copy of the binaries that it can read.
 *
 * @typedef {"plain" | "userns" | "setpriv" | "nobody"} RunMode
 *
 * @typedef {object} RunAs
 * @property {RunMode} mode
 * @property {(command: string, args: string[]) => [string, string[]]} wrap
 * @property {{ uid?: number, gid?: number }} options for `child_process`
 * @property {import("./binaries.mjs").Binaries} binaries
 * @property {(path: string) => void} own gives a path to the user that Postgres runs as
 */

const namespace = ["--user", "--map-user=1000", "--map-group=1000", "--"];

/**
 * Chooses the way that works here, or proves that the given one does.
 *
 * @param {object} options
 * @param {string} options.folder the data folder
 * @param {import("./binaries.mjs").Binaries} options.binaries
 * @param {RunMode | undefined} [options.mode] forces one way; for tests
 * @returns {RunAs}
 */
export function chooseRunAs({ folder, binaries, mode }) {
  if (process.getuid?.() !== 0) {
    return {
      mode: "plain",
      wrap: (command, args) => [command, args],
      options: {},
      binaries,
      own: () => {},
    };
  }
  if ((mode ?? "userns") === "userns" && succeeds("unshare", [...namespace, "true"])) {
    return {
      mode: "userns",
      wrap: (command, args) => ["unshare", [...namespace, command, ...args]],
      options: {},
      binaries,
      own: (path) => chownTree(path, 0, 0),
    };
  }
  const { uid, gid } = nobody();
  const own = (/** @type {string} */ path) => chownTree(path, uid, gid);
  const privileges = keepFolderAccess(uid, gid);
  if ((mode ?? "setpriv") === "setpriv" && succeeds("setpriv", [...privileges, "true"])) {
    return {
      mode: "setpriv",
      wrap: (command, args) => ["setpriv", [...privileges, command, ...args]],
      options: {},
      binaries,
      own,
    };
  }
  return asNobody({ folder, binaries, uid, gid, own });
}

/**
 * @param {{ folder: string, binaries: import("./binaries.mjs").Binaries, uid: number, gid: number, own: (path: string) => void }} options
 * @returns {RunAs}
 */
function asNobody({ folder, binaries, uid, gid, own }) {
  // The secrets in the folder have mode 600, so passing through it reveals nothing.
  chmodSync(folder, 0o711);
  if (!canReach(folder, uid, gid)) {
    throw new StartError(
      `Postgres does not run as root, and the user "nobody" cannot reach ${folder}. ` +
        "Start Windfall as an ordinary user, set WINDFALL_DATA_DIR to a folder that everyone may pass " +
        "(such as /var/lib/windfall), or set DATABASE_URL.",
    );
  }
  const readable = canReach(join(binaries.root, "bin"), uid, gid)
    ? binaries
    : { ...binaries, root: copyBinaries(binaries) };
  return {
    mode: "nobody",
    wrap: (command, args) => [command, args],
    options: { uid, gid },
    binaries: readable,
    own,
  };
}

/** @param {string} command @param {string[]} args */
function succeeds(command, args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/** @param {number} uid @param {number} gid */
function keepFolderAccess(uid, gid) {
  const capabilities = "-all,+dac_override";
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    `--inh-caps=${capabilities}`,
    `--ambient-caps=${capabilities}`,
    `--bounding-set=${capabilities}`,
    "--no-new-privs",
    "--",
  ];
}

/** @returns {{ uid: number, gid: number }} */
function nobody() {
  const id = (/** @type {string} */ flag) =>
    Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8" }).stdout.trim() || 65534);
  return { uid: id("-u"), gid: id("-g") };
}

/** @param {string} path @param {number} uid @param {number} gid whether that user may pass through */
function canReach(path, uid, gid) {
  return spawnSync("test", ["-x", path], { uid, gid, stdio: "ignore", cwd: "/" }).status === 0;
}

/**
 * Copies the binaries to a temporary folder that everyone can read and only root can change.
 *
 * @param {import("./binaries.mjs").Binaries} binaries
 * @returns {string} the new root
 */
function copyBinaries(binaries) {
  const stamp = Math.round(lstatSync(join(binaries.root, "bin")).mtimeMs);
  const home = join(tmpdir(), `windfall-postgres-${binaries.major}-${stamp}`);
  if (isTrusted(home)) return join(home, "native");
  // The name is predictable, so the copy is made elsewhere and only moved there when it is whole.
  const fresh = mkdtempSync(join(tmpdir(), "windfall-postgres-"));
  mkdirSync(join(fresh, "native"));
  cpSync(binaries.root, join(fresh, "native"), { recursive: true, verbatimSymlinks: true });
  chmodSync(fresh, 0o755);
  try {
    renameSync(fresh, home);
    return join(home, "native");
  } catch {
    return join(fresh, "native");
  }
}

/** @param {string} path whether it is a folder of root's that no one else may write to */
function isTrusted(path) {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === 0 && (stat.mode & 0o022) === 0;
}

/**
 * Gives a tree to a user, its top last: a top that belongs to the user proves that the rest does.
 *
 * @param {string} path @param {number} uid @param {number} gid
 */
function chownTree(path, uid, gid) {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || (stat.uid === uid && stat.gid === gid)) return;
  if (stat.isDirectory()) {
    for (const name of readdirSync(path)) chownTree(join(path, name), uid, gid);
  }
  chownSync(path, uid, gid);
}
