import { beforeAll, describe, expect, it } from "vitest";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { type TestOrganization, testOrganization } from "../testing/ctx";
import { api } from "./app";
import { ErrorBody } from "./errors";

type Body = Record<string, unknown>;

let organization: TestOrganization;

async function send(name: string, body: string, key: string | null, headers: Body = {}) {
  const response = await api.request(`/v1/${name}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(headers as Record<string, string>),
    },
    body,
  });
  return { status: response.status, body: (await response.json()) as Body };
}

const post = (name: string, body: Body, headers: Body = {}) =>
  send(name, JSON.stringify(body), organization.sandboxKey, headers);

/** How many rows the tenant has in every table that a request could have written. */
async function footprint(): Promise<unknown> {
  const { envId } = organization.sandbox;
  const [row] = await db().query(sql`
    SELECT (SELECT count(*) FROM feature WHERE env_id = ${envId}) AS features,
           (SELECT count(*) FROM plan WHERE env_id = ${envId}) AS plans,
           (SELECT count(*) FROM customer WHERE env_id = ${envId}) AS customers,
           (SELECT count(*) FROM entity WHERE env_id = ${envId}) AS entities,
           (SELECT count(*) FROM grants WHERE env_id = ${envId}) AS grants,
           (SELECT count(*) FROM ledger_entry WHERE env_id = ${envId}) AS entries,
           (SELECT count(*) FROM meter_event WHERE env_id = ${envId}) AS events,
           (SELECT count(*) FROM idempotency WHERE env_id = ${envId}) AS keys,
           (SELECT count(*) FROM audit_entry WHERE env_id = ${envId}) AS audits`);
  return row;
}

beforeAll(async () => {
  organization = await testOrganization();
  const given: readonly [string, Body][] = [
    ["features.create", { feature_id: "messages", name: "M", type: "metered", consumable: true }],
    ["features.create", { feature_id: "seats", name: "S", type: "metered", consumable: false }],
    [
      "plans.create",
      { plan_id: "free", name: "Free", items: [{ feature_id: "messages", included: 5 }] },
    ],
    ["customers.get_or_create", { customer_id: "ana" }],
    ["entities.create", { customer_id: "ana", entity_id: "seat", feature_id: "seats" }],
    ["balances.create", { customer_id: "ana", feature_id: "messages", included_grant: 5 }],
  ];
  for (const [name, body] of given) expect(await post(name, body)).toMatchObject({ status: 200 });
});

const long = "x".repeat(10_000);
const ana = { customer_id: "ana", feature_id: "messages" };

describe("a bad request gets a clear error and leaves nothing behind", () => {
  it.each<[string, string, Body, number, string]>([
    [
      "an unknown feature",
      "balances.check",
      { ...ana, feature_id: "no" },
      404,
      "feature_not_found",
    ],
    [
      "an unknown customer",
      "balances.track",
      { ...ana, customer_id: "no" },
      404,
      "customer_not_found",
    ],
    ["an unknown entity", "balances.track", { ...ana, entity_id: "no" }, 404, "entity_not_found"],
    [
      "an unknown plan",
      "billing.attach",
      { customer_id: "ana", plan_id: "no" },
      404,
      "product_not_found",
    ],
    [
      "a duplicate feature",
      "features.create",
      { feature_id: "messages", name: "M", type: "metered", consumable: true },
      409,
      "duplicate_feature_id",
    ],
    [
      "a duplicate entity",
      "entities.create",
      { customer_id: "ana", entity_id: "seat", feature_id: "seats" },
      409,
      "entity_already_exists",
    ],
    [
      "a duplicate plan",
      "plans.create",
      { plan_id: "free", name: "Free" },
      400,
      "product_already_exists",
    ],
    [
      "a customer id of 10,000 characters",
      "customers.get_or_create",
      { customer_id: long },
      400,
      "invalid_inputs",
    ],
    [
      "a feature id of 10,000 characters",
      "features.create",
      { feature_id: long, name: "L", type: "boolean" },
      400,
      "invalid_inputs",
    ],
    [
      "an entity id of 10,000 characters",
      "entities.create",
      { customer_id: "ana", entity_id: long, feature_id: "seats" },
      400,
      "invalid_inputs",
    ],
    [
      "a value beyond every number",
      "balances.track",
      { ...ana, value: 1e300 },
      400,
      "invalid_inputs",
    ],
    [
      "a value of too many digits",
      "balances.track",
      { ...ana, value: 0.1234567890123456 },
      400,
      "invalid_inputs",
    ],
    ["a value that is text", "balances.track", { ...ana, value: "3" }, 400, "invalid_inputs"],
    [
      "a value that is null in a list",
      "balances.track",
      { ...ana, value: [null] },
      400,
      "invalid_inputs",
    ],
    ["a negative grant", "balances.create", { ...ana, included_grant: -5 }, 400, "invalid_inputs"],
    [
      "a negative amount in a plan",
      "plans.create",
      { plan_id: "p", name: "P", items: [{ feature_id: "messages", included: -1 }] },
      400,
      "invalid_inputs",
    ],
    ["a page of no rows", "customers.list", { limit: 0 }, 400, "invalid_inputs"],
    ["a page beyond the limit", "customers.list", { limit: 1_000_000 }, 400, "invalid_inputs"],
    ["a made-up cursor", "customers.list", { start_cursor: "zzz" }, 400, "invalid_cursor"],
    [
      "a field that is not built",
      "billing.attach",
      { customer_id: "ana", plan_id: "free", invoice_mode: { enabled: true } },
      400,
      "not_supported",
    ],
    [
      "a NUL in a name",
      "customers.get_or_create",
      { customer_id: "nul", name: "a\u0000b" },
      400,
      "invalid_inputs",
    ],
  ])("%s", async (_name, operation, body, status, code) => {
    const before = await footprint();
    const answer = await post(operation, body, { "idempotency-key": `${operation} ${_name}` });
    expect(answer).toMatchObject({ status, body: { code, env: "sandbox" } });
    ErrorBody.parse(answer.body);
    expect(String(answer.body.message).length).toBeLessThan(600);
    expect(await footprint()).toEqual(before);
  });

  it("names both ways in which a body is too large", async () => {
    const huge = JSON.stringify({ ...ana, properties: { note: "x".repeat(10 * 1024 * 1024) } });
    const before = await footprint();
    const answer = await send("balances.track", huge, organization.sandboxKey);
    expect(answer).toMatchObject({ status: 413, body: { code: "payload_too_large" } });
    const stream = new Request("http://127.0.0.1/v1/balances.track", {
      method: "POST",
      headers: { authorization: `Bearer ${organization.sandboxKey}` },
      body: new Blob([huge]).stream(),
      duplex: "half",
    } as RequestInit);
    expect((await api.request(stream)).status).toBe(413);
    expect(await footprint()).toEqual(before);
  });

  it.each(["", "{", "nul", "<xml/>", '{"customer_id": "ana",}'])("a body of %o", async (text) => {
    const answer = await send("customers.get", text, organization.sandboxKey);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_inputs" } });
  });
});

describe("keys", () => {
  it("keeps live and sandbox apart: a live key finds no sandbox object", async () => {
    const answer = await send("customers.get", '{"customer_id":"ana"}', organization.liveKey);
    expect(answer).toMatchObject({
      status: 404,
      body: { code: "customer_not_found", env: "live" },
    });
    const features = await send("features.list", "", organization.liveKey);
    expect(features.body.list).toEqual([]);
  });

  it("refuses a revoked key at once, also where the key had been cached", async () => {
    const { sandboxKey } = await testOrganization();
    const ask = () => send("balances.check", JSON.stringify(ana), sandboxKey);
    expect(await ask()).toMatchObject({ status: 404 });
    await db().query(sql`
      UPDATE api_key SET revoked_at = now() WHERE last4 = ${sandboxKey.slice(-4)}
        AND prefix = ${sandboxKey.slice(0, 15)}`);
    expect(await ask()).toMatchObject({ status: 401, body: { code: "invalid_secret_key" } });
    expect(await send("features.list", "", sandboxKey)).toMatchObject({ status: 401 });
  });
});

describe("versions and routes", () => {
  it.each([
    ["2.4.0", 200],
    ["2.1", 200],
    ["2.3.0.clover", 200],
    ["2026-05-13", 200],
    ["9.9", 200],
    ["1.2", 400],
    ["2.0.0", 400],
    ["nonsense", 400],
  ])("x-api-version %s gives %i", async (version, status) => {
    expect(await post("features.list", {}, { "x-api-version": version })).toMatchObject({ status });
  });

  it("answers an unknown operation with 404, and one under /v1/v1 as usual", async () => {
    expect(await post("balances.nothing", {})).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
    expect(await post("v1/features.list", {})).toMatchObject({ status: 200 });
    expect((await api.request("/v1/features.list")).status).toBe(404);
  });
});
