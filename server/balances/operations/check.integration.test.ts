import { expect, it } from "vitest";
import { freezeClock } from "../../platform/clock";
import { balanceDesk } from "../../testing/balance-desk";

const { check, customer, events, grant, track } = balanceDesk();

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
