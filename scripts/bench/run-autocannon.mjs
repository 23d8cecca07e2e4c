// @ts-check
import autocannon from "autocannon";
import { customerNumbered } from "./seed.mjs";

/** @type {import("./generators.mjs").Load} */
const { target, connections, seconds } = JSON.parse(process.argv[2] ?? "");
const { url, method, headers, body, customers, expected } = target;

const randomBody = () => {
  const customer_id = customerNumbered(Math.floor(Math.random() * customers));
  return JSON.stringify({ customer_id, ...body });
};
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
const figures = {
  perSecond: result.requests.total / result.duration,
  p50: result.latency.p50,
  p99: result.latency.p99,
  errors: result.errors + result.timeouts + result.requests.total - right,
  generatorCpu: (used.user + used.system) / 1e6 / result.duration,
};
console.log(`FIGURES ${JSON.stringify(figures)}`);
