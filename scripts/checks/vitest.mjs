// @ts-check
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInstalled } from "../steps/run-command.mjs";
import { failure, judge } from "./report.mjs";

/**
 * @param {string} project of vitest.config.ts
 * @param {{ env?: NodeJS.ProcessEnv, echo?: boolean, filters?: string[] }} [options]
 */
export async function runVitest(project, { env = process.env, echo = false, filters = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "windfall-vitest-"));
  const file = join(folder, "report.json");
  try {
    const result = await runInstalled(
      "vitest/vitest.mjs",
      [
        "run",
        "--project",
        project,
        "--reporter=dot",
        "--reporter=json",
        `--outputFile.json=${file}`,
        ...filters,
      ],
      { env, echo },
    );
    return readVitestReport(readFileSync(file, "utf8"), {
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
export function readVitestReport(json, { status, output }) {
  const report = JSON.parse(json);
  // A file that fails before its first test counts no test; it is a failure all the same.
  const brokenFiles = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
      file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  return judge(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests + brokenFiles,
      skipped: report.numPendingTests + report.numTodoTests,
      details: output,
    },
    report.numTotalTests,
    status,
  );
}
