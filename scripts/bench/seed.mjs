// @ts-check
import { StartError } from "../start-error.mjs";

const callersAtOnce = 16;
export const features = ["messages", "tokens", "calls", "emails", "exports"];

/** @param {number} n */
export const customerNumbered = (n) => `customer-${n}`;

/**
 * Makes customers over the API, each with one grant of each of five features, none of which a run
 * can use up.
 *
 * @param {{ url: string, key: string }} server
 * @param {number} customers
 */
export async function seedCustomers(server, customers) {
  for (const feature of features) {
    await call(server, "features.create", {
      feature_id: feature,
      name: feature,
      type: "metered",
      consumable: true,
    });
  }
  await call(server, "plans.create", {
    plan_id: "free",
    name: "Free",
    auto_enable: true,
    items: features.map((feature) => ({
      feature_id: feature,
      included: 1_000_000_000,
      reset: { interval: "month" },
    })),
  });
  let next = 0;
  const caller = async () => {
    while (next < customers) {
      const customerId = customerNumbered(next);
      next += 1;
      await call(server, "customers.get_or_create", { customer_id: customerId });
    }
  };
  await Promise.all(Array.from({ length: callersAtOnce }, caller));
}

/**
 * @param {{ url: string, key: string }} server
 * @param {string} operation
 * @param {object} body
 * @returns {Promise<Record<string, unknown>>}
 */
export async function call({ url, key }, operation, body) {
  const response = await fetch(`${url}/v1/${operation}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new StartError(`${operation} answered ${response.status}: ${text.slice(0, 500)}`);
}
