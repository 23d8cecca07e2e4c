// @ts-check

/**
 * @typedef {import("./generators.mjs").Run & import("./server.mjs").Shares & {
 *   target: string, connections: number
 * }} Measured
 */

/**
 * Prints the medians as a table that can be pasted into docs/performance.md.
 *
 * @param {object} report
 * @param {{ runs: number, seconds: number, customers: number }} report.options
 * @param {string} report.machine
 * @param {string} report.settings
 * @param {string} report.generator
 * @param {Measured[]} report.measured
 */
export function printResults({ options, machine, settings, generator, measured }) {
  const { runs, seconds, customers } = options;
  const head = ["path", "connections", "req/s", "min–max", "p50 ms", "p99 ms"];
  const shares = ["errors", "generator CPU", "server CPU", "database CPU", "server MB"];
  const rows = cellsOf(measured).map((cell) => rowOf(cell));
  console.log(
    [
      "",
      `Machine: ${machine}`,
      `Database: Postgres with ${settings}`,
      `Load: ${generator}, keep-alive, a random customer of ${customers} for each request`,
      `Medians of ${runs} run(s) of ${seconds} s; CPU as a share of one core`,
      "",
      line([...head, ...shares]),
      line([...head, ...shares].map(() => "---")),
      ...rows.map(line),
      "",
    ].join("\n"),
  );
}

/** @param {string[]} cells */
const line = (cells) => `| ${cells.join(" | ")} |`;

/** The runs of each target and number of connections. @param {Measured[]} measured */
function cellsOf(measured) {
  /** @type {Map<string, [Measured, ...Measured[]]>} */
  const cells = new Map();
  for (const run of measured) {
    const key = `${run.target} ${run.connections}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [run]);
    else cell.push(run);
  }
  return [...cells.values()];
}

/** @param {[Measured, ...Measured[]]} runs */
function rowOf(runs) {
  const [{ target, connections }] = runs;
  const rates = runs.map(({ perSecond }) => perSecond);
  return [
    target,
    String(connections),
    whole(median(rates)),
    `${whole(Math.min(...rates))}–${whole(Math.max(...rates))}`,
    median(runs.map(({ p50 }) => p50)).toFixed(2),
    median(runs.map(({ p99 }) => p99)).toFixed(2),
    String(runs.reduce((sum, { errors }) => sum + errors, 0)),
    share(median(runs.map(({ generatorCpu }) => generatorCpu))),
    share(median(runs.map(({ serverCpu }) => serverCpu ?? Number.NaN))),
    share(median(runs.map(({ databaseCpu }) => databaseCpu ?? Number.NaN))),
    megabytes(runs.at(-1)?.serverMemory),
  ];
}

/** @param {number} value */
const whole = (value) => Math.round(value).toLocaleString("en-US");

/** @param {number} value */
const share = (value) => (Number.isNaN(value) ? "unknown" : `${Math.round(value * 100)} %`);

/** At the end of the last run, so that growth over the rounds shows. @param {number | undefined} value */
const megabytes = (value) => (value === undefined ? "unknown" : whole(value));

/** @param {number[]} values @returns {number} */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
