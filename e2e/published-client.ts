import { expect } from "@playwright/test";
import Ajv, { type ValidateFunction } from "ajv";
import { Autumn, HTTPClient } from "autumn-js";
import { contract, contractOf } from "../server/testing/contract";

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ $id: "contract", $defs: read(JSON.stringify(contract.$defs)) });
const validators = new Map<string, ValidateFunction>();

const { E2E_BOOTSTRAPPED_PORT = "", E2E_MOUNT_PORT = "" } = process.env;

/** Where the API is served, with a word for the ids of what a journey makes there. */
export const mounts = [
  {
    mount: "the self-hosted server",
    tag: "server",
    url: `http://127.0.0.1:${E2E_BOOTSTRAPPED_PORT}`,
  },
  { mount: "the framework's route", tag: "route", url: `http://127.0.0.1:${E2E_MOUNT_PORT}` },
] as const;

/**
 * Reads a schema of the contract. Its enums of answers are open, clients take words that they do not
 * know; the one word that we add is that a control was set on an entity.
 */
function read(text: string): unknown {
  return JSON.parse(text, (_, value) =>
    value?.open === true && String(value.enum) === "customer,plan"
      ? { ...value, enum: [...value.enum, "entity"] }
      : value,
  );
}

/** The contract's own check of an answer to an operation; null for operations of our own. */
function validatorOf(name: string, status: number): ValidateFunction | null {
  const operation = contractOf(name);
  if (operation === null) return null;
  const schema = operation.responses[status];
  expect(schema, `${name} may answer ${status}`).toBeDefined();
  const known = validators.get(`${name} ${status}`);
  if (known !== undefined) return known;
  const text = JSON.stringify(schema).replaceAll("#/$defs/", "contract#/$defs/");
  const compiled = ajv.compile(read(text) as object);
  validators.set(`${name} ${status}`, compiled);
  return compiled;
}

/** Fetches an answer of the API, and holds one of success against the contract. */
async function fetchValidated(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  calls: Calls,
): Promise<Response> {
  const response = await fetch(input, init);
  const address = input instanceof Request ? input.url : String(input);
  const name = new URL(address).pathname.replace("/v1/", "");
  if (response.ok) {
    const validate = validatorOf(name, response.status);
    const body: unknown = await response.clone().json();
    expect(validate === null || validate(body) || validate.errors, name).toBe(true);
    calls.add(name);
  }
  return response;
}

/** Which operations the client has called, and so which answers were validated. */
export type Calls = Set<string>;

/**
 * The published client, unmodified, that fails closed. Every answer it gets is also validated
 * against the contract as it arrives, before the client reads it.
 */
export function publishedClient(serverURL: string, secretKey: string, calls: Calls): Autumn {
  const httpClient = new HTTPClient({
    fetcher: (input, init) => fetchValidated(input, init, calls),
  });
  return new Autumn({ serverURL, secretKey, failOpen: false, httpClient });
}

/** One call without the client, for what the client cannot say; it must succeed. */
export async function post(
  { url, secretKey, calls }: { url: string; secretKey: string; calls: Calls },
  name: string,
  body: object,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${secretKey}`, "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await fetchValidated(`${url}/v1/${name}`, init, calls);
  expect(response.ok, `${name}: ${response.status}`).toBe(true);
  return await response.json();
}
