import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { operations } from "../api/operations";
import { runOperation } from "../api/run";
import { WindfallError } from "../core/error";
import type { Tenant } from "../platform/context";
import { type Db, db, openDb } from "../platform/db";
import { env } from "../platform/env";
import { log } from "../platform/log";
import type { AnyOperation } from "../platform/operation";
import { SCOPES } from "../platform/scope";
import { sql } from "../platform/sql";
import { testOrganization } from "../testing/ctx";
import { brokenInvariants } from "../testing/ledger-invariants";

type Body = Record<string, unknown>;
type Outcome = { readonly answer: Body } | { readonly refused: string };

let tenant: Tenant;
/** Connections, queues and batches of their own, as two processes have them. */
const processes: Db[] = [];

beforeAll(async () => {
  tenant = (await testOrganization()).sandbox;
  for (let n = 0; n < 2; n++) processes.push(openDb(env().DATABASE_URL));
  const feature = (feature_id: string, more: Body) =>
    must("features.create", { feature_id, name: feature_id, type: "metered", ...more });
  await feature("messages", { consumable: true, event_names: ["sent"] });
  await feature("words", { consumable: true, event_names: ["sent"] });
  await feature("seats", { consumable: false });
  await must("features.create", {
    ...{ feature_id: "credits", name: "credits", type: "credit_system" },
    credit_schema: [{ metered_feature_id: "words", credit_cost: 2 }],
  });
  const messages = { feature_id: "messages", included: 40, reset: { interval: "month" } };
  const seats = { feature_id: "seats", included: 3 };
  const plan = (plan_id: string, items: Body[]) =>
    must("plans.create", { plan_id, name: plan_id, items });
  await plan("small", [messages, seats]);
  await plan("large", [{ ...messages, included: 90 }, seats, { feature_id: "words", included: 9 }]);
});

afterEach(async () => expect(await brokenInvariants(db())).toEqual([]));

afterAll(async () => {
  for (const connections of processes) await connections.close();
});

/** Calls an operation as one of the processes. */
async function ask(name: string, body: Body, from = 0): Promise<Outcome> {
  const [noun = "", verb = ""] = name.split(".");
  const tree = operations as unknown as Record<string, Record<string, AnyOperation>>;
  const operation = tree[noun]?.[verb];
  if (operation === undefined) throw new Error(`There is no operation ${name}.`);
  try {
    const outcome = await runOperation({
      ...{ name, operation, body, log, idempotencyKey: null },
      caller: {
        ...{ tenant, publishable: false, scopes: new Set(SCOPES) },
        actor: { kind: "system", id: "races", label: "races" },
      },
      requestId: `req_${randomUUID()}`,
      db: processes[from % processes.length] ?? db(),
    });
    return { answer: outcome.replayed ? {} : (outcome.answer as Body) };
  } catch (error) {
    if (error instanceof WindfallError && error.kind !== "internal") {
      return { refused: error.reason };
    }
    throw error;
  }
}

async function must(name: string, body: Body): Promise<Body> {
  const outcome = await ask(name, body);
  if ("refused" in outcome) throw new Error(`${name}: ${outcome.refused}`);
  return outcome.answer;
}

async function givenCustomer(grants: Readonly<Record<string, number>>): Promise<string> {
  const customer_id = `racer_${randomUUID()}`;
  await must("customers.get_or_create", { customer_id });
  for (const [feature_id, included_grant] of Object.entries(grants)) {
    await must("balances.create", { customer_id, feature_id, included_grant });
  }
  return customer_id;
}

async function balanceOf(customer_id: string, feature_id: string): Promise<unknown> {
  const { balance } = await must("balances.check", { customer_id, feature_id });
  const { granted, usage, remaining } = balance as Body;
  return { granted, usage, remaining };
}

const units = 37;
const callers = 400;

it.each([
  ["spending", { send_event: true }],
  ["holding", { lock: { enabled: true } }],
])("says yes exactly as often as there are units, %s from two processes", async (_, how) => {
  const customer_id = await givenCustomer({ messages: units });
  const body = { customer_id, feature_id: "messages", required_balance: 1, ...how };
  const outcomes = await Promise.all(
    Array.from({ length: callers }, (_, n) => ask("balances.check", body, n)),
  );
  const allowed = outcomes.filter((one) => "answer" in one && one.answer.allowed === true);
  expect(outcomes.filter((one) => "refused" in one)).toEqual([]);
  expect(allowed).toHaveLength(units);
  expect(await balanceOf(customer_id, "messages")).toEqual({
    ...{ granted: units, usage: units, remaining: 0 },
  });
});

