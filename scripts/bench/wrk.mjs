// @ts-check
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StartError } from "../start-error.mjs";
import { runCommand } from "../steps/run-command.mjs";

/** Comes with the system or not at all. */
export const wrkProgram = "wrk";

/** @returns {import("./generators.mjs").Generator} */
export function wrkGenerator() {
  const folder = mkdtempSync(join(tmpdir(), "windfall-wrk-"));
  return {
    name: "wrk, 1 thread",
    run: (load) => runWrk(folder, load),
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * @param {string} folder
 * @param {import("./generators.mjs").Load} load
 * @returns {Promise<import("./generators.mjs").Run>}
 */
async function runWrk(folder, { target, connections, seconds }) {
  const script = join(folder, "requests.lua");
  writeFileSync(script, requestsOf(target));
  // The shell's `times` is what tells the processor time of a program that has ended.
  const command = `${wrkProgram} -t1 -c${connections} -d${seconds}s -s "$0" "$1" || exit 1; times`;
  const { status, stdout, stderr } = await runCommand("sh", ["-c", command, script, target.url]);
  const [, figures] = /FIGURES (.*)/.exec(stdout) ?? [];
  if (status !== 0 || figures === undefined) {
    throw new StartError(`wrk did not run:\n${stdout}${stderr}`);
  }
  const { requests, duration, p50, p99, lost, wrong } = JSON.parse(figures);
  return {
    perSecond: requests / (duration / 1e6),
    p50: p50 / 1000,
    p99: p99 / 1000,
    errors: lost + wrong,
    generatorCpu: childSeconds(stdout) / (duration / 1e6),
  };
}

/**
 * A wrk script: a random customer for each request, and the figures as one line of JSON.
 *
 * @param {import("./targets.mjs").Target} target
 */
function requestsOf({ method, headers, body, customers, expected, customer, items }) {
  const json = body === undefined ? undefined : JSON.stringify(body).slice(1);
  const set = Object.entries(headers).map(
    ([name, value]) => `wrk.headers["${name}"] = [[${value}]]`,
  );
  const number = customer ?? `' .. math.random(0, ${customers - 1}) .. '`;
  const one = `'{"customer_id":"customer-${number}",' .. [[${json}]]`;
  const requestOf = () => {
    if (json === undefined) return "return wrk.format()";
    if (items === undefined) return `return wrk.format(nil, nil, nil, ${one})`;
    return `local list = {}
  for n = 1, ${items} do list[n] = ${one} end
  return wrk.format(nil, nil, nil, '[' .. table.concat(list, ',') .. ']')`;
  };
  return `
${set.join("\n")}
wrk.method = "${method}"
local thread
function setup(started) thread = started end
function init()
  math.randomseed(os.time())
  wrong = 0
end
function request()
  ${requestOf()}
end
function response(status)
  if status ~= ${expected} then wrong = wrong + 1 end
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('FIGURES {"requests":%d,"duration":%d,"p50":%d,"p99":%d,"lost":%d,"wrong":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.timeout, thread:get("wrong")))
end
`;
}

/** The last line of `times`: user and system time of what the shell has run. @param {string} stdout */
function childSeconds(stdout) {
  const last = stdout.trim().split("\n").at(-1) ?? "";
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}
