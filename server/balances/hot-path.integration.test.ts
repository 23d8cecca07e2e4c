import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { freezeClock } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { call, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { brokenInvariants } from "../testing/ledger-invariants";
import { check } from "./operations/check";
import { createBalance } from "./operations/create-balance";
import { track } from "./operations/track";

let tenant: Tenant;

beforeAll(async () => {
  tenant = (await testOrganization()).sandbox;
  await givenFeature(tenant, { slug: "messages", events: ["message.sent"] });
  await givenFeature(tenant, { slug: "words", events: ["message.sent"] });
  await givenFeature(tenant, { slug: "seats", consumable: false });
  await givenFeature(tenant, { slug: "export", type: "boolean" });
});

afterEach(async () => {
  freezeClock(null);
  expect(await brokenInvariants(db())).toEqual([]);
});

async function customerWith(grants: Record<string, number>): Promise<string> {
  const customer_id = `cus_${randomUUID().slice(0, 8)}`;
  await givenCustomer(tenant, customer_id);
  for (const [feature_id, included_grant] of Object.entries(grants)) {
    await call(createBalance, "balances.create", tenant, {
      customer_id,
      feature_id,
      included_grant,
    });
  }
  return customer_id;
}

const doTrack = (body: Record<string, unknown>, key?: string) =>
  call(track, "balances.track", tenant, body as never, key === undefined ? {} : { key });
const doCheck = (body: Record<string, unknown>, key?: string) =>
  call(check, "balances.check", tenant, body as never, key === undefined ? {} : { key });

async function countEvents(customerId: string): Promise<number> {
  const [row] = await db().query<{ n: number }>(sql`
    SELECT count(*)::int AS n FROM meter_event e JOIN customer c ON c.id = e.customer_id
    WHERE c.env_id = ${tenant.envId} AND c.external_id = ${customerId}`);
  return row?.n ?? -1;
}

describe("track", () => {
  it("takes from the balance and says what it took", async () => {
    const customer_id = await customerWith({ messages: 10 });
    const answer = await doTrack({ customer_id, feature_id: "messages", value: 3 });
    expect(answer).toMatchObject({
      customer_id,
      value: 3,
      balance: { feature_id: "messages", granted: 10, usage: 3, remaining: 7 },
      deductions: [{ feature_id: "messages", value: 3 }],
    });
  });

  it("caps at zero and stores the event all the same", async () => {
    const customer_id = await customerWith({ messages: 2 });
    const answer = await doTrack({ customer_id, feature_id: "messages", value: 5 });
    expect(answer).toMatchObject({ value: 5, balance: { remaining: 0, usage: 2 } });
    expect(answer.deductions).toMatchObject([{ value: 2 }]);
    expect(await countEvents(customer_id)).toBe(1);
  });

  it("gives back on a negative value, never beyond the grant", async () => {
    const customer_id = await customerWith({ messages: 10 });
    await doTrack({ customer_id, feature_id: "messages", value: 4 });
    const answer = await doTrack({ customer_id, feature_id: "messages", value: -9 });
    expect(answer.balance).toMatchObject({ remaining: 10, usage: 0 });
  });

  it("moves every feature that lists the event's name", async () => {
    const customer_id = await customerWith({ messages: 10, words: 20 });
    const answer = await doTrack({ customer_id, event_name: "message.sent", value: 2 });
    expect(answer.balances).toMatchObject({
      messages: { remaining: 8 },
      words: { remaining: 18 },
    });
    expect(await countEvents(customer_id)).toBe(2);
  });

  it("answers null and stores the event when the customer has no such balance", async () => {
    const customer_id = await customerWith({});
    const answer = await doTrack({ customer_id, feature_id: "messages" });
    expect(answer).toMatchObject({ balance: null, deductions: [] });
    expect(await countEvents(customer_id)).toBe(1);
  });

  it("records seats beyond a free grant, as the market expects", async () => {
    const customer_id = await customerWith({ seats: 5 });
    const answer = await doTrack({ customer_id, feature_id: "seats", value: 8 });
    expect(answer.balance).toMatchObject({ usage: 8, remaining: 0 });
  });

  it.each([
    [{ feature_id: "nothing" }, "feature_not_found"],
    [{ event_name: "nothing" }, "feature_not_found"],
    [{ feature_id: "messages", customer_id: "nobody" }, "customer_not_found"],
    [{ feature_id: "messages", entity_id: "nobody" }, "entity_not_found"],
    [{ feature_id: "messages", timestamp: Date.UTC(2001, 0, 1) }, "invalid_inputs"],
    [{ feature_id: "messages", timestamp: Date.UTC(2999, 0, 1) }, "invalid_inputs"],
  ])("refuses %o with %s and stores nothing", async (body, reason) => {
    const customer_id = await customerWith({ messages: 1 });
    await expect(doTrack({ customer_id, ...body })).rejects.toMatchObject({ reason });
    expect(await countEvents(customer_id)).toBe(0);
  });
});

describe("check", () => {
  it("allows, denies at zero and changes nothing", async () => {
    const customer_id = await customerWith({ messages: 1 });
    expect(await doCheck({ customer_id, feature_id: "messages" })).toMatchObject({
      allowed: true,
      required_balance: 1,
      balance: { remaining: 1 },
      flag: null,
    });
    await doTrack({ customer_id, feature_id: "messages" });
    expect(await doCheck({ customer_id, feature_id: "messages" })).toMatchObject({
      allowed: false,
      balance: { remaining: 0, usage: 1 },
    });
    expect(await countEvents(customer_id)).toBe(1);
  });

  it("answers a boolean feature with its flag", async () => {
    const customer_id = await customerWith({});
    expect(await doCheck({ customer_id, feature_id: "export" })).toMatchObject({
      allowed: false,
      balance: null,
      flag: null,
    });
    await call(createBalance, "balances.create", tenant, { customer_id, feature_id: "export" });
    expect(await doCheck({ customer_id, feature_id: "export" })).toMatchObject({
      allowed: true,
      balance: null,
      flag: { feature_id: "export", plan_id: null },
    });
  });

  it("spends with send_event, or nothing at all", async () => {
    const customer_id = await customerWith({ messages: 5 });
    const spend = { customer_id, feature_id: "messages", required_balance: 3, send_event: true };
    expect(await doCheck(spend)).toMatchObject({ allowed: true, balance: { remaining: 2 } });
    expect(await doCheck(spend)).toMatchObject({ allowed: false, balance: { remaining: 2 } });
    expect(await countEvents(customer_id)).toBe(1);
  });

  it("resets when a month has passed, in passing and without a job", async () => {
    const customer_id = `cus_${randomUUID().slice(0, 8)}`;
    await givenCustomer(tenant, customer_id);
    await call(createBalance, "balances.create", tenant, {
      customer_id,
      feature_id: "messages",
      included_grant: 100,
      reset: { interval: "month" },
    });
    await doTrack({ customer_id, feature_id: "messages", value: 40 });
    freezeClock(new Date(Date.now() + 70 * 86_400_000));
    expect(await doCheck({ customer_id, feature_id: "messages" })).toMatchObject({
      balance: { remaining: 100, usage: 0 },
    });
    expect(await doTrack({ customer_id, feature_id: "messages", value: 1 })).toMatchObject({
      balance: { remaining: 99, usage: 1 },
    });
  });
});

describe("idempotency", () => {
  it("replays the first answer, and refuses the key for another body", async () => {
    const customer_id = await customerWith({ messages: 10 });
    const body = { customer_id, feature_id: "messages", value: 4 };
    const first = await doTrack(body, "key-1");
    expect(await doTrack(body, "key-1")).toEqual(first);
    await expect(doTrack({ ...body, value: 5 }, "key-1")).rejects.toMatchObject({
      reason: "duplicate_idempotency_key",
    });
    expect(await countEvents(customer_id)).toBe(1);
  });

  it("applies twins in flight once, in one batch and across batches", async () => {
    const customer_id = await customerWith({ messages: 10 });
    const body = { customer_id, feature_id: "messages", value: 1 };
    const answers = await Promise.all(Array.from({ length: 20 }, () => doTrack(body, "twin")));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await countEvents(customer_id)).toBe(1);
  });

  it("replays a denial too, although the balance came back since", async () => {
    const customer_id = await customerWith({ messages: 1 });
    const body = { customer_id, feature_id: "messages", required_balance: 2, send_event: true };
    expect(await doCheck(body, "denied")).toMatchObject({ allowed: false });
    await call(createBalance, "balances.create", tenant, {
      customer_id,
      feature_id: "messages",
      included_grant: 5,
    });
    expect(await doCheck(body, "denied")).toMatchObject({ allowed: false });
    expect(await doCheck(body, "fresh")).toMatchObject({ allowed: true });
  });

  it("keeps no key for a request that failed", async () => {
    const customer_id = await customerWith({ messages: 1 });
    const body = { customer_id, feature_id: "later", value: 1 };
    await expect(doTrack(body, "retry")).rejects.toMatchObject({ reason: "feature_not_found" });
    await givenFeature(tenant, { slug: "later" });
    expect(await doTrack(body, "retry")).toMatchObject({ value: 1 });
  });
});