it("splits units and credits exactly among callers of two processes", async () => {
  // 11 own units and 30 credits at 2 each: 26 words in all.
  const customer_id = await givenCustomer({ words: 11, credits: 30 });
  const body = { customer_id, feature_id: "words", required_balance: 1, send_event: true };
  const outcomes = await Promise.all(
    Array.from({ length: callers }, (_, n) => ask("balances.check", body, n)),
  );
  expect(outcomes.filter((one) => "answer" in one && one.answer.allowed === true)).toHaveLength(26);
  expect(await balanceOf(customer_id, "credits")).toMatchObject({ usage: 30, remaining: 0 });
});

it("counts a usage limit exactly among callers of two processes", async () => {
  const customer_id = await givenCustomer({ messages: 1_000 });
  const billing_controls = {
    usage_limits: [{ feature_id: "messages", limit: units, interval: "day", anchor: "utc" }],
  };
  await must("customers.update", { customer_id, billing_controls });
  const body = { customer_id, feature_id: "messages", value: 1 };
  await Promise.all(Array.from({ length: callers }, (_, n) => ask("balances.track", body, n)));
  expect(await balanceOf(customer_id, "messages")).toMatchObject({ usage: units });
});

it("closes a lock once, however many finalize it at the same time", async () => {
  const customer_id = await givenCustomer({ messages: 100 });
  const lock_id = `lock_${randomUUID()}`;
  const held = { customer_id, feature_id: "messages", required_balance: 60 };
  await must("balances.check", { ...held, lock: { enabled: true, lock_id } });
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      ask("balances.finalize", { lock_id, action: "confirm", override_value: 25 }, n),
    ),
  );
  expect(outcomes.filter((one) => "answer" in one)).toHaveLength(1);
  expect(await balanceOf(customer_id, "messages")).toMatchObject({ usage: 25, remaining: 75 });
});

/** What somebody does to one of a few customers, all of which others change at the same time. */
const moves = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant("event"), value: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("spend"), value: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("hold"), value: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("finalize"), value: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("edit"), value: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("attach"), value: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("seat"), value: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("unseat"), value: fc.nat(3) }) },
);

function callOf(customer_id: string, does: string, value: number): [string, Body] {
  const lock_id = `${customer_id}/${value}`;
  const of = (feature_id: string) => ({ customer_id, feature_id });
  const seat = { customer_id, entity_id: `seat_${value}` };
  switch (does) {
    case "event":
      return ["balances.track", { customer_id, event_name: "sent", value }];
    case "spend":
      return ["balances.check", { ...of("words"), required_balance: value, send_event: true }];
    case "hold":
      return [
        "balances.check",
        { ...of("messages"), required_balance: value, lock: { enabled: true, lock_id } },
      ];
    case "finalize":
      return ["balances.finalize", { lock_id, action: "release" }];
    case "edit":
      return ["balances.update", { ...of("messages"), add_to_balance: value }];
    case "attach":
      return ["billing.attach", { customer_id, plan_id: value === 0 ? "small" : "large" }];
    case "seat":
      return ["entities.create", { ...seat, feature_id: "seats" }];
    default:
      return ["entities.delete", seat];
  }
}

/** Refusals that follow from what others did just before; a deadlock or a full queue is none. */
const expected = new Set([
  ...["lock_already_exists", "invalid_request", "plan_already_attached"],
  ...["entity_already_exists", "entity_not_found"],
]);

it("never deadlocks: anything at once, on a few customers, from two processes", async () => {
  const customers = await Promise.all(
    Array.from({ length: 4 }, () => givenCustomer({ messages: 500, words: 300, credits: 100 })),
  );
  const plays = fc.sample(fc.tuple(moves, fc.nat(3), fc.nat(1)), { seed: 3, numRuns: 1_500 });
  let next = 0;
  const strange: string[] = [];
  const player = async () => {
    for (let play = plays[next++]; play !== undefined; play = plays[next++]) {
      const [{ does, value }, who, from] = play;
      const outcome = await ask(...callOf(customers[who] ?? "", does, value), from);
      if ("refused" in outcome && !expected.has(outcome.refused)) strange.push(outcome.refused);
    }
  };
  await Promise.all(Array.from({ length: 32 }, player));
  expect(strange).toEqual([]);
  const [counted] = await db().query<{ deadlocks: bigint }>(
    sql`SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`,
  );
  expect(counted?.deadlocks).toBe(0n);
});
