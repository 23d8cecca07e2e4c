import { describe, expect, test } from "vitest";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { call } from "../../testing/ctx";
import {
  eachWithSamples,
  monthlyMessages,
  rejection,
  samplePlan,
} from "../../testing/sample-catalog";
import { getCustomer } from "./get-customer";
import { getOrCreateCustomer } from "./get-or-create-customer";
import { listCustomers } from "./list-customers";
import { updateCustomer } from "./update-customer";

const samples = eachWithSamples();

const ensure = (body: Record<string, unknown>, key?: string) =>
  call(
    getOrCreateCustomer,
    "customers.get_or_create",
    samples.tenant,
    body,
    key === undefined ? {} : { key },
  );
const read = (customer_id: string, expand: string[] = []) =>
  call(getCustomer, "customers.get", samples.tenant, { customer_id, expand });

test("makes a customer with every default plan, one a group", async () => {
  await samplePlan(samples.tenant, { id: "free", auto: true, items: [monthlyMessages] });
  await samplePlan(samples.tenant, { id: "later", auto: true, items: [monthlyMessages] });
  await samplePlan(samples.tenant, {
    id: "other",
    auto: true,
    group: "b",
    items: [{ feature_id: "sso" }],
  });
  await samplePlan(samples.tenant, {
    id: "extra",
    auto: true,
    addOn: true,
    items: [{ feature_id: "seats", included: 2 }],
  });
  await samplePlan(samples.tenant, { id: "hidden", items: [{ feature_id: "seats", included: 9 }] });
  const made = await ensure({ customer_id: "ana", name: "Ana", email: "ana@example.com" });
  expect(made).toMatchObject({
    id: "ana",
    name: "Ana",
    email: "ana@example.com",
    env: "sandbox",
    stripe_id: null,
    metadata: {},
    send_email_receipts: false,
    billing_controls: {},
    purchases: [],
    licenses: [],
    balances: { messages: { granted: 100, remaining: 100 }, seats: { granted: 2 } },
    flags: { sso: { plan_id: "other" } },
  });
  expect(made.subscriptions.map((one) => [one.plan_id, one.add_on, one.scope])).toEqual(
    expect.arrayContaining([
      ["free", false, "customer"],
      ["other", false, "customer"],
      ["extra", true, "customer"],
    ]),
  );
  expect(made.subscriptions).toHaveLength(3);
  expect(await read("ana")).toEqual(made);
});

test("fills in only a missing name or address", async () => {
  await ensure({ customer_id: "ana", email: "ana@example.com" });
  const filled = await ensure({
    customer_id: "ana",
    name: "Ana",
    email: "other@example.com",
    metadata: { ignored: true },
    send_email_receipts: true,
  });
  expect(filled).toMatchObject({
    name: "Ana",
    email: "ana@example.com",
    metadata: {},
    send_email_receipts: true,
  });
  expect((await ensure({ customer_id: "ana", name: "Somebody else" })).name).toBe("Ana");
});

test("stores what a new customer says", async () => {
  const made = await ensure({
    customer_id: "ana",
    fingerprint: "device-1",
    currency: "EUR",
    metadata: { tier: 3, nested: { deep: ["a"] } },
    send_email_receipts: true,
  });
  expect(made).toMatchObject({
    fingerprint: "device-1",
    currency: "eur",
    metadata: { tier: 3, nested: { deep: ["a"] } },
    send_email_receipts: true,
  });
});

test("gives an id to the customer that has only an address", async () => {
  const nameless = await ensure({ customer_id: null, email: "Ana@example.com" });
  expect(nameless.id).toBeNull();
  expect((await ensure({ customer_id: null, email: "ana@example.com" })).internal_id).toBe(
    nameless.internal_id,
  );
  expect((await read(nameless.internal_id)).email).toBe("Ana@example.com");
  const claimed = await ensure({ customer_id: "ana", email: "ana@example.com" });
  expect([claimed.id, claimed.internal_id]).toEqual(["ana", nameless.internal_id]);
  await expect(read(nameless.internal_id)).rejects.toEqual(rejection("customer_not_found"));
});

test("starts the plan that is asked for instead of the default ones", async () => {
  await samplePlan(samples.tenant, { id: "free", auto: true, items: [monthlyMessages] });
  await samplePlan(samples.tenant, {
    id: "starter",
    items: [{ feature_id: "seats", included: 3 }],
  });
  const made = await ensure({ customer_id: "ana", auto_enable_plan_id: "starter" });
  expect(made.subscriptions.map(({ plan_id }) => plan_id)).toEqual(["starter"]);
  expect(Object.keys(made.balances)).toEqual(["seats"]);
  await expect(ensure({ customer_id: "ben", auto_enable_plan_id: "nowhere" })).rejects.toEqual(
    rejection("product_not_found"),
  );
  await expect(read("ben")).rejects.toEqual(rejection("customer_not_found"));
});

