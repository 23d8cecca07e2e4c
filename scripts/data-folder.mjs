// @ts-check
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { errorCode, StartError } from "./start-error.mjs";

/** Names that only Windfall puts into a data folder; `lost+found` comes with a fresh volume. */
const ours = /^(postgres($|[.-])|secrets\.json|lost\+found$|\.windfall-write-test$)/;

/**
 * Creates the data folder if it is missing and makes sure that it is private and writable.
 *
 * The folder holds secrets and the database, so its mode is 700. A folder that holds foreign files
 * is refused rather than locked away from its other users.
 *
 * @param {string} path
 * @returns {string} the absolute path
 */
export function openDataFolder(path) {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const foreign = readdirSync(folder).filter((name) => !ours.test(name));
    if (foreign.length > 0) {
      throw new StartError(
        `The data folder ${folder} holds files that are not Windfall's (${foreign.slice(0, 3).join(", ")}). ` +
          "Give Windfall a folder of its own with WINDFALL_DATA_DIR.",
      );
    }
    if (process.platform !== "win32" && (statSync(folder).mode & 0o066) !== 0) {
      chmodSync(folder, 0o700);
    }
    assertWritable(folder);
  } catch (error) {
    throw explainDiskError(error, folder);
  }
  return folder;
}

/** @param {string} folder */
function assertWritable(folder) {
  const probe = join(folder, ".windfall-write-test");
  try {
    writeFileSync(probe, "x".repeat(4096));
  } finally {
    rmSync(probe, { force: true });
  }
}

/**
 * Turns an error of the file system into a sentence that says how to mend it.
 *
 * @param {unknown} error
 * @param {string} folder
 * @returns {Error} the same error when it is not one of the file system
 */
export function explainDiskError(error, folder) {
  if (error instanceof StartError) return error;
  const cause = { cause: error };
  switch (errorCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new StartError(diskFullSentence(folder), cause);
    case "EROFS":
      return new StartError(readOnlySentence(folder), cause);
    case "EACCES":
    case "EPERM":
      return new StartError(
        `Windfall may not write to its data folder ${folder}. ` +
          "Give this user the right to, or choose another folder with WINDFALL_DATA_DIR.",
        cause,
      );
    case "ENOTDIR":
    case "EEXIST":
      return new StartError(
        `The data folder ${folder} cannot be created because a file stands in its way. ` +
          "Move the file, or choose another folder with WINDFALL_DATA_DIR.",
        cause,
      );
    default:
      return error instanceof Error ? error : new Error(String(error));
  }
}

/** @param {string} folder */
export function diskFullSentence(folder) {
  return (
    `The disk that holds ${folder} is full. Nothing was lost: free some space there ` +
    "(a fresh database needs 100 MB), or choose another disk with WINDFALL_DATA_DIR, and start again."
  );
}

/** @param {string} folder */
export function readOnlySentence(folder) {
  return (
    `The disk that holds ${folder} is read-only. Mount it writable, ` +
    "or choose another folder with WINDFALL_DATA_DIR, and start again."
  );
}
