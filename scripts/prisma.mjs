#!/usr/bin/env node
/**
 * Runs Prisma's command line without any download: `node scripts/prisma.mjs migrate diff …`.
 *
 * Prisma looks for a native schema engine that it would fetch from the network. The same engine is
 * on npm as WebAssembly, so `schema-engine.mjs` stands in for it. Windows cannot spawn a `.mjs` file
 * and Vercel has a network and its own cache, so both keep Prisma's default.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const scripts = dirname(fileURLToPath(import.meta.url));

/** Environment for Prisma's command line: the stand-in engine, and no update or telemetry calls. */
export function prismaEnvironment(env = process.env) {
  const usesNativeEngine =
    env.PRISMA_SCHEMA_ENGINE_BINARY || env.VERCEL || process.platform === "win32";
  return {
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    ...env,
    ...(usesNativeEngine
      ? {}
      : { PRISMA_SCHEMA_ENGINE_BINARY: join(scripts, "schema-engine.mjs") }),
  };
}

/** Runs `prisma ...args` in the repository root and resolves with its exit code. */
export function runPrisma(args, { env = process.env, stdio = "inherit" } = {}) {
  const require = createRequire(import.meta.url);
  const cli = join(dirname(require.resolve("prisma/package.json")), "build", "index.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: join(scripts, ".."),
      env: prismaEnvironment(env),
      stdio,
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = await runPrisma(process.argv.slice(2));
}
