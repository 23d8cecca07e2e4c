import { describe, expect, it } from "vitest";
import { attach } from "../../billing/operations/attach";
import { createFeature } from "../../catalog/operations/create-feature";
import { createPlan } from "../../catalog/operations/create-plan";
import { updateCustomer } from "../../customers/operations/update-customer";
import { freezeClock } from "../../platform/clock";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { balanceDesk } from "../../testing/balance-desk";
import { call, testOrganization } from "../../testing/ctx";
import { domainExample } from "../../testing/domain-example";
import { check as checkOperation } from "./check";
import { finalizeLock } from "./finalize-lock";

const tools = balanceDesk();
const { change, check, customer, desk, end, events, explain, figures, finalize, grant, track } =
  tools;

let made = 0;

/** Holds units under a name of its own. */
async function hold(units: number, extra: Record<string, unknown> = {}) {
  made += 1;
  const lock_id = `${desk.customer_id}-${made}`;
  const answer = await check({
    required_balance: units,
    lock: { enabled: true, lock_id },
    ...extra,
  });
  return { lock_id, answer };
}

const confirm = (lock_id: string, override_value?: number) =>
  finalize({
    lock_id,
    action: "confirm",
    ...(override_value === undefined ? {} : { override_value }),
  });
const release = (lock_id: string) => finalize({ lock_id, action: "release" });
const left = async () => (await figures())?.remaining;

/** The values of the customer's events of a feature, oldest first. */
async function eventValues(): Promise<number[]> {
  const rows = await db().query<{ value: string }>(sql`
    SELECT e.value FROM meter_event e JOIN customer c ON c.id = e.customer_id
    WHERE c.env_id = ${desk.tenant.envId} AND c.external_id = ${desk.customer_id}
    ORDER BY e.recorded_at, e.seq, e.id`);
  return rows.map(({ value }) => Number(value));
}

const notFound = { kind: "invalid_request", reason: "invalid_request" };

