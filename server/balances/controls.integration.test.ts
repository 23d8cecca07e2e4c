import { beforeAll, describe, expect, it } from "vitest";
import { attach } from "../billing/operations/attach";
import { createPlan } from "../catalog/operations/create-plan";
import { updatePlan } from "../catalog/operations/update-plan";
import { getCustomer } from "../customers/operations/get-customer";
import { updateCustomer } from "../customers/operations/update-customer";
import { createEntity } from "../entities/operations/create-entity";
import { updateEntity } from "../entities/operations/update-entity";
import { freezeClock } from "../platform/clock";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { balanceDesk } from "../testing/balance-desk";
import { call } from "../testing/ctx";
import { domainExample } from "../testing/domain-example";

const { change, check, customer, desk, feature, figures, grant, track } = balanceDesk();

type Body = Record<string, unknown>;

const control = (billing_controls: Body) =>
  call(updateCustomer, "customers.update", desk.tenant, {
    customer_id: desk.customer_id,
    billing_controls,
  });
const usageLimit = (limit: number, more: Body = {}) =>
  control({ usage_limits: [{ feature_id: "messages", limit, interval: "month", ...more }] });
const shown = async () =>
  (await call(getCustomer, "customers.get", desk.tenant, { customer_id: desk.customer_id }))
    .billing_controls;
const seat = (entity_id: string, billing_controls: Body = {}) =>
  call(createEntity, "entities.create", desk.tenant, {
    customer_id: desk.customer_id,
    entity_id,
    feature_id: "seats",
    billing_controls,
  });

interface Told {
  type: string;
  payload: Body;
}

/** What others were told of the customer, in an order of its own. */
async function told(): Promise<Told[]> {
  const rows = await db().query<Told>(sql`
    SELECT o.type, o.payload FROM outbox o
      JOIN customer c ON c.env_id = o.env_id AND c.id = o.customer_id
    WHERE o.env_id = ${desk.tenant.envId} AND c.external_id = ${desk.customer_id}`);
  return these(...rows);
}

