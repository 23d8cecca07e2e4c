// @ts-check
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boot } from "../embedded-postgres.mjs";
import { migrate } from "../migrate.mjs";
import { prismaEnvironment } from "../prisma.mjs";
import { inRoot } from "../steps/root.mjs";
import { runCommand, runInstalled, tailOf } from "../steps/run-command.mjs";
import { oldestPostgres } from "./oldest-postgres.mjs";
import { failure } from "./report.mjs";

/** @typedef {import("./report.mjs").Report} Report */

/**
 * Whether the migrations make what the schema files say, by Prisma, and what the committed catalog
 * says, which also sees what Prisma does not; on the embedded Postgres and on the oldest one.
 *
 * @param {NodeJS.ProcessEnv} environment with TEST_DATABASE_URL
 * @returns {Promise<Report>}
 */
export async function checkSchema({ TEST_DATABASE_URL: url = "" }) {
  const reports = [
    await checkDrift(url),
    await onFreshServer(undefined, checkCatalog),
    await checkOnOldest(),
  ];
  const sum = (/** @type {"passed" | "failed" | "skipped"} */ key) =>
    reports.reduce((total, report) => total + report[key], 0);
  return {
    passed: sum("passed"),
    failed: sum("failed"),
    skipped: sum("skipped"),
    details: reports.map((report) => report.details ?? "").join("\n"),
  };
}

/**
 * Prisma's comparison. Its exit code alone is not trusted: a schema engine that did not start at all
 * also ends with 0.
 *
 * @param {string} url a server where a shadow database may be made
 * @param {string} [schema] folder of the schema files; another one in tests
 * @returns {Promise<Report>}
 */
export async function checkDrift(url, schema = inRoot("prisma", "schema")) {
  const result = await runInstalled(
    "prisma/build/index.js",
    [
      ...["migrate", "diff", "--exit-code"],
      ...["--from-migrations", inRoot("prisma", "migrations"), "--to-schema", schema],
    ],
    { env: { ...prismaEnvironment(), DATABASE_URL: url } },
  );
  return result.status === 0 && result.stdout.includes("No difference detected")
    ? { passed: 1, failed: 0, skipped: 0 }
    : failure(`The migrations and the schema differ (status ${result.status}):\n${tailOf(result)}`);
}

/**
 * Migrates from nothing and compares the catalog with the committed one.
 *
 * @param {string} url of an empty database
 * @returns {Promise<Report>}
 */
export async function checkCatalog(url) {
  await migrate(url);
  const result = await runCommand(
    process.execPath,
    [inRoot("scripts", "catalog-snapshot.mjs"), "--check"],
    { env: { ...process.env, DATABASE_URL: url } },
  );
  return result.status === 0
    ? { passed: 1, failed: 0, skipped: 0 }
    : failure(`The catalog differs from the committed one:\n${tailOf(result)}`);
}

/** @returns {Promise<Report>} */
async function checkOnOldest() {
  const binaries = await oldestPostgres();
  if (binaries === undefined) {
    return { passed: 0, failed: 0, skipped: 1, details: "There is no Postgres 15 here." };
  }
  return onFreshServer(binaries, checkCatalog);
}

/**
 * @param {import("../embedded-postgres/binaries.mjs").Binaries | undefined} binaries
 * @param {(url: string) => Promise<Report>} check
 */
async function onFreshServer(binaries, check) {
  const folder = mkdtempSync(join(tmpdir(), "windfall-schema-"));
  const server = await boot({
    dir: join(folder, "data"),
    binaries,
    settings: { shared_buffers: "64MB" },
  });
  try {
    return await check(server.url);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