describe("worked examples", () => {
  type Confirmed = { lock: number; confirm: number };
  const lots = async () => {
    const answer = await explain();
    return Object.fromEntries(answer.lots.map((lot) => [lot.granted, lot.balance]));
  };

  it("E63: what was not used goes back to the row that was taken last", async () => {
    const { given, when, then } = domainExample<
      { hour: number; lifetime: number },
      Confirmed,
      { hour: number; lifetime: number }
    >("E63");
    await customer();
    await grant({ included_grant: given.hour, reset: { interval: "hour" } });
    await grant({ included_grant: given.lifetime });
    const { lock_id, answer } = await hold(when.lock);
    expect(answer).toMatchObject({ allowed: true, lock_id, balance: { remaining: 17 } });
    expect(await confirm(lock_id, when.confirm)).toEqual({ success: true });
    expect(await lots()).toEqual({ [given.hour]: then.hour, [given.lifetime]: then.lifetime });
    expect(await eventValues()).toEqual([8, -3]);
  });

  it("E65: more than was held is deducted as any use", async () => {
    const { given, when, then } = domainExample<
      { hour: number; month: number },
      Confirmed,
      { remaining: number }
    >("E65");
    await customer();
    await grant({ included_grant: given.hour, reset: { interval: "hour" } });
    await grant({ included_grant: given.month, reset: { interval: "month" } });
    const { lock_id } = await hold(when.lock);
    await confirm(lock_id, when.confirm);
    expect(await left()).toBe(then.remaining);
  });

  it("E66: below zero everything returns, and the refund ends at the grants", async () => {
    const { given, when, then } = domainExample<
      { hour: number; month: number },
      Confirmed,
      { remaining: number; events: number[] }
    >("E66");
    await customer();
    await grant({ included_grant: given.hour, reset: { interval: "hour" } });
    await grant({ included_grant: given.month, reset: { interval: "month" } });
    const { lock_id } = await hold(when.lock);
    await confirm(lock_id, when.confirm);
    expect(await left()).toBe(then.remaining);
    expect(await eventValues()).toEqual(then.events);
  });

  it("E67: units of a plan that is gone land on the plan that replaced it", async () => {
    const { then } = domainExample<unknown, unknown, { remaining: number }>("E67");
    const plan = (id: string, included: number) =>
      call(createPlan, "plans.create", desk.tenant, {
        plan_id: id,
        name: id,
        items: [{ feature_id: "messages", included, reset: { interval: "month" } }],
      });
    await plan("e67-free", 50);
    await plan("e67-next", 80);
    await customer();
    const take = (plan_id: string) =>
      call(attach, "billing.attach", desk.tenant, { customer_id: desk.customer_id, plan_id });
    await take("e67-free");
    const { lock_id } = await hold(40);
    await take("e67-next");
    await track({ value: 20 });
    await confirm(lock_id, 30);
    expect(await left()).toBe(then.remaining);
  });

  it("E73: a usage limit clamps what goes beyond the hold", async () => {
    const { given, when, then } = domainExample<
      { usage_limit: number; included: number },
      { lock: number; finalize: number },
      { usage: number; remaining: number }
    >("E73");
    await customer({ messages: given.included });
    const limit = { feature_id: "messages", limit: given.usage_limit, interval: "month" };
    await call(updateCustomer, "customers.update", desk.tenant, {
      customer_id: desk.customer_id,
      billing_controls: { usage_limits: [limit] },
    } as never);
    const { lock_id } = await hold(when.lock);
    await confirm(lock_id, when.finalize);
    expect(await figures()).toMatchObject({ usage: then.usage, remaining: then.remaining });
    expect(await check()).toMatchObject({ allowed: false, denial: { reason: "usage_limit" } });
  });

  it("E61: own units first, then credits", async () => {
    const { given, when, then } = domainExample<
      { action1_own: number; credits: number; cost: number },
      { lock_action1: number; confirm: number },
      { action1: number; credits: number }
    >("E61");
    const feature = (body: Record<string, unknown>) =>
      call(createFeature, "features.create", desk.tenant, body as never);
    await feature({ feature_id: "action1", name: "Action", type: "metered", consumable: true });
    await feature({
      feature_id: "credits",
      name: "Credits",
      type: "credit_system",
      credit_schema: [{ metered_feature_id: "action1", credit_cost: given.cost }],
    });
    await customer();
    await grant({ feature_id: "action1", included_grant: given.action1_own });
    await grant({ feature_id: "credits", included_grant: given.credits });
    const { lock_id } = await hold(when.lock_action1, { feature_id: "action1" });
    await confirm(lock_id, when.confirm);
    const remaining = async (feature_id: string) =>
      (await explain({ feature_id })).balance?.remaining;
    expect(await remaining("action1")).toBe(then.action1);
    expect(await remaining("credits")).toBe(then.credits);
    const { list } = await explain({ feature_id: "credits", causes: ["lock"] });
    expect(list).toMatchObject([
      { delta: -0.8, event: { feature_id: "action1", value: 4 }, lock: { step: "closed" } },
      {
        delta: -0.6,
        event: { feature_id: "action1", value: 8 },
        lock: { lock_id, step: "held", status: "confirmed", amount: 8, feature_id: "action1" },
      },
    ]);
  });
});

