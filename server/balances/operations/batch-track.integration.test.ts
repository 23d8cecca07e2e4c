import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deleteCustomer } from "../../customers/operations/delete-customer";
import { freezeClock, wallNow } from "../../platform/clock";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { balanceDesk } from "../../testing/balance-desk";
import { call, callList } from "../../testing/ctx";
import { batchTrack } from "./batch-track";

const { customer, desk, events, figures } = balanceDesk();

const day = 86_400_000;

type Item = Parameters<typeof batchTrack>[1][number];
const send = (items: readonly unknown[], key?: string) =>
  callList(
    batchTrack,
    "balances.batch_track",
    desk.tenant,
    items,
    key === undefined ? {} : { key },
  );
const item = (extra: Record<string, unknown> = {}) => ({
  customer_id: desk.customer_id,
  feature_id: "messages",
  ...extra,
});

describe("balances.batch_track", () => {
  it("records every item as track would", async () => {
    await customer({ messages: 100, words: 50 });
    const answer = await send([
      item({ value: 3 }),
      { customer_id: desk.customer_id, event_name: "message.sent", value: 2 },
      item(),
    ]);
    expect(answer).toEqual({ success: true });
    expect(await figures()).toEqual({ granted: 100, usage: 6, remaining: 94 });
    expect(await events()).toBe(4);
  });

  it("takes 1,000 items of several customers, more than one batch holds", async () => {
    const names = [await customer({ messages: 400 }), await customer({ messages: 600 })];
    const items = Array.from({ length: 1000 }, (_, n) => item({ customer_id: names[n % 2] }));
    await send(items);
    expect(await figures()).toEqual({ granted: 600, usage: 500, remaining: 100 });
    expect(await events()).toBe(500);
  });

  it("keeps the order of one customer's items", async () => {
    await customer({ messages: 10 });
    await send([item({ value: 10 }), item({ value: -4 }), item({ value: 100 })]);
    expect(await figures()).toEqual({ granted: 10, usage: 10, remaining: 0 });
  });

  describe("refuses the whole call, naming the item", () => {
    it.each([
      ["an unknown customer", { customer_id: "nobody" }, "customer_not_found", "1: "],
      ["an unknown entity", { entity_id: "nothing" }, "entity_not_found", "1: "],
      ["an unknown feature", { feature_id: "nothing" }, "feature_not_found", "1: "],
      ["a time that is too old", { timestamp: 0 }, "invalid_inputs", "1: "],
    ])("for %s", async (_, wrong, reason, place) => {
      await customer({ messages: 10 });
      await expect(send([item(), item(wrong), item(wrong)])).rejects.toMatchObject({
        reason,
        message: expect.stringMatching(`^${place}`),
      });
      expect(await events()).toBe(0);
    });

    it("for a wrong shape, an empty list, too many, and no list", async () => {
      await customer({ messages: 10 });
      const path = (error: unknown) => (error as { issues: { path: unknown[] }[] }).issues[0]?.path;
      const refused = (body: unknown) =>
        send(body as Item[]).then(
          () => "stored",
          (error: unknown) => error,
        );
      expect(path(await refused([item(), { feature_id: "messages" }]))).toEqual([1, "customer_id"]);
      expect(path(await refused([]))).toEqual([]);
      expect(path(await refused(Array.from({ length: 1001 }, () => item())))).toEqual([]);
      expect(await refused(item())).toMatchObject({ reason: "invalid_inputs" });
      expect(await events()).toBe(0);
    });
  });

  describe("with an idempotency key", () => {
    it("stores nothing twice, and refuses the key for other items", async () => {
      await customer({ messages: 10 });
      const key = randomUUID();
      const items = [item({ value: 1 }), item({ value: 2 })];
      await Promise.all([send(items, key), send(items, key)]);
      expect(await send(items, key)).toEqual({ success: true });
      expect(await events()).toBe(2);
      await expect(send([item({ value: 1 }), item({ value: 3 })], key)).rejects.toMatchObject({
        reason: "duplicate_idempotency_key",
      });
    });

    it("of an item alone is refused, since it would not be kept", async () => {
      await customer({ messages: 10 });
      await expect(send([item({ idempotency_key: randomUUID() })])).rejects.toThrow(
        /idempotency_key/,
      );
      expect(await events()).toBe(0);
    });

    it("adds what is missing of a call that was stored in part", async () => {
      await customer({ messages: 10 });
      const key = randomUUID();
      const items = [item({ value: 1 }), item({ value: 2 })];
      await send(items, key);
      // As if the second item had not been reached: only its key is gone, so it counts once more.
      await db().query(sql`
        DELETE FROM idempotency WHERE env_id = ${desk.tenant.envId} AND key_hash = (
          SELECT key_hash FROM idempotency WHERE env_id = ${desk.tenant.envId} ORDER BY created_at DESC, key_hash LIMIT 1)`);
      await send(items, key);
      expect(await events()).toBe(3);
    });

    it("answers the repeat when the times are long past, and takes no other that late", async () => {
      await customer({ messages: 10 });
      const key = randomUUID();
      const now = wallNow().getTime();
      const late = item({ timestamp: now - 360 * day });
      await send([item(), late], key);
      freezeClock(new Date(now + 60 * day));
      expect(await send([item(), late], key)).toEqual({ success: true });
      await expect(send([item(), late], randomUUID())).rejects.toMatchObject({
        reason: "invalid_inputs",
        message: expect.stringMatching(/^1: timestamp/),
      });
      expect(await events()).toBe(2);
    });

    it("answers the repeat although a customer is gone since", async () => {
      await customer({ messages: 10 });
      const key = randomUUID();
      const items = [item()];
      await send(items, key);
      await call(deleteCustomer, "customers.delete", desk.tenant, {
        customer_id: desk.customer_id,
      });
      expect(await send(items, key)).toEqual({ success: true });
    });
  });
});
