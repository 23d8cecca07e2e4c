#!/usr/bin/env node
// @ts-check
import "./steps/check-node.mjs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPlaywright } from "./checks/playwright.mjs";
import { closingLine, failure } from "./checks/report.mjs";
import { checkBoundaries, checkLint, checkTypes, checkUnused } from "./checks/static.mjs";
import { runVitest } from "./checks/vitest.mjs";
import { StartError } from "./start-error.mjs";
import { buildProduct, generateClient } from "./steps/build.mjs";
import { installPackages } from "./steps/install.mjs";
import { step } from "./steps/progress.mjs";
import { runMain } from "./steps/run-main.mjs";
import { onShutdown, shutDown } from "./steps/shutdown.mjs";

/**
 * @typedef {object} Stage
 * @property {string} label
 * @property {boolean} [needsDatabase]
 * @property {boolean} [needsBrowser]
 * @property {(environment: NodeJS.ProcessEnv) => Promise<import("./checks/report.mjs").Report>} run
 */

/** @type {Record<string, Stage>} */
const stages = {
  lint: { label: "Format and lint (Biome)", run: () => checkLint() },
  types: { label: "Types (TypeScript)", run: () => checkTypes() },
  boundaries: { label: "Imports (dependency-cruiser)", run: () => checkBoundaries() },
  unused: { label: "Dead code (knip)", run: () => checkUnused() },
  unit: { label: "Unit, property and law tests", run: (env) => runVitest("unit", { env }) },
  schema: {
    label: "Schema drift and catalog",
    needsDatabase: true,
    // Its imports are packages, which a fresh clone installs only after this file was loaded.
    run: async (env) => (await import("./checks/schema.mjs")).checkSchema(env),
  },
  integration: {
    label: "Integration tests on Postgres",
    needsDatabase: true,
    run: (env) => runVitest("integration", { env }),
  },
  build: { label: "Production build", run: runBuild },
  e2e: {
    label: "End to end in a browser",
    needsBrowser: true,
    run: (env) => runPlaywright({ env }),
  },
};

/** @returns {Promise<import("./checks/report.mjs").Report>} */
async function runBuild() {
  await buildProduct();
  return { passed: 1, failed: 0, skipped: 0 };
}

/** @param {string[]} names the stages to run; all when empty */
async function test(names) {
  const unknown = names.find((name) => !(name in stages));
  if (unknown !== undefined) {
    throw new StartError(
      `There is no stage "${unknown}". Choose from: ${Object.keys(stages).join(", ")}.`,
    );
  }
  const chosen = Object.entries(stages).filter(
    ([name]) => names.length === 0 || names.includes(name),
  );
  await installPackages();
  await step("Generating the database client", generateClient);
  const environment = await provide(chosen.map(([, stage]) => stage));
  const reports = [];
  for (const [, stage] of chosen) reports.push(await runStage(stage, environment));
  console.log(`\n${closingLine(reports)}`);
  await shutDown(reports.some((report) => report.failed > 0) ? 1 : 0);
}

/** @param {Stage} stage @param {NodeJS.ProcessEnv} environment */
async function runStage({ label, run }, environment) {
  const report = await step(
    label,
    () =>
      run(environment).catch((error) =>
        failure(error instanceof Error ? error.message : `${error}`),
      ),
    ({ failed }) => failed === 0,
  );
  const { passed, failed, skipped, details } = report;
  console.log(`    ${passed} passed, ${failed} failed, ${skipped} skipped`);
  if (failed > 0) console.log(`\n${details ?? ""}\n`);
  return report;
}

/**
 * The environment that the stages run in: a Postgres (one for all, unless TEST_DATABASE_URL names
 * another) and a browser where one is needed, and nothing of a developer's own settings.
 *
 * @param {Stage[]} chosen
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
async function provide(chosen) {
  const environment = { ...process.env };
  for (const name of ["DATABASE_URL", "PORT", "HOST", "WINDFALL_DATA_DIR", "NODE_ENV"]) {
    Reflect.deleteProperty(environment, name);
  }
  if (chosen.some((stage) => stage.needsDatabase) && !environment.TEST_DATABASE_URL) {
    environment.TEST_DATABASE_URL = await bootTestDatabase();
  }
  if (chosen.some((stage) => stage.needsBrowser)) {
    const { provideChromium } = await import("./steps/chromium.mjs");
    environment.CHROMIUM_PATH = await provideChromium();
  }
  return environment;
}

/** @returns {Promise<string>} */
async function bootTestDatabase() {
  const { boot } = await import("./embedded-postgres.mjs");
  const folder = mkdtempSync(join(tmpdir(), "windfall-test-"));
  onShutdown("The tests' folder", async () => rmSync(folder, { recursive: true, force: true }));
  const server = await step("Starting Postgres for the tests", () =>
    boot({
      dir: join(folder, "data"),
      settings: { shared_buffers: "128MB", max_wal_size: "1GB", max_connections: "200" },
    }),
  );
  onShutdown("The tests' database", server.stop);
  return server.url;
}

await runMain(() => test(process.argv.slice(2)));
