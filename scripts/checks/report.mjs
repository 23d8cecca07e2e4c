// @ts-check

/**
 * What one tool found, read from its machine-readable report.
 *
 * @typedef {object} Report
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string} [details] for a person, when something failed
 */

/**
 * The report of a tool that checks files rather than running tests: it passes as one, and fails
 * once for each finding.
 *
 * @param {{ looked: number, findings: number, details: string, status: number }} what
 *   `looked` is the number of files it looked at, `status` the tool's exit status
 * @returns {Report}
 */
export function checkReport({ looked, findings, details, status }) {
  return judge(
    { passed: findings === 0 ? 1 : 0, failed: findings, skipped: 0, details },
    looked,
    status,
  );
}

/**
 * Holds a tool's own figures against how it ended: one that ran nothing has failed, and so has one
 * that ended badly without naming a failure.
 *
 * @param {Report} report
 * @param {number} ran how many tests or files the tool says it saw
 * @param {number} status its exit status
 * @returns {Report}
 */
export function judge(report, ran, status) {
  if (!(ran > 0)) return failure(`It ran nothing.\n${report.details ?? ""}`);
  if (status !== 0 && report.failed === 0) {
    return {
      ...report,
      failed: 1,
      details: `It ended with status ${status}.\n${report.details ?? ""}`,
    };
  }
  return report;
}

/** @param {string} details @returns {Report} */
export function failure(details) {
  return { passed: 0, failed: 1, skipped: 0, details };
}

/**
 * @param {readonly Report[]} reports
 * @returns {string} the closing line
 */
export function closingLine(reports) {
  const sum = (/** @type {"passed" | "failed" | "skipped"} */ key) =>
    reports.reduce((total, report) => total + report[key], 0);
  return `${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`;
}
