// @ts-check
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** What the build reads. A change in any of them needs a new build. */
const sources = [
  "app",
  "components",
  "server",
  "public",
  "prisma/schema",
  "proxy.ts",
  "instrumentation.ts",
  "next.config.ts",
  "postcss.config.mjs",
  "prisma.config.ts",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
  "scripts/steps/build.mjs",
];

const ignored = /(\.test\.tsx?|\.md|\.DS_Store)$|(^|\/)(testing|fixtures|__snapshots__)\//;

/**
 * A hash over everything that the build reads, and over the Node that runs it.
 *
 * @param {string} root the repository's folder
 */
export function sourceFingerprint(root) {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0] ?? "");
  for (const file of sources.flatMap((source) => filesBelow(join(root, source)))) {
    const name = relative(root, file).split(sep).join("/");
    if (ignored.test(name)) continue;
    hash.update(`\0${name}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** @param {string} path @returns {string[]} files in a fixed order */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const child = join(path, entry.name);
      return entry.isDirectory() ? filesBelow(child) : [child];
    });
}
