// @ts-check
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explainDiskError } from "../data-folder.mjs";
import { StartError } from "../start-error.mjs";

const names = ["NEXTAUTH_SECRET", "WINDFALL_SETUP_TOKEN", "METRICS_TOKEN"];

/**
 * Puts the secrets that are not given into the environment: those of an earlier start, or fresh
 * ones that later starts will find again.
 *
 * @param {string} folder the data folder
 * @param {NodeJS.ProcessEnv} environment is changed
 */
export function provideSecrets(folder, environment) {
  const kept = readSecrets(folder);
  const missing = names.filter((name) => !kept[name]);
  for (const name of missing) kept[name] = randomBytes(32).toString("base64url");
  if (missing.length > 0) writeSecrets(folder, kept);
  for (const name of names) environment[name] ||= kept[name];
}

/** @param {string} folder @returns {Record<string, string>} */
function readSecrets(folder) {
  const file = secretsFile(folder);
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new StartError(
      `${file}, which holds this installation's secrets, cannot be read. Restore it from your backup, ` +
        "or delete it to make new ones; everybody then has to sign in again.",
      { cause: error },
    );
  }
}

/**
 * Writes beside the file and moves it there, so that a full disk never leaves half of it.
 *
 * @param {string} folder @param {Record<string, string>} secrets
 */
function writeSecrets(folder, secrets) {
  const file = secretsFile(folder);
  try {
    writeFileSync(`${file}.tmp`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  } catch (error) {
    rmSync(`${file}.tmp`, { force: true });
    throw explainDiskError(error, folder);
  }
}

/** @param {string} folder */
function secretsFile(folder) {
  return join(folder, "secrets.json");
}
