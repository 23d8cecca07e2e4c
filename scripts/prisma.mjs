#!/usr/bin/env node
// @ts-check
/**
 * Runs Prisma's command line without any download: `node scripts/prisma.mjs migrate diff …`.
 *
 * Prisma looks for a native schema engine that it would fetch from the network. The same engine is
 * on npm as WebAssembly, so `schema-engine.mjs` stands in for it. Windows cannot spawn a `.mjs` file,
 * and Vercel has a network of its own: both keep Prisma's default.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const scripts = dirname(fileURLToPath(import.meta.url));

/**
 * The environment that Prisma's command line needs: the stand-in engine, and no calls home.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {NodeJS.ProcessEnv}
 */
export function prismaEnvironment(environment = process.env) {
  const { PRISMA_SCHEMA_ENGINE_BINARY: given, VERCEL: onVercel } = environment;
  const engine =
    given || onVercel || process.platform === "win32"
      ? {}
      : { PRISMA_SCHEMA_ENGINE_BINARY: join(scripts, "schema-engine.mjs") };
  return { CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1", ...environment, ...engine };
}

/** The file that node runs for `prisma …`. */
export function prismaCli() {
  const manifest = createRequire(import.meta.url).resolve("prisma/package.json");
  return join(dirname(manifest), "build", "index.js");
}

/** @param {readonly string[]} args @returns {Promise<number>} Prisma's exit code */
function runPrisma(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [prismaCli(), ...args], {
      cwd: join(scripts, ".."),
      env: prismaEnvironment(),
      stdio: "inherit",
    });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = await runPrisma(process.argv.slice(2));
}
