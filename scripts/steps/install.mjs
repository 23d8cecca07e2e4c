// @ts-check
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diskFullSentence } from "../data-folder.mjs";
import { StartError } from "../start-error.mjs";
import { withLock } from "./file-lock.mjs";
import { step } from "./progress.mjs";
import { inRoot, root } from "./root.mjs";
import { runCommand, tailOf } from "./run-command.mjs";

/** Installs the packages of the lock file unless exactly those are installed. */
export async function installPackages() {
  if (isInstalled(root)) return;
  mkdirSync(inRoot("dist"), { recursive: true });
  await withLock(inRoot("dist", ".install-lock"), "installing packages", install);
}

async function install() {
  // Another process may have installed the same while this one waited.
  if (isInstalled(root)) return;
  await step("Installing packages", async () => {
    const [command, args] = npmCommand(["ci", "--include=dev", "--no-audit", "--no-fund"]);
    // The build and the tests need the development packages, whatever NODE_ENV says.
    const result = await runCommand(command, args, {
      env: { ...process.env, NODE_ENV: "development" },
    });
    if (result.status !== 0) throw explain(result);
  });
  recordInstalled(root);
}

/**
 * Whether node_modules holds what the lock file asks for. An installation by hand is recognized by
 * npm's own record of what it installed.
 *
 * @param {string} folder the repository's
 */
export function isInstalled(folder) {
  const mark = join(folder, "node_modules", ".windfall-lock");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lockHash(folder)) return true;
  const record = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = packagesIn(record);
  const complete = Object.entries(wantedPackages(folder)).every(
    ([path, wanted]) => wanted.optional || installed[path]?.version === wanted.version,
  );
  if (complete) recordInstalled(folder);
  return complete;
}

/** @param {string} folder */
function recordInstalled(folder) {
  writeFileSync(join(folder, "node_modules", ".windfall-lock"), lockHash(folder));
}

/** @param {string} folder */
function lockHash(folder) {
  return createHash("sha256")
    .update(JSON.stringify(wantedPackages(folder)))
    .digest("hex");
}

/** @param {string} folder what the lock file asks for; its first entry is the repository itself */
function wantedPackages(folder) {
  const { "": _repository, ...wanted } = packagesIn(join(folder, "package-lock.json"));
  return wanted;
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }>} */
function packagesIn(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}

/** @param {string[]} args @returns {[string, string[]]} npm, as it was called itself if it was */
function npmCommand(args) {
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js")) return [process.execPath, [script, ...args]];
  return ["npm", args];
}

/** @param {import("./run-command.mjs").CommandResult} result */
function explain(result) {
  const tail = tailOf(result);
  if (/ENOSPC|no space left/i.test(tail)) return new StartError(diskFullSentence(root));
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(tail)) {
    return new StartError(
      "The packages could not be downloaded: npm did not reach its registry. " +
        `See whether this machine has a network and which registry \`npm config get registry\` names.\n${tail}`,
    );
  }
  return new StartError(`npm could not install the packages:\n${tail}`);
}