/** Events in the order of {@link told}. */
function these(...events: Told[]): Told[] {
  const key = ({ type, payload }: Told) =>
    [
      type,
      payload.entity_id,
      ...Object.values(payload.usage_alert ?? {})
        .map(String)
        .sort(),
    ].join();
  return [...events].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
const reached = (limit_type: string, more: Body = {}) => ({
  type: "balances.limit_reached",
  payload: { customer_id: desk.customer_id, feature_id: "messages", limit_type, ...more },
});
const alerted = (usage_alert: Body, more: Body = {}) => ({
  type: "balances.usage_alert_triggered",
  payload: { customer_id: desk.customer_id, feature_id: "messages", usage_alert, ...more },
});

describe("a usage limit", () => {
  it("E71: clamps use beyond it with 200 and leaves the balance", async () => {
    const { given, when, then } = domainExample<
      { included: number; usage_limit: string },
      { track: number[] },
      { applied: number[]; remaining: number }
    >("E71");
    await customer({ messages: given.included });
    await usageLimit(Number.parseInt(given.usage_limit, 10));
    const applied: number[] = [];
    for (const value of when.track) {
      const { deductions } = await track({ value });
      applied.push(deductions.reduce((total, one) => total + one.value, 0));
    }
    expect(applied).toEqual(then.applied);
    expect(await figures()).toMatchObject({ remaining: then.remaining });
    expect((await shown()).usage_limits).toMatchObject([
      { limit: 5, usage: 5, source: "customer" },
    ]);
    expect(await told()).toEqual(these(reached("usage_limit")));
  });

  it("E48: is ignored by overflow, which it counts all the same", async () => {
    const { given, when, then } = domainExample<
      { included: number; usage_limit: number; window_usage: number },
      { track: number; overage_behavior: string },
      { usage: number; remaining: number; window_usage: number }
    >("E48");
    await customer({ messages: given.included });
    await usageLimit(given.usage_limit);
    await track({ value: given.window_usage });
    await track({ value: when.track, overage_behavior: when.overage_behavior });
    expect(await figures()).toMatchObject({ usage: then.usage, remaining: then.remaining });
    expect((await shown()).usage_limits).toMatchObject([{ usage: then.window_usage }]);
  });

  it("refuses a check and a spending check beyond it, and gives headroom back on a refund", async () => {
    await customer({ messages: 100 });
    await usageLimit(5);
    expect(await check({ required_balance: 6 })).toMatchObject({ allowed: false });
    expect(await check({ required_balance: 6, send_event: true })).toMatchObject({
      allowed: false,
    });
    expect(await check({ required_balance: 5, send_event: true })).toMatchObject({ allowed: true });
    expect(await check({})).toMatchObject({ allowed: false });
    await track({ value: -2 });
    expect(await check({ required_balance: 2 })).toMatchObject({ allowed: true });
    expect(await check({ required_balance: 3 })).toMatchObject({ allowed: false });
  });

  it("gives the difference when it is raised, and counts afresh in the next window", async () => {
    freezeClock(new Date("2026-03-30T10:00:00Z"));
    await customer({ messages: 100 });
    await usageLimit(5, { anchor: "utc" });
    await track({ value: 9 });
    await usageLimit(7, { anchor: "utc" });
    await track({ value: 9 });
    expect(await figures()).toMatchObject({ usage: 7 });
    freezeClock(new Date("2026-04-01T00:00:00Z"));
    await track({ value: 9 });
    expect(await figures()).toMatchObject({ usage: 14 });
  });

  it("counts only events that its filter lets through, compared as text", async () => {
    await customer({ messages: 100 });
    await usageLimit(2, { filter: { properties: { tier: 1 } } });
    await track({ value: 5, properties: { tier: "1" } });
    await track({ value: 5, properties: { tier: 2 } });
    await track({ value: 5 });
    expect(await figures()).toMatchObject({ usage: 12 });
    expect(await told()).toEqual(
      these(reached("usage_limit", { filter: { properties: { tier: "1" } } })),
    );
  });

  it("of an entity has its own counter, an inherited one shares the customer's", async () => {
    await customer({ messages: 100, seats: 5 });
    await usageLimit(6);
    await seat("own", {
      usage_limits: [{ feature_id: "messages", limit: 4, interval: "month" }],
    });
    await seat("shared");
    await track({ value: 9, entity_id: "own" });
    await track({ value: 5, entity_id: "shared" });
    await track({ value: 5 });
    expect(await figures()).toMatchObject({ usage: 10 });
    expect((await shown()).usage_limits).toMatchObject([{ limit: 6, usage: 6 }]);
    const own = await call(updateEntity, "entities.update", desk.tenant, {
      customer_id: desk.customer_id,
      entity_id: "own",
    });
    expect(own.billing_controls.usage_limits).toMatchObject([
      { limit: 4, usage: 4, source: "entity" },
    ]);
    expect(await told()).toEqual(
      these(reached("usage_limit", { entity_id: "own" }), reached("usage_limit")),
    );
  });

  it("has its counter set by a request, alone or with the limit, as a read gave it", async () => {
    await customer({ messages: 100 });
    await usageLimit(5);
    await track({ value: 4 });
    await control(await shown());
    expect((await shown()).usage_limits).toMatchObject([{ limit: 5, usage: 4 }]);
    const set = (more: Body) =>
      control({ usage_limits: [{ feature_id: "messages", usage: 1, ...more }] });
    await set({});
    expect(await check({ required_balance: 4 })).toMatchObject({ allowed: true });
    expect(await check({ required_balance: 5 })).toMatchObject({ allowed: false });
    const filter = { properties: { tier: 1 } };
    await expect(set({ filter })).rejects.toThrow(/billing_controls\.usage_limits\.0/);
    await expect(set({ limit: 5 })).rejects.toThrow(/interval/);
    expect((await shown()).usage_limits).toMatchObject([{ limit: 5, usage: 1 }]);
  });

  it("is exact under 50 tracks at once, and tells of it once", async () => {
    await customer({ messages: 100 });
    await usageLimit(5);
    await Promise.all(Array.from({ length: 50 }, () => track({ value: 1 })));
    expect(await figures()).toMatchObject({ usage: 5 });
    expect((await shown()).usage_limits).toMatchObject([{ usage: 5 }]);
    expect(await told()).toEqual(these(reached("usage_limit")));
  });

  it("holds whichever side of it a change of the limit falls while tracks are under way", async () => {
    await customer({ messages: 1000 });
    const tracks = Array.from({ length: 40 }, () => track({ value: 1 }));
    await Promise.all([...tracks, usageLimit(0)]);
    const before = await figures();
    await track({ value: 1 });
    expect(await figures()).toEqual(before);
  });
});

describe("the limits of a credit system", () => {
  beforeAll(async () => {
    await feature({
      feature_id: "credits",
      type: "credit_system",
      credit_schema: [{ metered_feature_id: "messages", credit_cost: 2 }],
    });
  });

  it("count credits, while those of a member count its units, whoever pays", async () => {
    await customer({ messages: 3, credits: 100 });
    const monthly = (feature_id: string, limit: number) => ({
      feature_id,
      limit,
      interval: "month",
    });
    await control({ usage_limits: [monthly("credits", 10), monthly("messages", 7)] });
    await track({ value: 5 });
    expect((await shown()).usage_limits).toMatchObject([{ usage: 4 }, { usage: 5 }]);
    await track({ value: 9 });
    expect((await shown()).usage_limits).toMatchObject([{ usage: 8 }, { usage: 7 }]);
    expect(await told()).toEqual(these(reached("usage_limit")));
    await control({ usage_limits: [monthly("credits", 10)] });
    const { deductions } = await track({ value: 9 });
    expect(deductions).toMatchObject([{ feature_id: "credits", value: 2 }]);
    expect(await check()).toMatchObject({ allowed: false });
    expect(await told()).toEqual(
      these(reached("usage_limit"), reached("usage_limit", { feature_id: "credits" })),
    );
  });

  it("let a feature reach its own only once the credits are gone too", async () => {
    await customer({ messages: 3, credits: 4 });
    await track({ value: 3 });
    expect(await told()).toEqual([]);
    await track({ value: 2 });
    expect(await told()).toEqual(these(reached("included", { feature_id: "credits" })));
  });
});

describe("overage", () => {
  it("is allowed or stopped by overage_allowed", async () => {
    await customer({ messages: 10 });
    await control({ overage_allowed: [{ feature_id: "messages", enabled: true }] });
    expect(await check({ required_balance: 50 })).toMatchObject({ allowed: true });
    await track({ value: 15 });
    expect(await figures()).toMatchObject({ usage: 15, remaining: 0 });
    await control({ overage_allowed: [{ feature_id: "messages", enabled: false }] });
    expect(await check()).toMatchObject({ allowed: false });
    await track({ value: 5 });
    expect(await figures()).toMatchObject({ usage: 15 });
  });

  it("E68: ends at the spend limit, and what remains is never below zero", async () => {
    const { given, when, then } = domainExample<
      { included: number; overage_limit: number },
      { usage: number },
      { check_allowed: boolean; remaining: number }
    >("E68");
    await customer({ messages: given.included });
    await control({
      overage_allowed: [{ feature_id: "messages", enabled: true }],
      spend_limits: [{ feature_id: "messages", enabled: true, overage_limit: given.overage_limit }],
    });
    await track({ value: when.usage - 1 });
    expect(await check()).toMatchObject({ allowed: true });
    await track({ value: 1 });
    expect((await check()).allowed).toBe(then.check_allowed);
    expect(await figures()).toMatchObject({ usage: when.usage, remaining: then.remaining });
    expect(await told()).toEqual(these(reached("spend_limit")));
  });

  it("E70: in percent is of the main plan alone, without its add-ons", async () => {
    const { given, when, then } = domainExample<
      { main: number; add_on: number; percent: number },
      { track: number },
      { overage_cap: number; usage: number }
    >("E70");
    const plan = (plan_id: string, included: number, add_on: boolean) =>
      call(createPlan, "plans.create", desk.tenant, {
        plan_id,
        name: plan_id,
        add_on,
        items: [{ feature_id: "messages", included, reset: { interval: "month" } }],
      });
    await plan("base", given.main, false);
    await plan("more", given.add_on, true);
    await customer();
    for (const plan_id of ["base", "more"]) {
      await call(attach, "billing.attach", desk.tenant, { customer_id: desk.customer_id, plan_id });
    }
    await control({
      overage_allowed: [{ feature_id: "messages", enabled: true }],
      spend_limits: [
        {
          feature_id: "messages",
          enabled: true,
          limit_type: "usage_percentage",
          overage_limit: given.percent,
        },
      ],
    });
    await track({ value: when.track + 100 });
    expect(await figures()).toMatchObject({ usage: then.usage, remaining: 0 });
    expect(then.usage - given.main - given.add_on).toBe(then.overage_cap);
  });
});

describe("a reached limit", () => {
  it("E77: is told of when the last thousandth is used, not before", async () => {
    const { given, when, then } = domainExample<
      { included: number },
      { track: number[] },
      { webhook_after: boolean[]; limit_type: string }
    >("E77");
    await customer({ messages: given.included });
    const after: boolean[] = [];
    for (const value of when.track) {
      await track({ value });
      after.push((await told()).length > 0);
    }
    expect(after).toEqual(then.webhook_after);
    await track({ value: 1 });
    await check();
    expect(await told()).toEqual(these(reached(then.limit_type)));
  });

  it("is told of again after more was granted, and by a spending check too", async () => {
    await customer({ messages: 1 });
    await check({ send_event: true });
    await grant({ included_grant: 2 });
    await check({ required_balance: 2, send_event: true });
    expect(await told()).toEqual(these(reached("included"), reached("included")));
  });

  it("by an entity's use tells of the entity alone", async () => {
    await customer({ messages: 3, seats: 5 });
    await seat("one");
    await track({ value: 3, entity_id: "one" });
    expect(await told()).toEqual(these(reached("included", { entity_id: "one" })));
  });
});

describe("a usage alert", () => {
  const alerts = (...usage_alerts: Body[]) =>
    control({ usage_alerts: usage_alerts.map((one) => ({ feature_id: "messages", ...one })) });

  it("fires once at its crossing and carries its name", async () => {
    await customer({ messages: 1000 });
    const eighty = { threshold: 80, threshold_type: "usage_percentage" };
    await alerts({ ...eighty, name: "nearly" }, { threshold: 100, threshold_type: "remaining" });
    await track({ value: 799 });
    expect(await told()).toEqual([]);
    await track({ value: 1 });
    await track({ value: 100 });
    expect(await told()).toEqual(
      these(
        alerted({ ...eighty, name: "nearly" }),
        alerted({ threshold: 100, threshold_type: "remaining" }),
      ),
    );
  });

  it("fires once under parallel tracks, and a repeat within a minute is none", async () => {
    freezeClock(new Date("2026-03-30T10:00:00Z"));
    await customer({ messages: 100 });
    await alerts({ threshold: 10, threshold_type: "usage" });
    await Promise.all(Array.from({ length: 30 }, () => track({ value: 1 })));
    expect(await told()).toHaveLength(1);
    freezeClock(new Date("2026-03-30T10:00:59Z"));
    await track({ value: -25 });
    await track({ value: 25 });
    expect(await told()).toHaveLength(1);
    freezeClock(new Date("2026-03-30T10:01:01Z"));
    await track({ value: -25 });
    await track({ value: 25 });
    expect(await told()).toHaveLength(2);
  });

  it("without a feature watches every feature; a switched-off one watches none", async () => {
    await customer({ messages: 100, words: 100 });
    await control({
      usage_alerts: [
        { threshold: 10, threshold_type: "usage" },
        { threshold: 5, threshold_type: "usage", enabled: false },
      ],
    });
    await track({ event_name: "message.sent", value: 10 });
    const features = (await told()).map(({ payload }) => payload.feature_id);
    expect(features.sort()).toEqual(["messages", "words"]);
  });

  it("of an entity watches the entity, beside the customer's on the whole", async () => {
    await customer({ seats: 5 });
    await seat("one", {
      usage_alerts: [{ feature_id: "messages", threshold: 5, threshold_type: "usage" }],
    });
    await grant({ included_grant: 50, entity_id: "one" });
    await alerts({ threshold: 5, threshold_type: "usage" });
    await track({ value: 5, entity_id: "one" });
    expect(await told()).toEqual(
      these(
        alerted({ threshold: 5, threshold_type: "usage" }, { entity_id: "one" }),
        alerted({ threshold: 5, threshold_type: "usage" }),
      ),
    );
  });

  it("on a usage limit watches its counter", async () => {
    await customer({ messages: 100 });
    await usageLimit(4);
    await alerts({ threshold: 50, threshold_type: "usage_percentage", basis: "usage_limit" });
    await track({ value: 2 });
    expect(await told()).toMatchObject([{ type: "balances.usage_alert_triggered" }]);
  });
});

describe("an edit of a balance", () => {
  it("tells of what it reached, as a use would, but counts in no usage limit", async () => {
    await customer({ messages: 100 });
    await usageLimit(5);
    await control({
      usage_alerts: [{ feature_id: "messages", threshold: 50, threshold_type: "usage" }],
    });
    await change({ usage: 60 });
    expect((await shown()).usage_limits).toMatchObject([{ usage: 0 }]);
    await change({ remaining: 0 });
    expect(await told()).toEqual(
      these(alerted({ threshold: 50, threshold_type: "usage" }), reached("included")),
    );
  });
});

describe("an automatic top-up", () => {
  const topups = async () =>
    db().query<{ asked: boolean }>(sql`
      SELECT t.requested_at IS NOT NULL AS asked FROM topup_state t
        JOIN customer c ON c.env_id = t.env_id AND c.id = t.customer_id
      WHERE t.env_id = ${desk.tenant.envId} AND c.external_id = ${desk.customer_id}`);
  const atTen = { feature_id: "messages", enabled: true, threshold: 10, quantity: 100 };
  const sold = {
    feature_id: "messages",
    price: { amount: 10, interval: "one_off", billing_method: "prepaid", billing_units: 100 },
  } as const;

  /** On a plan that sells messages once. Such plans are bought, which these tests cannot. */
  async function holdSelling(feature_id = "messages"): Promise<void> {
    await customer({ messages: 20, [feature_id]: 20 });
    const plan_id = `selling_${desk.customer_id}`;
    await call(createPlan, "plans.create", desk.tenant, { plan_id, name: plan_id });
    await call(attach, "billing.attach", desk.tenant, { customer_id: desk.customer_id, plan_id });
    await call(updatePlan, "plans.update", desk.tenant, {
      plan_id,
      items: [{ ...sold, feature_id }],
    });
  }

  it("is asked for once the balance is down at the threshold, and then not for a while", async () => {
    await holdSelling();
    await control({ auto_topups: [atTen] });
    await track({ value: 9 });
    expect(await topups()).toEqual([]);
    await track({ value: 1 });
    expect(await topups()).toEqual([{ asked: true }]);
  });

  it("is asked for by a mere check, but not by an edit", async () => {
    await holdSelling();
    await control({ auto_topups: [atTen] });
    await change({ remaining: 5 });
    expect(await topups()).toEqual([]);
    await check();
    expect(await topups()).toEqual([{ asked: true }]);
  });

  it("is asked for as soon as it is switched on", async () => {
    await holdSelling();
    await track({ value: 15 });
    await control({ auto_topups: [{ ...atTen, enabled: false }] });
    expect(await topups()).toEqual([]);
    await control({ auto_topups: [atTen] });
    expect(await topups()).toEqual([{ asked: true }]);
  });

  it("of credits that are used up is asked for by a track or a check of what they pay for", async () => {
    await feature({
      feature_id: "topped_credits",
      type: "credit_system",
      credit_schema: [{ metered_feature_id: "messages", credit_cost: 2 }],
    });
    for (const use of [() => track({ value: 1 }), () => check()]) {
      await holdSelling("topped_credits");
      await control({ auto_topups: [{ ...atTen, feature_id: "topped_credits", threshold: 0 }] });
      await change({ feature_id: "topped_credits", remaining: 0 });
      await change({ remaining: 0 });
      expect(await topups()).toEqual([]);
      await use();
      expect(await topups()).toEqual([{ asked: true }]);
    }
  });

  it("is not asked for where no plan sells the feature once", async () => {
    await customer({ messages: 5 });
    await control({ auto_topups: [atTen] });
    await check();
    await track({ value: 1 });
    expect(await topups()).toEqual([]);
  });
});

describe("the controls of a plan", () => {
  beforeAll(async () => {
    await call(createPlan, "plans.create", desk.tenant, {
      plan_id: "limited",
      name: "Limited",
      items: [{ feature_id: "messages", included: 100, reset: { interval: "month" } }],
      billing_controls: {
        usage_limits: [{ feature_id: "messages", limit: 5, interval: "day" }],
        usage_alerts: [{ feature_id: "messages", threshold: 3, threshold_type: "usage" }],
      },
    });
  });

  it("count for those who hold it until they set their own", async () => {
    await customer();
    await call(attach, "billing.attach", desk.tenant, {
      customer_id: desk.customer_id,
      plan_id: "limited",
    });
    await track({ value: 9 });
    expect(await figures()).toMatchObject({ usage: 5 });
    expect(await shown()).toMatchObject({
      usage_limits: [{ feature_id: "messages", limit: 5, usage: 5, source: "plan" }],
      usage_alerts: [{ threshold: 3, source: "plan" }],
    });
    expect(await told()).toEqual(
      these(reached("usage_limit"), alerted({ threshold: 3, threshold_type: "usage" })),
    );
    await usageLimit(8, { interval: "day" });
    await track({ value: 9 });
    expect(await figures()).toMatchObject({ usage: 8 });
    expect((await shown()).usage_limits).toMatchObject([
      { limit: 8, usage: 8, source: "customer" },
    ]);
  });
});
