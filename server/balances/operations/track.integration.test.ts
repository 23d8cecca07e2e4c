import { expect, it } from "vitest";
import { balanceDesk } from "../../testing/balance-desk";

const { customer, events, track } = balanceDesk();

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
