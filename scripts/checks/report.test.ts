import { describe, expect, it } from "vitest";
import { readPlaywrightReport } from "./playwright.mjs";
import { checkReport, closingLine, judge } from "./report.mjs";
import { readVitestReport } from "./vitest.mjs";

const well = { status: 0, output: "" };

describe("a tool", () => {
  it("that ran nothing has failed", () => {
    expect(judge({ passed: 0, failed: 0, skipped: 0 }, 0, 0).failed).toBe(1);
    expect(judge({ passed: 0, failed: 0, skipped: 0 }, Number.NaN, 0).failed).toBe(1);
    expect(checkReport({ looked: 0, findings: 0, details: "", status: 0 }).failed).toBe(1);
  });

  it("that ended badly has failed, whatever it counted", () => {
    expect(judge({ passed: 5, failed: 0, skipped: 0 }, 5, 1)).toMatchObject({
      passed: 5,
      failed: 1,
    });
    expect(checkReport({ looked: 9, findings: 0, details: "", status: 2 }).failed).toBe(1);
  });

  it("passes as one check, and fails once for each finding", () => {
    expect(checkReport({ looked: 9, findings: 0, details: "", status: 0 })).toMatchObject({
      passed: 1,
      failed: 0,
    });
    expect(checkReport({ looked: 9, findings: 3, details: "", status: 1 })).toMatchObject({
      passed: 0,
      failed: 3,
    });
  });
});

describe("vitest's report", () => {
  const report = (changes: object) =>
    JSON.stringify({
      numTotalTests: 4,
      numPassedTests: 4,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
      ...changes,
    });

  it("is counted", () => {
    const mixed = { numPassedTests: 1, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1 };
    const run = { status: 1, output: "the output" };
    expect(readVitestReport(report(mixed), run)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 2,
      details: "the output",
    });
  });

  it("counts a file that broke before its first test", () => {
    const testResults = [{ status: "failed", assertionResults: [] }];
    expect(readVitestReport(report({ testResults }), { status: 1, output: "" }).failed).toBe(1);
  });

  it("of no test at all is a failure", () => {
    const none = { numTotalTests: 0, numPassedTests: 0 };
    expect(readVitestReport(report(none), well).failed).toBe(1);
  });
});

describe("Playwright's report", () => {
  const report = (stats: object, errors: object[] = []) =>
    JSON.stringify({
      stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0, ...stats },
      errors,
    });

  it("is counted, and a test that passed only when repeated has failed", () => {
    const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 1 };
    expect(readPlaywrightReport(report(stats), { status: 1, output: "" })).toMatchObject({
      passed: 3,
      failed: 2,
      skipped: 1,
    });
  });

  it("of no test at all, or of a server that did not start, is a failure", () => {
    expect(readPlaywrightReport(report({}), well).failed).toBe(1);
    const broken = report({ expected: 1 }, [{ message: "the server did not start" }]);
    expect(readPlaywrightReport(broken, { status: 1, output: "" }).failed).toBe(1);
  });
});

it("the closing line sums up", () => {
  const reports = [
    { passed: 2, failed: 0, skipped: 1 },
    { passed: 3, failed: 1, skipped: 0 },
  ];
  expect(closingLine(reports)).toBe("5 passed, 1 failed, 1 skipped");
});