test("a plan with a price is refused by name, and no customer is made", async () => {
  await samplePlan(samples.tenant, { id: "pro", price: { amount: 20, interval: "month" } });
  const refused = ensure({ customer_id: "ana", auto_enable_plan_id: "pro" });
  await expect(refused).rejects.toEqual(rejection("not_supported"));
  await expect(refused).rejects.toThrow(/'pro'/);
  await expect(read("ana")).rejects.toEqual(rejection("customer_not_found"));
});

test("twenty callers at once make one customer with one set of grants", async () => {
  await samplePlan(samples.tenant, {
    id: "free",
    auto: true,
    items: [monthlyMessages, { feature_id: "sso" }],
  });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => ensure({ customer_id: "ana", name: `Name ${n}` })),
  );
  expect(new Set(answers.map(({ internal_id }) => internal_id)).size).toBe(1);
  expect(new Set(answers.map(({ name }) => name)).size).toBe(1);
  for (const { balances, subscriptions } of answers) {
    expect(balances.messages?.granted).toBe(100);
    expect(subscriptions).toHaveLength(1);
  }
  const [count] = await db().query<{ customers: bigint; grants: bigint; entries: bigint }>(sql`
    SELECT (SELECT count(*) FROM customer WHERE env_id = ${samples.tenant.envId}) AS customers,
      (SELECT count(*) FROM grants WHERE env_id = ${samples.tenant.envId}) AS grants,
      (SELECT count(*) FROM ledger_entry WHERE env_id = ${samples.tenant.envId}) AS entries`);
  expect(count).toEqual({ customers: 1n, grants: 2n, entries: 2n });
});

test("of two callers who claim one address with two ids, one gets it", async () => {
  const nameless = await ensure({ email: "ana@example.com" });
  const [one, two] = await Promise.all([
    ensure({ customer_id: "one", email: "ana@example.com" }),
    ensure({ customer_id: "two", email: "ana@example.com" }),
  ]);
  const claims = [one, two].filter(({ internal_id }) => internal_id === nameless.internal_id);
  expect(claims).toHaveLength(1);
  expect([one.id, two.id]).toEqual(["one", "two"]);
});

test("the same key gives the first answer again", async () => {
  const first = await ensure({ customer_id: "ana", name: "Ana" }, "key-1");
  await call(updateCustomer, "customers.update", samples.tenant, {
    customer_id: "ana",
    name: "Anna",
  });
  expect(await ensure({ customer_id: "ana", name: "Ana" }, "key-1")).toEqual(first);
  await expect(ensure({ customer_id: "ana", name: "Other" }, "key-1")).rejects.toEqual(
    rejection("duplicate_idempotency_key"),
  );
});

describe("bad input", () => {
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ["neither id nor address", { name: "Ana" }, /customer_id/],
    ["an empty id", { customer_id: "" }, /customer_id/],
    ["an id of 10000 characters", { customer_id: "x".repeat(10_000) }, /customer_id/],
    ["an id that is a number", { customer_id: 7 }, /customer_id/],
    ["no address", { customer_id: "a", email: "not an address" }, /email/],
    ["a name that is too long", { customer_id: "a", name: "n".repeat(501) }, /name/],
    ["metadata that is a list", { customer_id: "a", metadata: ["a"] }, /metadata/],
    [
      "metadata that is too long",
      { customer_id: "a", metadata: { a: "x".repeat(20_001) } },
      /metadata/,
    ],
    ["half a surrogate pair", { customer_id: "a", metadata: { a: "\ud800" } }, /metadata/],
    ["no currency", { customer_id: "a", currency: "zzz" }, /currency/],
    ["a Stripe id", { customer_id: "a", stripe_id: "cus_1" }, /'stripe_id'/],
    ["a customer in Stripe", { customer_id: "a", create_in_stripe: true }, /'create_in_stripe'/],
    ["a switch", { customer_id: "a", config: { disable_pooled_balance: true } }, /disable_pooled/],
    [
      "a control of a feature that does not exist",
      { customer_id: "a", billing_controls: { spend_limits: [{ feature_id: "nothing" }] } },
      /billing_controls.spend_limits.0.feature_id/,
    ],
  ];

  test.each(cases)("%s is refused", async (_, body, message) => {
    await expect(ensure(body)).rejects.toThrow(message);
    const [count] = await db().query<{ n: bigint }>(
      sql`SELECT count(*) AS n FROM customer WHERE env_id = ${samples.tenant.envId}`,
    );
    expect(count?.n).toBe(0n);
  });

  test("what clients send by themselves passes", async () => {
    await ensure({
      customer_id: "ana",
      name: null,
      email: null,
      metadata: null,
      stripe_id: null,
      create_in_stripe: false,
      billing_controls: {},
      config: {},
      expand: ["invoices", "entities", "payment_method", "a word from the future"],
      unknown_key: true,
    });
    const list = await call(listCustomers, "customers.list", samples.tenant, {
      start_cursor: "",
      limit: 50,
    });
    expect(list.list.map(({ id }) => id)).toEqual(["ana"]);
  });

  test("odd but valid ids are ids", async () => {
    for (const id of ["Ünïcode 🎉", "a/b?c=d&e", "%_\\", "'; DROP TABLE customer; --", " "]) {
      await ensure({ customer_id: id });
      expect((await read(id)).id).toBe(id);
    }
  });
});
