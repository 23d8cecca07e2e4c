// @ts-check
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInstalled } from "../steps/run-command.mjs";
import { failure, judge } from "./report.mjs";

/** @param {{ env: NodeJS.ProcessEnv, echo?: boolean, filters?: string[] }} options */
export async function runPlaywright({ env, echo = false, filters = [] }) {
  const folder = mkdtempSync(join(tmpdir(), "windfall-e2e-"));
  const file = join(folder, "report.json");
  try {
    const result = await runInstalled(
      "@playwright/test/cli.js",
      ["test", "--reporter=list,json", ...filters],
      { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file }, echo },
    );
    return readPlaywrightReport(readFileSync(file, "utf8"), {
      status: result.status,
      output: `${result.stdout}\n${result.stderr}`,
    });
  } catch (error) {
    return failure(`Its report cannot be read: ${error}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} json
 * @param {{ status: number, output: string }} run
 */
export function readPlaywrightReport(json, { status, output }) {
  const { stats, errors } = JSON.parse(json);
  // A test that passed only when repeated has failed once, and we want to know.
  const failed = stats.unexpected + stats.flaky + errors.length;
  const ran = stats.expected + stats.unexpected + stats.flaky + stats.skipped;
  return judge(
    { passed: stats.expected, failed, skipped: stats.skipped, details: output },
    ran,
    status,
  );
}
