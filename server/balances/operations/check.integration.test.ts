import { beforeAll, describe, expect, it } from "vitest";
import { freezeClock } from "../../platform/clock";
import { balanceDesk } from "../../testing/balance-desk";

const { check, customer, events, feature, grant, track } = balanceDesk();

it("allows, denies at zero and changes nothing", async () => {
  await customer({ messages: 1 });
  expect(await check()).toMatchObject({
    allowed: true,
    required_balance: 1,
    balance: { remaining: 1 },
    flag: null,
  });
  await track({});
  expect(await check()).toMatchObject({
    allowed: false,
    balance: { remaining: 0, usage: 1 },
  });
  expect(await events()).toBe(1);
});

it("answers a boolean feature with its flag", async () => {
  await customer();
  expect(await check({ feature_id: "export" })).toMatchObject({
    allowed: false,
    balance: null,
    flag: null,
  });
  await grant({ feature_id: "export" });
  expect(await check({ feature_id: "export" })).toMatchObject({
    allowed: true,
    balance: null,
    flag: { feature_id: "export", plan_id: null },
  });
});

it("asks for nothing, or for less, wherever there is a balance at all", async () => {
  await customer();
  expect(await check({ required_balance: 0 })).toMatchObject({ allowed: false });
  expect(await check({ required_balance: -1 })).toMatchObject({ allowed: false });
  await grant({ included_grant: 2 });
  await track({ value: 2 });
  expect(await check({ required_balance: 0 })).toMatchObject({ allowed: true });
  expect(await check({ required_balance: -1 })).toMatchObject({ allowed: true });
  const back = { required_balance: -1, send_event: true };
  expect(await check(back)).toMatchObject({ allowed: true, balance: { remaining: 1, usage: 1 } });
  expect(await events()).toBe(2);
});

it("has nothing to spend of a boolean feature", async () => {
  await customer();
  await grant({ feature_id: "export" });
  await expect(check({ feature_id: "export", send_event: true })).rejects.toMatchObject({
    kind: "invalid_request",
    reason: "invalid_inputs",
  });
});

it("spends with send_event, or nothing at all", async () => {
  await customer({ messages: 5 });
  const spend = { required_balance: 3, send_event: true };
  expect(await check(spend)).toMatchObject({ allowed: true, balance: { remaining: 2 } });
  expect(await check(spend)).toMatchObject({ allowed: false, balance: { remaining: 2 } });
  expect(await events()).toBe(1);
});

it("resets when a month has passed, in passing and without a job", async () => {
  await customer();
  await grant({ feature_id: "messages", included_grant: 100, reset: { interval: "month" } });
  await track({ value: 40 });
  freezeClock(new Date(Date.now() + 70 * 86_400_000));
  expect(await check()).toMatchObject({
    balance: { remaining: 100, usage: 0 },
  });
  expect(await track({ value: 1 })).toMatchObject({
    balance: { remaining: 99, usage: 1 },
  });
});

it("says why it is denied, and how much would lift it", async () => {
  await customer({ messages: 3 });
  expect((await check({ required_balance: 3 })).denial).toBeUndefined();
  expect((await check({ required_balance: 5 })).denial).toEqual({
    reason: "included",
    message: "2 more messages needed than the balance holds.",
    missing: 2,
  });
  expect((await check({ feature_id: "words" })).denial).toMatchObject({
    reason: "no_balance",
    missing: 1,
  });
  expect((await check({ feature_id: "export" })).denial).toMatchObject({
    reason: "no_balance",
    missing: null,
  });
});

describe("a member of a credit system", () => {
  beforeAll(async () => {
    for (const [feature_id, credit_cost] of [
      ["cheap", 0.2],
      ["dear", 5],
    ] as const) {
      await feature({
        feature_id,
        type: "credit_system",
        credit_schema: [{ metered_feature_id: "messages", credit_cost }],
      });
    }
  });

  it("is answered by its own balance while that suffices, then by credits", async () => {
    await customer({ messages: 5, cheap: 1, dear: 100 });
    expect(await check({ required_balance: 5 })).toMatchObject({
      required_balance: 5,
      balance: { feature_id: "messages" },
    });
    expect(await check({ required_balance: 6 })).toMatchObject({
      allowed: true,
      required_balance: 30,
      balance: { feature_id: "dear", remaining: 100 },
    });
  });

  it("spends over both what neither has alone, and the denial counts credits", async () => {
    await customer({ messages: 5, cheap: 1 });
    expect(await check({ required_balance: 11, send_event: true })).toMatchObject({
      allowed: false,
      required_balance: 2.2,
      balance: { feature_id: "cheap", remaining: 1 },
      denial: { reason: "included", missing: 0.2 },
    });
    expect(await events()).toBe(0);
    expect(await check({ required_balance: 10, send_event: true })).toMatchObject({
      allowed: true,
      required_balance: 2,
      balance: { feature_id: "cheap", remaining: 0 },
      balances: { messages: { remaining: 0 }, cheap: { remaining: 0 } },
    });
    expect(await check()).toMatchObject({ allowed: false, balance: { feature_id: "cheap" } });
  });

  it("is answered by the first system that is held when nothing suffices", async () => {
    await customer({ dear: 1 });
    expect(await check()).toMatchObject({
      allowed: false,
      required_balance: 5,
      balance: { feature_id: "dear" },
      denial: { missing: 4 },
    });
  });
});