describe("balances.finalize", () => {
  it("gives everything back on release, and says so once", async () => {
    await customer({ messages: 10 });
    const { lock_id } = await hold(4);
    expect(await left()).toBe(6);
    expect(await release(lock_id)).toEqual({ success: true });
    expect(await figures()).toEqual({ granted: 10, usage: 0, remaining: 10 });
    await expect(release(lock_id)).rejects.toMatchObject(notFound);
    await expect(confirm(lock_id)).rejects.toMatchObject(notFound);
    expect(await eventValues()).toEqual([4, -4]);
  });

  it("records no event when what was held was used", async () => {
    await customer({ messages: 10 });
    const { lock_id } = await hold(4, { properties: { job: 7 } });
    await confirm(lock_id);
    expect(await events()).toBe(1);
    const { list } = await explain({ causes: ["lock"] });
    expect(list).toMatchObject([
      { delta: -4, event: { properties: { job: 7 } }, lock: { status: "confirmed", step: "held" } },
    ]);
  });

  it("keeps the properties of both ends with the event of the difference", async () => {
    await customer({ messages: 10 });
    const { lock_id } = await hold(4, { properties: { job: 7, model: "a" } });
    await finalize({ lock_id, action: "confirm", override_value: 1, properties: { model: "b" } });
    const { list } = await explain({ causes: ["lock"] });
    expect(list[0]).toMatchObject({ delta: 3, event: { properties: { job: 7, model: "b" } } });
  });

  it("refuses a release with an override before anything happens", async () => {
    await customer({ messages: 10 });
    const { lock_id } = await hold(4);
    await expect(finalize({ lock_id, action: "release", override_value: 2 })).rejects.toThrow(
      /override_value/,
    );
    expect(await left()).toBe(6);
  });

  it("knows no lock of another tenant", async () => {
    await customer({ messages: 10 });
    const { lock_id } = await hold(4);
    const other = await testOrganization();
    const foreign = call(finalizeLock, "balances.finalize", other.sandbox, {
      lock_id,
      action: "release",
    });
    const missing = finalize({ lock_id: "never-made", action: "release" });
    await expect(foreign).rejects.toMatchObject(notFound);
    await expect(missing).rejects.toMatchObject(notFound);
    const same = call(checkOperation, "balances.check", desk.tenant, {
      customer_id: desk.customer_id,
      feature_id: "messages",
      lock: { enabled: true, lock_id },
    });
    await expect(same).rejects.toMatchObject({ kind: "conflict", reason: "lock_already_exists" });
  });

  it("lets exactly one of many callers win", async () => {
    await customer({ messages: 100 });
    const { lock_id } = await hold(40);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? release(lock_id) : confirm(lock_id, 10))),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect([90, 100]).toContain(await left());
    expect((await eventValues()).length).toBe(2);
  });

  it("replays under its key, also when the lock is long closed", async () => {
    await customer({ messages: 10 });
    const { lock_id } = await hold(4);
    const body = { lock_id, action: "confirm", override_value: 1 };
    const key = `finalize-${lock_id}`;
    const answers = await Promise.all([finalize(body, key), finalize(body, key)]);
    answers.push(await finalize(body, key));
    expect(answers).toEqual([{ success: true }, { success: true }, { success: true }]);
    expect(await left()).toBe(9);
    await expect(finalize({ ...body, override_value: 2 }, key)).rejects.toMatchObject({
      reason: "duplicate_idempotency_key",
    });
  });

  it("gives nothing back where nothing is left to take it", async () => {
    await customer({ messages: 10 });
    const { lock_id } = await hold(4);
    await end({});
    await release(lock_id);
    expect(await figures()).toBeNull();
    await grant({ included_grant: 7 });
    expect(await left()).toBe(7);
  });

  it("does not forget what an edit did between", async () => {
    await customer({ messages: 10 });
    const { lock_id } = await hold(4);
    await change({ add_to_balance: 100 });
    await release(lock_id);
    expect(await left()).toBe(110);
  });
});

