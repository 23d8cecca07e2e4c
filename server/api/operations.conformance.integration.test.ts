import { afterAll, describe, expect, it } from "vitest";
import { wallNow } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { kindOf } from "../platform/operation";
import { SCOPES } from "../platform/scope";
import { createApiKey } from "../tenancy/api-keys";
import { testOrganization } from "../testing/ctx";
import { brokenInvariants } from "../testing/ledger-invariants";
import { ErrorBody } from "./errors";
import { handle } from "./http";
import { openApiDocument } from "./openapi";
import { allOperations } from "./operations";

type Body = Record<string, unknown>;

/** What the examples of the reference take for granted, in the order in which it is made. */
const STEPS = {
  messages: [
    "features.create",
    { feature_id: "messages", name: "Messages", type: "metered", consumable: true },
  ],
  seats: [
    "features.create",
    { feature_id: "seats", name: "Seats", type: "metered", consumable: false },
  ],
  aiCredits: [
    "features.create",
    { feature_id: "ai_credits", name: "AI credits", type: "ai_credit_system" },
  ],
  customer: ["customers.get_or_create", { customer_id: "user_123", email: "ana@example.com" }],
  plan: [
    "plans.create",
    {
      plan_id: "free",
      name: "Free",
      items: [{ feature_id: "messages", included: 100, reset: { interval: "month" } }],
    },
  ],
  goodwill: [
    "balances.create",
    {
      customer_id: "user_123",
      feature_id: "messages",
      included_grant: 500,
      balance_id: "goodwill",
    },
  ],
  entity: [
    "entities.create",
    { customer_id: "user_123", entity_id: "seat_1", feature_id: "seats", name: "Ana" },
  ],
  usage: ["balances.track", { customer_id: "user_123", feature_id: "messages", value: 2 }],
  lock: [
    "balances.check",
    {
      customer_id: "user_123",
      feature_id: "messages",
      required_balance: 3,
      lock: { enabled: true, lock_id: "job_123" },
    },
  ],
} as const satisfies Record<string, readonly [string, Body]>;

type Step = keyof typeof STEPS;

/** The world of an example that would collide with, or be hindered by, the whole one. */
const WORLDS: Readonly<Record<string, readonly Step[]>> = {
  "features.create": [],
  "features.delete": ["messages"],
  "plans.create": ["messages"],
  "plans.delete": ["messages", "plan"],
  "entities.create": ["messages", "seats", "customer"],
  "balances.undo": ["messages", "customer", "plan", "goodwill"],
};
const WHOLE = Object.keys(STEPS) as Step[];

/** Operations that make or list things: a foreign tenant's ids mean nothing to them. */
const WITHOUT_FOREIGN = /\.(create|get_or_create|list)$/;
const NAMES_EXISTING: readonly string[] = ["balances.create", "entities.create", "plans.create"];

/** Where the contract answers an unknown id otherwise than with 404. */
const MISSING_STATUS: Readonly<Record<string, number>> = { "balances.finalize": 400 };

