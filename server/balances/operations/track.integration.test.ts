import { beforeAll, describe, expect, it } from "vitest";
import { attach } from "../../billing/operations/attach";
import { createPlan } from "../../catalog/operations/create-plan";
import { updateFeature } from "../../catalog/operations/update-feature";
import { getCustomer } from "../../customers/operations/get-customer";
import { updateCustomer } from "../../customers/operations/update-customer";
import { createEntity } from "../../entities/operations/create-entity";
import { listEvents } from "../../events/operations/list-events";
import { freezeClock, wallNow } from "../../platform/clock";
import { balanceDesk } from "../../testing/balance-desk";
import { call } from "../../testing/ctx";
import { domainExample } from "../../testing/domain-example";
import { givenFeature } from "../../testing/factory";

const { customer, desk, events, feature, grant, track } = balanceDesk();

const day = 86_400_000;

it("takes from the balance and says what it took", async () => {
  await customer({ messages: 10 });
  const answer = await track({ value: 3 });
  expect(answer).toMatchObject({
    value: 3,
    balance: { feature_id: "messages", granted: 10, usage: 3, remaining: 7 },
    deductions: [{ feature_id: "messages", value: 3 }],
  });
});

it("caps at zero and stores the event all the same", async () => {
  await customer({ messages: 2 });
  const answer = await track({ value: 5 });
  expect(answer).toMatchObject({ value: 5, balance: { remaining: 0, usage: 2 } });
  expect(answer.deductions).toMatchObject([{ value: 2 }]);
  expect(await events()).toBe(1);
});

it("gives back on a negative value, never beyond the grant", async () => {
  await customer({ messages: 10 });
  await track({ value: 4 });
  const answer = await track({ value: -9 });
  expect(answer.balance).toMatchObject({ remaining: 10, usage: 0 });
});

it("moves every feature that lists the event's name", async () => {
  await customer({ messages: 10, words: 20 });
  const answer = await track({ event_name: "message.sent", value: 2 });
  expect(answer.balances).toMatchObject({
    messages: { remaining: 8 },
    words: { remaining: 18 },
  });
  expect(await events()).toBe(2);
});

it("answers null and stores the event when the customer has no such balance", async () => {
  await customer();
  const answer = await track({});
  expect(answer).toMatchObject({ balance: null, deductions: [] });
  expect(await events()).toBe(1);
});

it("stores a use of nothing, and none of a switch", async () => {
  await customer({ messages: 5 });
  expect(await track({ value: 0 })).toMatchObject({ value: 0, balance: { remaining: 5 } });
  expect(await events()).toBe(1);
  expect(await track({ feature_id: "export" })).toMatchObject({ balance: null, deductions: [] });
  expect(await events()).toBe(1);
});

it("records what the customer lacks among the features of an event's name", async () => {
  await customer({ words: 5 });
  const answer = await track({ event_name: "message.sent", value: 2 });
  expect(answer.balances).toEqual({ words: expect.objectContaining({ remaining: 3 }) });
  expect(await events()).toBe(2);
});

it("goes on with a feature that was archived", async () => {
  await givenFeature(desk.tenant, { slug: "retired" });
  await customer({ retired: 5 });
  await call(updateFeature, "features.update", desk.tenant, {
    feature_id: "retired",
    archived: true,
  });
  expect(await track({ feature_id: "retired" })).toMatchObject({ balance: { remaining: 4 } });
});

it("takes a late report from the balance of now, and files it when it happened", async () => {
  await customer({ messages: 5 });
  const timestamp = Date.now() - 40 * 86_400_000;
  expect(await track({ timestamp })).toMatchObject({ balance: { remaining: 4 } });
  const { list } = await call(listEvents, "events.list", desk.tenant, {
    customer_id: desk.customer_id,
  });
  expect(list.map((event) => event.timestamp)).toEqual([timestamp]);
});

it("knows no entity of another customer", async () => {
  const other = await customer();
  await call(createEntity, "entities.create", desk.tenant, {
    customer_id: other,
    entity_id: `seat_of_${other}`,
    feature_id: "seats",
  });
  await customer({ messages: 1 });
  await expect(track({ entity_id: `seat_of_${other}` })).rejects.toMatchObject({
    reason: "entity_not_found",
  });
  expect(await events()).toBe(0);
});

it("takes 15 digits and ten decimals, and no more", async () => {
  await customer({ messages: 100_000 });
  expect(await track({ value: 12345.0123456789 })).toMatchObject({
    balance: { remaining: 87654.9876543211, usage: 12345.0123456789 },
  });
  for (const value of [1234567890123456, 123456.7890123456, 0.00000000001, 1e300]) {
    await expect(track({ value })).rejects.toThrow(/value/);
  }
  expect(await events()).toBe(1);
});

it("counts no unlimited use in usage limits", async () => {
  await customer();
  await grant({ unlimited: true });
  await call(updateCustomer, "customers.update", desk.tenant, {
    customer_id: desk.customer_id,
    billing_controls: { usage_limits: [{ feature_id: "messages", limit: 5, interval: "day" }] },
  });
  expect(await track({ value: 50 })).toMatchObject({ balance: { unlimited: true, usage: 50 } });
  const shown = await call(getCustomer, "customers.get", desk.tenant, {
    customer_id: desk.customer_id,
  });
  expect(shown.billing_controls).toMatchObject({ usage_limits: [{ limit: 5, usage: 0 }] });
});

