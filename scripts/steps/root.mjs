// @ts-check
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** @param {...string} parts of a path below the repository's folder */
export function inRoot(...parts) {
  return join(root, ...parts);
}

/** @returns {string} the version in package.json */
export function productVersion() {
  return JSON.parse(readFileSync(inRoot("package.json"), "utf8")).version;
}
