// @ts-check
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { diskFullSentence, readOnlySentence } from "../data-folder.mjs";
import { StartError } from "../start-error.mjs";
import { places } from "./places.mjs";

/**
 * Refuses a database that another major version of Postgres wrote, before Postgres does.
 *
 * @param {string} folder the data folder
 * @param {number} ours the major version of the embedded binaries
 */
export function checkMajor(folder, ours) {
  const file = join(places(folder).database, "PG_VERSION");
  if (!existsSync(file)) return;
  const written = Number.parseInt(readFileSync(file, "utf8"), 10);
  if (written === ours) return;
  const what = `The database in ${folder} was written by Postgres ${written}, and this Windfall brings Postgres ${ours}, which cannot read it.`;
  throw new StartError(
    written > ours
      ? `${what} Start it with the newer Windfall that wrote it, or choose another folder with WINDFALL_DATA_DIR.`
      : `${what} Dump it with pg_dump from the older Windfall that wrote it and load the dump into a fresh folder ` +
          "(WINDFALL_DATA_DIR), or run that Postgres yourself and set DATABASE_URL.",
  );
}

/**
 * Refuses a first start on a disk that cannot hold a fresh database.
 *
 * @param {string} folder the data folder
 */
export function checkFreeSpace(folder) {
  if (existsSync(places(folder).database)) return;
  if (freeMegabytes(folder) < 100) throw new StartError(diskFullSentence(folder));
}

/**
 * Turns what Postgres wrote before it gave up into a sentence that says how to mend it.
 *
 * @param {{ folder: string, text: string, failure: string }} what
 */
export function explainFailure({ folder, text, failure }) {
  if (/No space left on device|Disk quota exceeded/i.test(text) || isFull(folder)) {
    return new StartError(diskFullSentence(folder));
  }
  if (/Read-only file system/i.test(text)) return new StartError(readOnlySentence(folder));
  if (/could not bind/i.test(text)) {
    return new StartError(
      "The built-in Postgres found no free port on 127.0.0.1 in twenty attempts. " +
        "See whether a firewall or a limit on sockets is in the way, or set DATABASE_URL.",
    );
  }
  if (/could not create shared memory|Cannot allocate memory/i.test(text)) {
    return new StartError(
      "The built-in Postgres did not get the memory it asked for. Give this machine or container more memory, " +
        "or set DATABASE_URL to a Postgres elsewhere.",
    );
  }
  const tail = text.trim().split("\n").slice(-6).join("\n  ");
  return new StartError(
    `The built-in Postgres did not start: ${failure}. Its log is ${places(folder).log}.` +
      (tail === "" ? "" : ` It ends with:\n  ${tail}`),
  );
}

/** @param {string} folder whether nothing more fits, which also hides Postgres' own message */
function isFull(folder) {
  return freeMegabytes(folder) < 1;
}

/** @param {string} folder */
function freeMegabytes(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return (bavail * bsize) / (1024 * 1024);
}
