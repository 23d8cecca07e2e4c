// @ts-check
import { inRoot, root } from "../steps/root.mjs";
import { runInstalled } from "../steps/run-command.mjs";
import { checkReport, failure } from "./report.mjs";

/**
 * Formatting and lint, by Biome.
 *
 * @param {string} [cwd] the folder to look at; another one in tests
 */
export async function checkLint(cwd = root) {
  const biome = "@biomejs/biome/bin/biome";
  const json = await runInstalled(biome, ["check", "--reporter=json", "."], { cwd });
  const summary = parse(json.stdout)?.summary;
  if (!summary) return failure(json.stderr);
  const findings = summary.errors + summary.warnings + summary.infos;
  const { stdout, stderr } =
    findings === 0
      ? json
      : await runInstalled(biome, ["check", "--reporter=concise", "."], { cwd });
  return checkReport({
    looked: summary.changed + summary.unchanged,
    findings,
    details: `${stdout}\n${stderr}`,
    status: json.status,
  });
}

/**
 * Types, by the TypeScript compiler, which has no report format: its plain lines are its report.
 *
 * @param {string} [cwd]
 */
export async function checkTypes(cwd = root) {
  const result = await runInstalled(
    "typescript/bin/tsc",
    ["--noEmit", "--pretty", "false", "--extendedDiagnostics"],
    { cwd },
  );
  const errors = result.stdout.split("\n").filter((line) => /\berror TS\d+:/.test(line));
  return checkReport({
    looked: Number(/^Files: +(\d+)/m.exec(result.stdout)?.[1] ?? 0),
    findings: errors.length,
    details: errors.join("\n"),
    status: result.status,
  });
}

/** The one direction of imports, by dependency-cruiser. */
export async function checkBoundaries() {
  const result = await runInstalled("dependency-cruiser/bin/dependency-cruise.mjs", [
    ...["--config", ".dependency-cruiser.cjs", "--output-type", "json"],
    ...["app", "components", "server", "scripts", "e2e"],
  ]);
  const summary = parse(result.stdout)?.summary;
  if (!summary) return failure(result.stderr);
  /** @type {{ rule: { name: string }, from: string, to: string }[]} */
  const violations = summary.violations;
  return checkReport({
    looked: summary.totalCruised,
    findings: violations.length,
    details: violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).join("\n"),
    // The JSON output always ends with status 0; the findings are the verdict.
    status: result.status === 0 ? 0 : violations.length,
  });
}

/**
 * Dead files, exports and dependencies, by knip.
 *
 * @param {string} [cwd]
 */
export async function checkUnused(cwd = root) {
  const result = await runInstalled(
    "knip/bin/knip.js",
    [
      ...["--no-progress", "--treat-config-hints-as-errors"],
      ...["--reporter", inRoot("scripts", "checks", "knip-reporter.mjs")],
    ],
    { cwd },
  );
  const report = parse(result.stdout);
  if (!report) return failure(`${result.stdout}\n${result.stderr}`);
  return checkReport({
    looked: report.processed,
    findings: report.findings.length,
    details: `${report.findings.join("\n")}\n${result.stderr}`,
    status: result.status,
  });
}

/** @param {string} text @returns {any} undefined when it is not JSON */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