async function post(name: string, body: unknown, key: string | null, headers: Body = {}) {
  const response = await handle(
    new Request(`http://127.0.0.1/v1/${name}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(headers as Record<string, string>),
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
    name,
  );
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: JSON.parse(text) as Body,
  };
}

/** A body as an operation takes it: an object, or a list of them. */
type Example = Body | readonly Body[];

/** The example with other fields, in every item of a list. */
function changed(example: Example, fields: Body): Example {
  return Array.isArray(example)
    ? example.map((item: Body) => ({ ...item, ...fields }))
    : { ...example, ...fields };
}

function fieldsOf(example: Example): string[] {
  return Object.keys((Array.isArray(example) ? example[0] : example) ?? {});
}

async function world(name: string): Promise<{ key: string; tenant: Tenant; example: Example }> {
  const organization = await testOrganization();
  const key = organization.sandboxKey;
  let entryId: unknown;
  for (const step of WORLDS[name] ?? WHOLE) {
    const [operation, body] = STEPS[step];
    const answer = await post(operation, body, key);
    expect(answer, answer.text).toMatchObject({ status: 200 });
    if (step === "goodwill") entryId = answer.body.entry_id;
  }
  const spec = allOperations().find(([known]) => known === name)?.[1].spec;
  const example = changed(spec?.example as Example, {});
  return {
    key,
    tenant: organization.sandbox,
    example: name === "balances.undo" ? changed(example, { entry_id: entryId }) : example,
  };
}

async function keyWith(tenant: Tenant, scopes: readonly (typeof SCOPES)[number][]) {
  const request = {
    envId: tenant.envId,
    envKind: tenant.envKind,
    kind: "secret",
    name: "k",
  } as const;
  return (await createApiKey(db(), { ...request, scopes, createdBy: null, now: wallNow() })).key;
}

function expectError(answer: { status: number; body: Body }, status: number, code: string): void {
  expect(answer).toMatchObject({ status, body: { code } });
  ErrorBody.parse(answer.body);
}

afterAll(async () => {
  expect(await brokenInvariants(db())).toEqual([]);
});

describe.each(allOperations())("%s", (name, operation) => {
  const { spec } = operation;

  it("refuses a call without a key, with a wrong one, and with one of another prefix", async () => {
    expectError(await post(name, {}, null), 401, "no_secret_key");
    expectError(await post(name, {}, "am_sk_test_unknown"), 401, "invalid_secret_key");
    expectError(await post(name, {}, "sk_live_unknown"), 401, "invalid_request");
    expectError(await post(name, {}, "am_pk_test_unknown"), 401, "invalid_publishable_key");
  });

  it("refuses a key without its scope", async () => {
    const { tenant, example } = await world(name);
    const needed = new Set([spec.scope, spec.commandScope]);
    const key = await keyWith(
      tenant,
      SCOPES.filter((scope) => !needed.has(scope)),
    );
    expectError(await post(name, example, key), 403, "insufficient_scopes");
  });

  it("answers its example in the shape it promises, and repeats the answer for the same key", async () => {
    const { key, example } = await world(name);
    const first = await post(name, example, key, { "idempotency-key": "once" });
    expect(first, first.text).toMatchObject({ status: spec.successStatus ?? 200 });
    spec.output.parse(first.body);
    expect(first.headers.get("x-request-id")).toMatch(/^req_/);
    if (kindOf(spec, spec.input.parse(example)) === "query") return;
    const again = await post(name, example, key, { "idempotency-key": "once" });
    expect(again.text).toBe(first.text);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const other = await post(name, changed(example, different(example)), key, {
      "idempotency-key": "once",
    });
    expect([409, 400]).toContain(other.status);
  });

  it("refuses bodies of another kind, and fields of a wrong type", async () => {
    const { key, example } = await world(name);
    for (const body of ["[]", '"text"', "1", "{", "\u0000"]) {
      expectError(await post(name, body, key), 400, "invalid_inputs");
    }
    for (const field of fieldsOf(example)) {
      const answer = await post(name, changed(example, { [field]: [["unexpected"]] }), key);
      expect(answer, `${field}: ${answer.text}`).toMatchObject({ status: 400 });
      ErrorBody.parse(answer.body);
    }
  });

  it("treats another tenant's ids exactly as ids that do not exist", async () => {
    const { example } = await world(name);
    if (WITHOUT_FOREIGN.test(name) && !NAMES_EXISTING.includes(name)) return;
    if (!fieldsOf(example).some((field) => field.endsWith("_id"))) return;
    const stranger = await testOrganization();
    const foreign = await post(name, example, stranger.sandboxKey);
    expect(foreign, foreign.text).toMatchObject({ status: MISSING_STATUS[name] ?? 404 });
    const empty = await testOrganization();
    const missing = await post(name, example, empty.liveKey);
    expect(withoutRequest(foreign.body)).toEqual(withoutRequest(missing.body));
  });

  it("stands in the OpenAPI document with its schemas", () => {
    const paths = openApiDocument().paths as Record<string, { post: { operationId: string } }>;
    expect(paths[`/v1/${name}`]?.post.operationId).toBe(name);
    spec.input.parse(spec.example);
  });
});

/** The same body, changed in one harmless or harmful place: another request for the same key. */
function different(example: Example): Body {
  const first = (Array.isArray(example) ? example[0] : example) as Body;
  const [field] = Object.keys(first).filter((key) => typeof first[key] === "string");
  return field === undefined ? { unknown: true } : { [field]: `${String(first[field])}x` };
}

function withoutRequest({ request_id: _id, env: _env, ...rest }: Body): Body {
  return rest;
}
