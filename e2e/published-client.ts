import { expect } from "@playwright/test";
import Ajv, { type ValidateFunction } from "ajv";
import { Autumn, HTTPClient } from "autumn-js";
import { contract, contractOf } from "../server/testing/contract";

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ $id: "contract", $defs: contract.$defs });
const validators = new Map<string, ValidateFunction>();

/** The contract's own check of an answer to an operation; null for operations of our own. */
function validatorOf(name: string): ValidateFunction | null {
  const schema = contractOf(name)?.responses["200"];
  if (schema === undefined) return null;
  const known = validators.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(schema).replaceAll("#/$defs/", "contract#/$defs/");
  const compiled = ajv.compile(JSON.parse(text));
  validators.set(name, compiled);
  return compiled;
}

/** Which operations the client has called, and so which answers were validated. */
export type Calls = Set<string>;

/**
 * The published client, unmodified, that fails closed. Every answer it gets is also validated
 * against the contract as it arrives, before the client reads it.
 */
export function publishedClient(serverURL: string, secretKey: string, calls: Calls): Autumn {
  const httpClient = new HTTPClient({
    fetcher: async (input, init) => {
      const response = await fetch(input, init);
      const address = input instanceof Request ? input.url : String(input);
      const name = new URL(address).pathname.replace("/v1/", "");
      if (response.status === 200) {
        const validate = validatorOf(name);
        const body: unknown = await response.clone().json();
        expect(validate === null || validate(body) || validate.errors, name).toBe(true);
        calls.add(name);
      }
      return response;
    },
  });
  return new Autumn({ serverURL, secretKey, failOpen: false, httpClient });
}