it("records seats beyond a free grant, as the market expects", async () => {
  await customer({ seats: 5 });
  const answer = await track({ feature_id: "seats", value: 8 });
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
  await customer({ messages: 1 });
  await expect(track({ ...body })).rejects.toMatchObject({ reason });
  expect(await events()).toBe(0);
});

it("answers a late use again under its key when its time is long past", async () => {
  await customer({ messages: 10 });
  const now = wallNow().getTime();
  const late = { value: 2, timestamp: now - 360 * day };
  const first = await track(late, "late");
  freezeClock(new Date(now + 60 * day));
  expect(await track(late, "late")).toEqual(first);
  await expect(track(late, "another")).rejects.toMatchObject({ reason: "invalid_inputs" });
  expect(await events()).toBe(1);
});

describe("members of a credit system", () => {
  beforeAll(async () => {
    await feature({
      feature_id: "credits",
      type: "credit_system",
      credit_schema: [
        { metered_feature_id: "messages", credit_cost: 0.2 },
        { metered_feature_id: "words", credit_cost: 2 },
      ],
    });
  });

  it("take their own units first and the rest in credits", async () => {
    await customer({ messages: 5, credits: 200 });
    const answer = await track({ value: 12 });
    expect(answer).toMatchObject({
      value: 12,
      balance: { feature_id: "messages", remaining: 0, usage: 5 },
      balances: { messages: { remaining: 0 }, credits: { remaining: 198.6, usage: 1.4 } },
      deductions: [
        { feature_id: "messages", value: 5 },
        { feature_id: "credits", value: 1.4 },
      ],
    });
    expect(await events()).toBe(1);
    const back = await track({ value: -12 });
    expect(back.balances).toMatchObject({
      messages: { remaining: 5 },
      credits: { remaining: 200 },
    });
  });

  it("E59: show the credits where nothing else is held", async () => {
    type Then = { credits_deducted: number; remaining: number };
    const { given, when, then } = domainExample<
      { credits: number; cost: { premium: number } },
      { track_premium: number },
      Then
    >("E59");
    await givenFeature(desk.tenant, { slug: "premium" });
    await feature({
      feature_id: "premium_credits",
      type: "credit_system",
      credit_schema: [{ metered_feature_id: "premium", credit_cost: given.cost.premium }],
    });
    await customer({ premium_credits: given.credits });
    const answer = await track({ feature_id: "premium", value: when.track_premium });
    expect(answer).toMatchObject({
      balance: { feature_id: "premium_credits", remaining: then.remaining },
      deductions: [{ feature_id: "premium_credits", value: then.credits_deducted }],
    });
    expect(answer.balances).toBeUndefined();
  });

  it("share their credits when one event is about several", async () => {
    await customer({ credits: 10 });
    const answer = await track({ event_name: "message.sent", value: 4 });
    expect(answer).toMatchObject({ balance: { feature_id: "credits", remaining: 1.2 } });
    expect(answer.deductions).toMatchObject([{ value: 0.8 }, { value: 8 }]);
    const capped = await track({ event_name: "message.sent", value: 4 });
    expect(capped.deductions).toMatchObject([{ value: 0.8 }, { value: 0.4 }]);
    expect(await events()).toBe(4);
  });

  it("can be used up together with the system itself", async () => {
    await customer({ credits: 10 });
    await track({ feature_id: "credits", value: 3 });
    expect(await track({ feature_id: "words", value: 1 })).toMatchObject({
      balance: { feature_id: "credits", remaining: 5 },
    });
  });
});

it("answers an async track as any other, since it is stored by then", async () => {
  await customer({ messages: 10 });
  expect(await track({ async: true })).toMatchObject({ balance: { remaining: 9 } });
  expect(await events()).toBe(1);
});

it("books the rest below zero with overflow", async () => {
  await customer({ messages: 2 });
  const answer = await track({ value: 5, overage_behavior: "overflow" });
  expect(answer).toMatchObject({ balance: { remaining: 0, usage: 5 }, deductions: [{ value: 5 }] });
});

it("shows what a plan item's use costs", async () => {
  await customer();
  await call(createPlan, "plans.create", desk.tenant, {
    plan_id: "metered",
    name: "Metered",
    items: [
      {
        feature_id: "messages",
        included: 2,
        reset: { interval: "month" },
        price: {
          amount: 0,
          interval: "month",
          billing_method: "usage_based",
          billing_units: 10,
          max_purchase: 3,
        },
      },
    ],
  });
  await call(attach, "billing.attach", desk.tenant, {
    customer_id: desk.customer_id,
    plan_id: "metered",
  });
  const answer = await track({ value: 9 });
  expect(answer.balance).toMatchObject({
    usage: 5,
    overage_allowed: true,
    max_purchase: 3,
    breakdown: [
      {
        plan_id: "metered",
        price: { amount: 0, billing_units: 10, billing_method: "usage_based", max_purchase: 3 },
      },
    ],
  });
});

it.each([true, false])("says of overage what a control says: %s", async (enabled) => {
  await customer({ messages: 2, seats: 1 });
  const overage_allowed = [{ feature_id: "messages", enabled }];
  const who = { customer_id: desk.customer_id };
  await call(updateCustomer, "customers.update", desk.tenant, {
    ...who,
    billing_controls: { overage_allowed },
  });
  const answer = await track({ value: 5 });
  expect(answer.balance).toMatchObject({ overage_allowed: enabled, usage: enabled ? 5 : 2 });
  const { balances } = await call(getCustomer, "customers.get", desk.tenant, who);
  expect(balances.messages).toEqual(answer.balance);
  expect(balances.seats).toMatchObject({ overage_allowed: false });
});
