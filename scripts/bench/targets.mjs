// @ts-check
import { StartError } from "../start-error.mjs";
import { call, customerNumbered, features } from "./seed.mjs";

/**
 * @typedef {object} Target
 * @property {string} name as the table shows it
 * @property {string} url
 * @property {"GET" | "POST"} method
 * @property {Record<string, string>} headers
 * @property {number} expected the status of a right answer
 * @property {number} customers among whom each request chooses one at random
 * @property {Record<string, unknown> | undefined} body without the customer
 * @property {number} [customer] the one that every request names, instead of one at random
 * @property {number} [items] how many bodies go into one request, as a list
 */

/**
 * What is measured: the calls of the hot path, of one customer too, and an address of the same server where nothing
 * is found, for the share of the server itself. Each is tried once before.
 *
 * @param {{ url: string, key: string }} server
 * @param {number} customers
 * @returns {Promise<Target[]>}
 */
export async function targetsOf(server, customers) {
  const headers = { "content-type": "application/json", authorization: `Bearer ${server.key}` };
  const [feature_id] = features;
  /** @param {string} name @param {string} operation @param {Record<string, unknown>} body @returns {Target} */
  const operation = (name, operation, body) => ({
    name,
    url: `${server.url}/v1/${operation}`,
    method: "POST",
    headers,
    expected: 200,
    customers,
    body,
  });
  const track = { feature_id, value: 1 };
  const targets = [
    operation("check", "balances.check", { feature_id }),
    operation("track", "balances.track", track),
    operation("check with send_event", "balances.check", { feature_id, send_event: true }),
    { ...operation("track, one customer", "balances.track", track), customer: 0 },
  ];
  for (const { name, url, body } of targets) {
    const answer = await call(server, url.replace(/^.*\/v1\//, ""), {
      ...body,
      customer_id: customerNumbered(0),
    });
    const isRight = name.startsWith("track") ? answer.balance !== null : answer.allowed === true;
    if (!isRight) throw new StartError(`${name} gives a wrong answer: ${JSON.stringify(answer)}`);
  }
  const nothing = `${server.url}/v1/nothing/here`;
  return [
    ...targets,
    {
      ...operation("batch_track, uses in lists of 1,000", "balances.batch_track", track),
      expected: 202,
      items: 1000,
    },
    {
      name: "nothing (404)",
      url: nothing,
      method: "GET",
      headers,
      expected: 404,
      customers,
      body: undefined,
    },
  ];
}