describe("check with a lock", () => {
  it("holds nothing when it is denied", async () => {
    await customer({ messages: 3 });
    const { lock_id, answer } = await hold(4);
    expect(answer).toMatchObject({ allowed: false, balance: { remaining: 3 } });
    expect(answer.lock_id).toBeUndefined();
    expect(await events()).toBe(0);
    await expect(release(lock_id)).rejects.toMatchObject(notFound);
  });

  it("lets one of many callers have a name, and takes it once", async () => {
    await customer({ messages: 100 });
    const lock = { enabled: true, lock_id: `${desk.customer_id}-same` };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => check({ required_balance: 5, lock })),
    );
    const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toHaveLength(7);
    for (const error of refused) expect(error).toMatchObject({ reason: "lock_already_exists" });
    expect(await left()).toBe(95);
    await release(lock.lock_id);
    expect(await check({ required_balance: 5, lock })).toMatchObject({ allowed: true });
  });

  it("never gives one name to two customers of an environment", async () => {
    const first = await customer({ messages: 10 });
    const second = await customer({ messages: 10 });
    const lock = { enabled: true, lock_id: `${first}-shared` };
    const outcomes = await Promise.allSettled(
      [first, second].map((customer_id) => check({ customer_id, required_balance: 5, lock })),
    );
    const won = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const lost = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(won).toMatchObject([{ allowed: true }]);
    expect(lost).toMatchObject([{ reason: "lock_already_exists" }]);
    await release(lock.lock_id);
  });

  it("makes up a name and answers it", async () => {
    await customer({ messages: 10 });
    const { lock_id } = await check({ required_balance: 2, lock: { enabled: true } });
    expect(lock_id).toMatch(/./);
    await release(lock_id ?? "");
    expect(await left()).toBe(10);
  });

  it("holds what there is with cap, and all of it with overflow", async () => {
    await customer({ messages: 3 });
    const named = (n: number) => `${desk.customer_id}-${n}`;
    const lock = (n: number, overage_behavior: string) => ({
      required_balance: 5,
      lock: { enabled: true, lock_id: named(n), overage_behavior },
    });
    expect(await check(lock(1, "cap"))).toMatchObject({ allowed: true, balance: { remaining: 0 } });
    expect(await check(lock(2, "cap"))).toMatchObject({ allowed: false });
    await release(named(1));
    expect(await left()).toBe(3);
    expect(await check(lock(3, "overflow"))).toMatchObject({ allowed: true });
    expect(await figures()).toEqual({ granted: 3, usage: 5, remaining: 0 });
    await release(named(3));
    expect(await figures()).toEqual({ granted: 3, usage: 0, remaining: 3 });
  });

  it.each<[string, Record<string, unknown>]>([
    ["seats", { feature_id: "seats" }],
    ["a boolean feature", { feature_id: "export" }],
    ["units below zero", { required_balance: -1 }],
    ["an expiry in the past", { lock: { enabled: true, lock_id: "x", expires_at: 1000 } }],
    [
      "an expiry beyond a day",
      { lock: { enabled: true, lock_id: "x", expires_at: Date.UTC(2026, 5, 2, 0, 0, 1) } },
    ],
    ["a name that is too long", { lock: { enabled: true, lock_id: "x".repeat(257) } }],
    ["a lock that is not enabled", { lock: { enabled: false, lock_id: "x" } }],
  ])("refuses %s", async (_what, extra) => {
    freezeClock(new Date(Date.UTC(2026, 5, 1)));
    await customer({ messages: 10, seats: 3 });
    const lock = { enabled: true, lock_id: `${desk.customer_id}-refused` };
    await expect(check({ lock, ...extra })).rejects.toThrow(/lock|hold/i);
    expect(await events()).toBe(0);
  });

  it("is a command, which publishable keys cannot give", () => {
    const { kind } = checkOperation.spec;
    const parsed = checkOperation.spec.input.parse({
      customer_id: "ana",
      feature_id: "messages",
      lock: { enabled: true, lock_id: "a" },
    });
    expect(typeof kind === "function" ? kind(parsed) : kind).toBe("command");
  });
});

describe("track with a lock", () => {
  it("holds what it took", async () => {
    await customer({ messages: 5 });
    const lock = { enabled: true, lock_id: `${desk.customer_id}-t` };
    expect(await track({ value: 8, lock })).toMatchObject({
      value: 8,
      lock_id: lock.lock_id,
      deductions: [{ value: 5 }],
    });
    await expect(track({ value: 1, lock })).rejects.toMatchObject({
      reason: "lock_already_exists",
    });
    await confirm(lock.lock_id, 2);
    expect(await left()).toBe(3);
    expect(await eventValues()).toEqual([5, -3]);
  });

  it("refuses an event of several features, seats, and units below zero", async () => {
    await customer({ messages: 5, words: 5, seats: 5 });
    const lock = { enabled: true };
    await expect(track({ event_name: "message.sent", lock })).rejects.toThrow(/several features/);
    await expect(track({ feature_id: "seats", lock })).rejects.toThrow(/not used up/);
    await expect(track({ value: -1, lock })).rejects.toThrow(/0 or more/);
    expect(await events()).toBe(0);
  });
});
