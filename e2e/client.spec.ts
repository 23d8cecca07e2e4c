import { expect, test } from "@playwright/test";
import type { Autumn } from "autumn-js";
import { bootstrapped } from "./installation";
import { type Calls, mounts, publishedClient } from "./published-client";

for (const { mount, tag, url } of mounts) {
  test.describe(`autumn-js on ${mount}`, () => {
    test.describe.configure({ mode: "serial" });
    const calls: Calls = new Set();
    const ids = {
      messages: `messages_${tag}`,
      seats: `seats_${tag}`,
      free: `free_${tag}`,
      addOn: `boost_${tag}`,
      customer: `customer_${tag}`,
    };
    let client: Autumn;

    test.beforeAll(() => {
      client = publishedClient(url, bootstrapped.secretKey, calls);
    });

    test("defines features", async () => {
      const created = await client.features.create({
        featureId: ids.messages,
        name: "Messages",
        type: "metered",
        consumable: true,
      });
      expect(created).toMatchObject({ id: ids.messages, type: "metered", consumable: true });
      await client.features.create({
        featureId: ids.seats,
        name: "Seats",
        type: "metered",
        consumable: false,
      });
      await client.features.update({ featureId: ids.messages, name: "Messages sent" });
      expect(await client.features.get({ featureId: ids.messages })).toMatchObject({
        name: "Messages sent",
      });
      await client.features.create({ featureId: `gone_${tag}`, name: "Gone", type: "boolean" });
      expect(await client.features.delete({ featureId: `gone_${tag}` })).toEqual({ success: true });
      const { list } = await client.features.list();
      const listed = list.map(({ id }) => id).filter((id) => id.endsWith(`_${tag}`));
      expect(listed.sort()).toEqual([ids.messages, ids.seats]);
    });

    test("defines plans, and versions them once somebody holds one", async () => {
      await client.plans.create({
        planId: ids.free,
        name: "Free",
        group: tag,
        autoEnable: true,
        items: [
          { featureId: ids.messages, included: 100, reset: { interval: "month" } },
          { featureId: ids.seats, included: 3 },
        ],
      });
      await client.plans.create({
        planId: ids.addOn,
        name: "Boost",
        addOn: true,
        items: [{ featureId: ids.messages, included: 10, reset: { interval: "month" } }],
      });
      const draft = await client.plans.update({ planId: ids.addOn, description: "More messages" });
      expect(draft).toMatchObject({ version: 1, description: "More messages", addOn: true });
      await client.plans.create({ planId: `gone_${tag}`, name: "Gone" });
      expect(await client.plans.delete({ planId: `gone_${tag}` })).toEqual({ success: true });
      const { list } = await client.plans.list();
      expect(list.map(({ id }) => id)).toEqual(expect.arrayContaining([ids.free, ids.addOn]));
      expect(list.map(({ id }) => id)).not.toContain(`gone_${tag}`);
    });

    test("creates a customer, who gets the free plan", async () => {
      const customer = await client.customers.getOrCreate({
        customerId: ids.customer,
        name: "Ana Lima",
        email: `ana@${tag}.example.com`,
      });
      expect(customer.balances[ids.messages]).toMatchObject({
        granted: 100,
        remaining: 100,
        usage: 0,
      });
      const again = await client.customers.getOrCreate({ customerId: ids.customer });
      expect(again).toMatchObject({ id: ids.customer, name: "Ana Lima" });
      expect(again.subscriptions.filter(({ planId }) => planId === ids.free)).toHaveLength(1);
      await client.customers.update({ customerId: ids.customer, name: "Ana Souza" });
      expect(await client.customers.get({ customerId: ids.customer })).toMatchObject({
        name: "Ana Souza",
      });
      const { list } = await client.customers.list({ search: `ana@${tag}` });
      expect(list.map(({ id }) => id)).toEqual([ids.customer]);
      const next = await client.plans.update({
        planId: ids.free,
        items: [
          { featureId: ids.messages, included: 200, reset: { interval: "month" } },
          { featureId: ids.seats, included: 3 },
        ],
      });
      expect(next.version).toBe(2);
      expect(await client.plans.get({ planId: ids.free, version: 1 })).toMatchObject({
        version: 1,
        items: [{ included: 100 }, { included: 3 }],
      });
      const kept = await client.customers.get({ customerId: ids.customer });
      expect(kept.balances[ids.messages]?.granted).toBe(100);
    });

    test("checks, tracks and is denied at 100", async () => {
      const ask = { customerId: ids.customer, featureId: ids.messages };
      expect(await client.check(ask)).toMatchObject({ allowed: true, balance: { remaining: 100 } });
      const tracked = await client.track({ ...ask, value: 60 });
      expect(tracked.balance).toMatchObject({ remaining: 40, usage: 60 });
      const spent = await client.check({ ...ask, requiredBalance: 40, sendEvent: true });
      expect(spent).toMatchObject({ allowed: true, balance: { remaining: 0 } });
      expect(await client.check(ask)).toMatchObject({ allowed: false, balance: { remaining: 0 } });
      const back = await client.track({ ...ask, value: -5 });
      expect(back.balance).toMatchObject({ remaining: 5, usage: 95 });
      await client.track({ ...ask, value: 5 });
    });

    test("grants, changes and ends balances", async () => {
      const ask = { customerId: ids.customer, featureId: ids.messages };
      await client.balances.create({ ...ask, includedGrant: 50, balanceId: "goodwill" });
      expect((await client.check(ask)).balance).toMatchObject({ granted: 150, remaining: 50 });
      await client.balances.update({ ...ask, balanceId: "goodwill", addToBalance: -20 });
      expect((await client.check(ask)).balance).toMatchObject({ remaining: 30 });
      await client.balances.delete({ ...ask, balanceId: "goodwill" });
      expect((await client.check(ask)).balance).toMatchObject({ granted: 100, remaining: 0 });
    });

    test("previews and attaches an add-on", async () => {
      const ask = { customerId: ids.customer, planId: ids.addOn };
      const preview = await client.billing.previewAttach(ask);
      expect(preview).toMatchObject({ total: 0, lineItems: [] });
      const before = await client.customers.get({ customerId: ids.customer });
      expect(before.balances[ids.messages]?.granted).toBe(100);
      expect(await client.billing.attach(ask)).toMatchObject({ paymentUrl: null });
      const after = await client.customers.get({ customerId: ids.customer });
      expect(after.balances[ids.messages]).toMatchObject({ granted: 110, remaining: 10 });
    });

    test("gives entities their seat, and takes it back", async () => {
      const seat = { customerId: ids.customer, entityId: "seat_1" };
      await client.entities.create({ ...seat, featureId: ids.seats, name: "Ben" });
      const seats = { customerId: ids.customer, featureId: ids.seats };
      expect((await client.check(seats)).balance).toMatchObject({ usage: 1, remaining: 2 });
      expect(await client.entities.get(seat)).toMatchObject({ id: "seat_1", name: "Ben" });
      expect(await client.entities.update(seat)).toMatchObject({ id: "seat_1" });
      const { list } = await client.entities.list({ customerId: ids.customer });
      expect(list.map(({ id }) => id)).toEqual(["seat_1"]);
      expect(await client.entities.delete(seat)).toEqual({ success: true });
      expect((await client.check(seats)).balance).toMatchObject({ usage: 0, remaining: 3 });
      await expect(client.entities.get(seat)).rejects.toMatchObject({ statusCode: 404 });
    });

    test("lists and sums the events", async () => {
      const ask = { customerId: ids.customer, featureId: ids.messages };
      const { list } = await client.events.list(ask);
      expect(list.map(({ value }) => value)).toEqual([5, -5, 40, 60]);
      const sums = await client.events.aggregate({ ...ask, range: "24h", binSize: "hour" });
      expect(sums.total[ids.messages]).toEqual({ count: 4, sum: 100 });
    });

    test("answers errors with their status and code", async () => {
      const unknown = client.check({ customerId: "nobody", featureId: ids.messages });
      await expect(unknown).rejects.toMatchObject({ statusCode: 404 });
      const stranger = publishedClient(url, "am_sk_test_unknown", calls);
      await expect(stranger.features.list()).rejects.toMatchObject({ statusCode: 401 });
      await client.plans.create({
        planId: `pro_${tag}`,
        name: "Pro",
        price: { amount: 20, interval: "month" },
      });
      const paid = client.billing.attach({ customerId: ids.customer, planId: `pro_${tag}` });
      await expect(paid).rejects.toMatchObject({
        statusCode: 400,
        body: expect.stringContaining("not_supported"),
      });
    });

    test("deletes the customer, whose id is free again", async () => {
      await client.customers.delete({ customerId: ids.customer });
      const gone = client.customers.get({ customerId: ids.customer });
      await expect(gone).rejects.toMatchObject({ statusCode: 404 });
      const fresh = await client.customers.getOrCreate({ customerId: ids.customer });
      expect(fresh.balances[ids.messages]).toMatchObject({ granted: 200, usage: 0 });
    });

    test("has called every operation but those of client-balances.spec.ts", () => {
      expect([...calls].sort()).toEqual(
        [
          ...["create", "get", "list", "update", "delete"].flatMap((verb) =>
            ["features", "plans", "entities"].map((noun) => `${noun}.${verb}`),
          ),
          ...["get_or_create", "get", "list", "update", "delete"].map((v) => `customers.${v}`),
          ...["create", "update", "delete", "check", "track"].map((v) => `balances.${v}`),
          "billing.attach",
          "billing.preview_attach",
          "events.list",
          "events.aggregate",
        ].sort(),
      );
    });
  });
}