describe("many callers at once", () => {
  it("spends exactly the grant: 64 callers, 2,000 tracks of 1 against 1,000", async () => {
    const customer_id = await customerWith({ messages: 1000 });
    const spend = { customer_id, feature_id: "messages", required_balance: 1, send_event: true };
    let left = 1000;
    let allowed = 0;
    const caller = async () => {
      while (left > 0) {
        left -= 1;
        const [answer] = await Promise.all([
          doCheck(spend),
          doTrack({ customer_id, feature_id: "messages", value: 1 }),
        ]);
        if (answer.allowed) allowed += 1;
      }
    };
    await Promise.all(Array.from({ length: 64 }, caller));
    const after = await doCheck({ customer_id, feature_id: "messages" });
    expect(after.balance).toMatchObject({ granted: 1000, usage: 1000, remaining: 0 });
    expect(allowed).toBeGreaterThan(0);
  });

  it("loses its fence to another process and still applies everything once", async () => {
    const customer_id = await customerWith({ messages: 1000 });
    let running = true;
    // Stands for another process: it moves the gate under the batches, over and over.
    const rival = (async () => {
      let moves = 0;
      while (running && moves < 500) {
        moves += 1;
        await db().query(sql`
          UPDATE customer_head h SET seq = h.seq + 1 FROM customer c
          WHERE c.id = h.customer_id AND c.env_id = ${tenant.envId} AND c.external_id = ${customer_id}`);
      }
    })();
    await Promise.all(
      Array.from({ length: 300 }, () => doTrack({ customer_id, feature_id: "messages" })),
    );
    running = false;
    await rival;
    const after = await doCheck({ customer_id, feature_id: "messages" });
    expect(after.balance).toMatchObject({ usage: 300, remaining: 700 });
    expect(await countEvents(customer_id)).toBe(300);
  });

  it("never takes neighbours down with a failing request", async () => {
    const customer_id = await customerWith({ messages: 10 });
    const results = await Promise.allSettled([
      doTrack({ customer_id, feature_id: "messages" }),
      doTrack({ customer_id: "nobody", feature_id: "messages" }),
      doTrack({ customer_id, feature_id: "nothing" }),
      doTrack({ customer_id, feature_id: "messages" }),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
  });
});
