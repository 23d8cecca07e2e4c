// @ts-check
import autocannon from "autocannon";
import { customerNumbered } from "./seed.mjs";

/** @returns {import("./generators.mjs").Generator} */
export function autocannonGenerator() {
  return { name: "autocannon", run: runAutocannon, close: async () => {} };
}

/**
 * Runs autocannon in this process, which does nothing else meanwhile, so that its processor time is
 * autocannon's.
 *
 * @param {import("./generators.mjs").Load} load
 * @returns {Promise<import("./generators.mjs").Run>}
 */
async function runAutocannon({ target, connections, seconds }) {
  const { url, method, headers, body, customers, expected, customer, items } = target;
  const one = () => {
    const number = customer ?? Math.floor(Math.random() * customers);
    return { customer_id: customerNumbered(number), ...body };
  };
  const randomBody = () =>
    JSON.stringify(items === undefined ? one() : Array.from({ length: items }, one));
  const before = process.cpuUsage();
  const result = await autocannon({
    url,
    method,
    headers,
    connections,
    duration: seconds,
    ...(body !== undefined && {
      requests: [{ setupRequest: (request) => ({ ...request, body: randomBody() }) }],
    }),
  });
  const used = process.cpuUsage(before);
  const right = result.statusCodeStats?.[`${expected}`]?.count ?? 0;
  return {
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    errors: result.errors + result.timeouts + result.requests.total - right,
    generatorCpu: (used.user + used.system) / 1e6 / result.duration,
  };
}
