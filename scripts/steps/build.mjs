// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { diskFullSentence } from "../data-folder.mjs";
import { errorCode, StartError } from "../start-error.mjs";
import { withLock } from "./file-lock.mjs";
import { sourceFingerprint } from "./fingerprint.mjs";
import { step } from "./progress.mjs";
import { inRoot, root } from "./root.mjs";
import { runInstalled, tailOf } from "./run-command.mjs";

const record = ".fingerprint";

/** The programs that run outside Next; each becomes `dist/<name>.mjs`. */
const environmentCheck = "server/platform/env.ts";
const programs = ["main", "demo", "reset-password", "worker", "bench"];

/** Builds the product unless the last build saw exactly these sources. */
export async function buildProduct() {
  const fingerprint = sourceFingerprint(root);
  if (isBuilt(root, fingerprint)) return;
  makeWritable();
  await withLock(inRoot("dist", ".lock"), "building Windfall", async () => {
    // Another process may have built the same while this one waited.
    if (isBuilt(root, fingerprint)) return;
    rmSync(inRoot("dist", record), { force: true });
    await step("Building the app", async () => {
      await generateClient();
      await bundlePrograms();
      await buildPages();
    });
    writeFileSync(inRoot("dist", record), fingerprint);
  });
}

/**
 * Whether the build in `folder` is whole and was made from the sources with this fingerprint.
 *
 * @param {string} folder
 * @param {string} fingerprint
 */
export function isBuilt(folder, fingerprint) {
  const file = join(folder, "dist", record);
  return (
    existsSync(file) &&
    readFileSync(file, "utf8") === fingerprint &&
    existsSync(join(folder, "dist", "main.mjs")) &&
    existsSync(join(folder, ".next", "BUILD_ID"))
  );
}

/** Generates the typed database client from the schema. */
export async function generateClient() {
  const { prismaEnvironment } = await import("../prisma.mjs");
  const result = await runInstalled("prisma/build/index.js", ["generate"], {
    env: prismaEnvironment(),
  });
  if (result.status !== 0) throw explain("The database client could not be generated", result);
}

async function buildPages() {
  const result = await runInstalled("next/dist/bin/next", ["build"], {
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (result.status !== 0) throw explain("The app could not be built", result);
}

/** Builds what runs outside Next alone, unless the whole product is built already. */
export async function buildPrograms() {
  if (isBuilt(root, sourceFingerprint(root))) return;
  makeWritable();
  await step("Preparing", async () => {
    await generateClient();
    await bundlePrograms();
  });
}

/** Bundles our own programs; packages stay in node_modules, generated code is bundled along. */
async function bundlePrograms() {
  const present = new Set(readdirSync(inRoot("server")));
  const found = programs.filter((name) => present.has(`${name}.ts`));
  await bundle([environmentCheck, ...found.map((name) => `server/${name}.ts`)]);
}

/**
 * Bundles the check of the environment alone, which needs no generated code, so that a wrong
 * variable stops a first start before its long steps.
 *
 * @returns {Promise<typeof import("../../server/platform/env")>}
 */
export async function loadEnvironmentCheck() {
  if (!isBuilt(root, sourceFingerprint(root))) {
    makeWritable();
    await bundle([environmentCheck]);
  }
  return await import(pathToFileURL(inRoot("dist", "env.mjs")).href);
}

function makeWritable() {
  try {
    mkdirSync(inRoot("dist"), { recursive: true });
    writeFileSync(inRoot("dist", ".write-test"), "");
    rmSync(inRoot("dist", ".write-test"));
  } catch (error) {
    if (errorCode(error) === "ENOSPC") throw new StartError(diskFullSentence(root));
    throw new StartError(
      `Windfall has to be built, but ${root} cannot be written to (${errorCode(error)}). ` +
        "Make it writable for the first start, or run `npm run build` where it is.",
      { cause: error },
    );
  }
}

/** @param {string[]} entryPoints */
async function bundle(entryPoints) {
  const { build } = await import("esbuild");
  const building = build({
    absWorkingDir: root,
    entryPoints,
    outdir: inRoot("dist"),
    entryNames: "[name]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: "linked",
    logLevel: "silent",
  });
  await building.catch((error) => {
    if (/ENOSPC|no space left/i.test(error.message)) throw new StartError(diskFullSentence(root));
    throw new StartError(`The server could not be bundled:\n${error.message}`);
  });
}

/** @param {string} what @param {import("./run-command.mjs").CommandResult} result */
function explain(what, result) {
  const tail = tailOf(result);
  if (/ENOSPC|no space left|os error 28/i.test(tail)) return new StartError(diskFullSentence(root));
  return new StartError(`${what}:\n${tail}`);
}
