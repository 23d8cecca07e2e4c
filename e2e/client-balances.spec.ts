import { expect, test } from "@playwright/test";
import type { Autumn } from "autumn-js";
import { bootstrapped } from "./installation";
import { type Calls, mounts, post, publishedClient } from "./published-client";

const { secretKey } = bootstrapped;

for (const { mount, tag, url } of mounts) {
  test.describe(`balances by autumn-js on ${mount}`, () => {
    test.describe.configure({ mode: "serial" });
    const calls: Calls = new Set();
    const ids = {
      replies: `${tag}_replies`,
      images: `${tag}_images`,
      credits: `${tag}_credits`,
      ai: `${tag}_ai`,
      tasks: `${tag}_tasks`,
      desks: `${tag}_desks`,
      plan: `team_${tag}`,
      customer: `credits_customer_${tag}`,
      limited: `limited_customer_${tag}`,
      crowd: `crowd_customer_${tag}`,
    };
    const replies = { customerId: ids.customer, featureId: ids.replies };
    const images = { customerId: ids.customer, featureId: ids.images };
    const tasks = { customerId: ids.limited, featureId: ids.tasks };
    let client: Autumn;

    test.beforeAll(() => {
      client = publishedClient(url, secretKey, calls);
    });

    /** What is left of the credits, as the customer's own page would say. */
    async function creditsLeft(): Promise<number | undefined> {
      const { balances } = await client.customers.get({ customerId: ids.customer });
      return balances[ids.credits]?.remaining;
    }

    test("defines credit systems", async () => {
      for (const [featureId, name] of [
        [ids.replies, "Replies"],
        [ids.images, "Images"],
        [ids.tasks, "Tasks"],
      ] as const) {
        await client.features.create({ featureId, name, type: "metered", consumable: true });
      }
      const created = await client.features.create({
        featureId: ids.credits,
        name: "Credits",
        type: "credit_system",
        creditSchema: [
          { meteredFeatureId: ids.replies, creditCost: 2 },
          {
            meteredFeatureId: ids.images,
            creditCost: 4,
            dimensions: { sharp: { match: { quality: "hd" }, creditCost: 8 } },
          },
        ],
      });
      expect(created).toMatchObject({ type: "credit_system", consumable: true });
      expect(await client.features.get({ featureId: ids.credits })).toMatchObject({
        creditSchema: [
          { meteredFeatureId: ids.replies, creditCost: 2 },
          {
            meteredFeatureId: ids.images,
            creditCost: 4,
            dimensions: { sharp: { match: { quality: "hd" }, creditCost: 8 } },
          },
        ],
      });
      const ai = await client.features.create({
        featureId: ids.ai,
        name: "AI credits",
        type: "ai_credit_system",
        defaultMarkup: 20,
        modelMarkups: { "custom/plain": { inputCost: 1000, outputCost: 2000, markup: 50 } },
      });
      expect(ai).toMatchObject({
        type: "ai_credit_system",
        defaultMarkup: 20,
        modelMarkups: { "custom/plain": { inputCost: 1000, outputCost: 2000, markup: 50 } },
      });
    });

    test("defines a plan with limits, and says what would unblock a customer", async () => {
      const created = await client.plans.create({
        planId: ids.plan,
        name: "Team",
        group: `team_${tag}`,
        items: [
          { featureId: ids.replies, included: 10, reset: { interval: "month" } },
          { featureId: ids.credits, included: 100, reset: { interval: "month" } },
          { featureId: ids.tasks, included: 100, reset: { interval: "month" } },
        ],
        billingControls: {
          usageLimits: [{ featureId: ids.tasks, limit: 5, interval: "month" }],
          spendLimits: [{ featureId: ids.replies, enabled: true, overageLimit: 20 }],
        },
      });
      expect(created.billingControls).toMatchObject({
        usageLimits: [{ featureId: ids.tasks, enabled: true, limit: 5, interval: "month" }],
        spendLimits: [{ featureId: ids.replies, enabled: true, overageLimit: 20 }],
      });
      await client.customers.getOrCreate({ customerId: ids.customer });
      const refused = await client.check({ ...images, withPreview: true });
      expect(refused).toMatchObject({
        allowed: false,
        balance: null,
        preview: { scenario: "feature_flag", featureId: ids.images, featureName: "Images" },
      });
      expect(refused.preview?.products.map(({ id }) => id)).toEqual([ids.plan]);
      await client.billing.attach({ customerId: ids.customer, planId: ids.plan });
      const allowed = await client.check({ ...images, withPreview: true });
      expect(allowed).toMatchObject({ allowed: true, balance: { featureId: ids.credits } });
      expect(allowed.preview).toBeUndefined();
    });

    test("takes own units first and credits for the rest", async () => {
      expect(await client.check(replies)).toMatchObject({
        allowed: true,
        requiredBalance: 1,
        balance: { featureId: ids.replies, remaining: 10 },
      });
      const tracked = await client.track({ ...replies, value: 13 });
      expect(tracked).toMatchObject({
        value: 13,
        balances: {
          [ids.replies]: { remaining: 0, usage: 10 },
          [ids.credits]: { remaining: 94, usage: 6 },
        },
        deductions: [
          { featureId: ids.replies, planId: ids.plan, value: 10 },
          { featureId: ids.credits, planId: ids.plan, value: 6 },
        ],
      });
      expect(await client.check(replies)).toMatchObject({
        allowed: true,
        requiredBalance: 2,
        balance: { featureId: ids.credits, remaining: 94 },
      });
      const plain = { ...images, requiredBalance: 23 };
      expect(await client.check(plain)).toMatchObject({ allowed: true, requiredBalance: 92 });
      expect(await client.check({ ...plain, requiredBalance: 24 })).toMatchObject({
        allowed: false,
        requiredBalance: 96,
      });
      const sharp = { ...images, properties: { quality: "hd" } };
      expect((await client.check({ ...sharp, requiredBalance: 11 })).allowed).toBe(true);
      const tooMuch = await client.check({ ...sharp, requiredBalance: 12, sendEvent: true });
      expect(tooMuch.allowed).toBe(false);
      expect(await creditsLeft()).toBe(94);
      const spent = await client.check({ ...sharp, requiredBalance: 3, sendEvent: true });
      expect(spent).toMatchObject({ allowed: true, balance: { remaining: 70, usage: 30 } });
      expect(await creditsLeft()).toBe(70);
    });

    test("holds units under a lock until they are settled", async () => {
      const hold = async (lockId: string, requiredBalance: number) =>
        (await client.check({ ...images, requiredBalance, lock: { lockId, enabled: true } }))
          .allowed;
      const named = (name: string) => `${name}_${tag}`;
      const confirm = (lockId: string, overrideValue?: number) =>
        client.balances.finalize({ lockId, action: "confirm", overrideValue });

      expect(await hold(named("all"), 5)).toBe(true);
      expect(await creditsLeft()).toBe(50);
      const twice = hold(named("all"), 1);
      await expect(twice).rejects.toMatchObject({
        statusCode: 409,
        body: expect.stringContaining("lock_already_exists"),
      });
      expect(await creditsLeft()).toBe(50);
      expect(await confirm(named("all"))).toEqual({ success: true });
      expect(await creditsLeft()).toBe(50);
      const again = confirm(named("all"));
      await expect(again).rejects.toMatchObject({
        statusCode: 400,
        body: expect.stringContaining("Lock not found"),
      });

      expect(await hold(named("none"), 5)).toBe(true);
      expect(await creditsLeft()).toBe(30);
      await client.balances.finalize({ lockId: named("none"), action: "release" });
      expect(await creditsLeft()).toBe(50);

      await hold(named("less"), 5);
      await confirm(named("less"), 2);
      expect(await creditsLeft()).toBe(42);
      await hold(named("more"), 1);
      await confirm(named("more"), 3);
      expect(await creditsLeft()).toBe(30);

      expect(await hold(named("too_much"), 8)).toBe(false);
      const tracked = await client.track({
        ...images,
        value: 2,
        lock: { lockId: named("tracked"), enabled: true, expiresAt: Date.now() + 60_000 },
      });
      expect(tracked.balance).toMatchObject({ featureId: ids.credits, remaining: 22 });
      await client.balances.finalize({ lockId: named("tracked"), action: "release" });
      expect(await creditsLeft()).toBe(30);
    });

    test("lists what was held and what each use took from credits", async () => {
      const { list } = await client.events.list(images);
      expect(list.map(({ value }) => value)).toEqual([-2, 2, 2, 1, -3, 5, -5, 5, 5, 3]);
      const taken = list.map(({ deductions }) => deductions);
      const credits = (value: number) => [
        expect.objectContaining({ featureId: ids.credits, planId: ids.plan, value }),
      ];
      expect(taken).toEqual([-8, 8, 8, 4, -12, 20, -20, 20, 20, 24].map(credits));
      expect(list.at(-1)?.properties).toEqual({ quality: "hd" });
      const both = await client.events.list({ ...images, featureId: [ids.images, ids.replies] });
      expect(both.list.at(-1)).toMatchObject({
        featureId: ids.replies,
        value: 13,
        deductions: [
          { featureId: ids.replies, value: 10 },
          { featureId: ids.credits, value: 6 },
        ],
      });
    });

    test("explains the credits to the last one", async () => {
      const explained = await post({ url, secretKey, calls }, "balances.explain", {
        customer_id: ids.customer,
        feature_id: ids.credits,
      });
      expect(explained).toMatchObject({ balance: { granted: 100, usage: 70, remaining: 30 } });
    });

    test("prices tokens of language models", async () => {
      const ask = { customerId: ids.customer, featureId: ids.ai };
      await client.balances.create({ ...ask, includedGrant: 10 });
      const plain = await client.trackTokens({
        ...ask,
        modelId: "custom/plain",
        inputTokens: 1000,
        outputTokens: 500,
        properties: { team: "red" },
      });
      expect(plain).toMatchObject({
        value: 3,
        balance: { featureId: ids.ai, remaining: 7, usage: 3 },
        deductions: [{ featureId: ids.ai, value: 3 }],
      });
      const listed = await client.trackTokens({
        customerId: ids.customer,
        modelId: "openai/gpt-4o",
        inputTokens: 1_000_000,
        outputTokens: 0,
      });
      expect(listed).toMatchObject({ value: 3, balance: { remaining: 4 } });
      const { list } = await client.events.list(ask);
      expect(list).toMatchObject([
        { value: 3, properties: { model_id: "openai/gpt-4o", input_tokens: 1_000_000 } },
        { value: 3, properties: { model_id: "custom/plain", output_tokens: 500, team: "red" } },
      ]);
      const unknown = client.trackTokens({
        ...ask,
        modelId: "nobody/knows",
        inputTokens: 1,
        outputTokens: 1,
      });
      await expect(unknown).rejects.toMatchObject({ statusCode: 400 });
      expect((await client.check(ask)).balance).toMatchObject({ remaining: 4 });
    });

    test("clamps use at a plan's limit, and lets the customer's own replace it", async () => {
      await client.customers.getOrCreate({ customerId: ids.limited });
      await client.billing.attach({ customerId: ids.limited, planId: ids.plan });
      const tracked = await client.track({ ...tasks, value: 8 });
      expect(tracked).toMatchObject({
        value: 8,
        balance: { remaining: 95, usage: 5 },
        deductions: [{ featureId: ids.tasks, value: 5 }],
      });
      expect(await client.check(tasks)).toMatchObject({
        allowed: false,
        balance: { remaining: 95 },
      });
      const limited = { featureId: ids.tasks, limit: 5, usage: 5, interval: "month" };
      const { billingControls } = await client.customers.get({ customerId: ids.limited });
      expect(billingControls).toMatchObject({
        usageLimits: [{ ...limited, source: "plan" }],
        spendLimits: [{ featureId: ids.replies, overageLimit: 20, source: "plan" }],
      });

      const updated = await client.customers.update({
        customerId: ids.limited,
        billingControls: {
          usageLimits: [{ featureId: ids.tasks, limit: 7, interval: "month" }],
          overageAllowed: [{ featureId: ids.replies, enabled: true }],
          usageAlerts: [{ featureId: ids.tasks, threshold: 6, thresholdType: "usage" }],
        },
      });
      expect(updated.billingControls).toMatchObject({
        usageLimits: [{ ...limited, limit: 7, source: "customer" }],
        overageAllowed: [{ featureId: ids.replies, enabled: true, source: "customer" }],
        usageAlerts: [{ featureId: ids.tasks, threshold: 6, source: "customer" }],
        spendLimits: [{ featureId: ids.replies, source: "plan" }],
      });
      expect((await client.check({ ...tasks, requiredBalance: 3 })).allowed).toBe(false);
      const last = await client.check({ ...tasks, requiredBalance: 2, sendEvent: true });
      expect(last).toMatchObject({ allowed: true, balance: { remaining: 93 } });
      expect((await client.check(tasks)).allowed).toBe(false);
    });

    test("goes below zero where it may, as far as the plan's cap", async () => {
      const overrun = { customerId: ids.limited, featureId: ids.replies };
      const tracked = await client.track({ ...overrun, value: 100 });
      expect(tracked).toMatchObject({
        value: 100,
        balances: {
          [ids.replies]: { granted: 10, remaining: 0, usage: 30, overageAllowed: true },
          [ids.credits]: { granted: 100, remaining: 0, usage: 100 },
        },
      });
      const drawn = tracked.deductions?.map(({ featureId, value }) => [featureId, value]);
      expect(drawn).toEqual([
        [ids.replies, 30],
        [ids.credits, 100],
      ]);
      expect((await client.check(overrun)).allowed).toBe(false);
      const back = await client.track({ ...overrun, value: -20 });
      expect(back).toMatchObject({ balance: { featureId: ids.replies, remaining: 0, usage: 10 } });
      expect((await client.check({ ...overrun, requiredBalance: 20 })).allowed).toBe(true);
      expect((await client.check({ ...overrun, requiredBalance: 21 })).allowed).toBe(false);
    });

    test("gives each entity its own units and its own limit", async () => {
      await client.features.create({
        featureId: ids.desks,
        name: "Desks",
        type: "metered",
        consumable: false,
      });
      await post({ url, secretKey, calls }, "plans.create", {
        plan_id: `desks_${tag}`,
        name: "Desks",
        group: `desks_${tag}`,
        items: [
          { feature_id: ids.desks, included: 5 },
          { feature_id: ids.tasks, included: 50, entity_feature_id: ids.desks },
        ],
      });
      const crowd = { customerId: ids.crowd, featureId: ids.tasks };
      await client.customers.getOrCreate({ customerId: ids.crowd });
      await client.billing.attach({ customerId: ids.crowd, planId: `desks_${tag}` });
      for (const entityId of ["east", "west"]) {
        await client.entities.create({
          customerId: ids.crowd,
          featureId: ids.desks,
          entityId,
          name: entityId,
          ...(entityId === "east" && {
            billingControls: {
              usageLimits: [{ featureId: ids.tasks, limit: 10, interval: "month" as const }],
            },
          }),
        });
      }
      const tracked = await client.track({ ...crowd, entityId: "east", value: 12 });
      expect(tracked).toMatchObject({
        entityId: "east",
        balance: { granted: 50, remaining: 40 },
        deductions: [{ featureId: ids.tasks, value: 10 }],
      });
      const west = await client.check({ ...crowd, entityId: "west", requiredBalance: 50 });
      expect(west).toMatchObject({ allowed: true, balance: { granted: 50, remaining: 50 } });
      expect((await client.check({ ...crowd, entityId: "east" })).allowed).toBe(false);
      const whole = await client.customers.get({ customerId: ids.crowd });
      expect(whole.balances[ids.tasks]).toMatchObject({ granted: 100, remaining: 90, usage: 10 });
      const east = await client.entities.get({ customerId: ids.crowd, entityId: "east" });
      expect(east).toMatchObject({
        balances: { [ids.tasks]: { granted: 50, remaining: 40 } },
        billingControls: {
          usageLimits: [{ featureId: ids.tasks, limit: 10, usage: 10, source: "entity" }],
        },
      });
      const changed = await client.entities.update({
        customerId: ids.crowd,
        entityId: "east",
        billingControls: { usageLimits: [] },
      });
      expect(changed.billingControls?.usageLimits ?? []).toEqual([]);
      expect((await client.check({ ...crowd, entityId: "east" })).allowed).toBe(true);
      const nowhere = client.check({ ...crowd, entityId: "north" });
      await expect(nowhere).rejects.toMatchObject({ statusCode: 404 });
    });

    test("takes many uses at once, all or none, and a repeat once", async () => {
      const crowd = { customerId: ids.crowd, featureId: ids.tasks };
      const uses = [
        { ...crowd, entityId: "west", value: 3, properties: { model: "large" } },
        { ...crowd, entityId: "west", value: 2, properties: { model: "small" } },
        { ...crowd, entityId: "west", properties: { model: "tiny" } },
      ];
      const options = { headers: { "Idempotency-Key": `batch_${tag}` } };
      expect(await client.batchTrack(uses, options)).toEqual({ success: true });
      expect(await client.batchTrack(uses, options)).toEqual({ success: true });
      const wrong = client.batchTrack([...uses, { ...crowd, featureId: "unknown" }]);
      await expect(wrong).rejects.toMatchObject({ statusCode: 404 });
      const west = await client.check({ ...crowd, entityId: "west" });
      expect(west.balance).toMatchObject({ remaining: 44, usage: 6 });
      const { list } = await client.events.list({ ...crowd, entityId: "west" });
      expect(list.map(({ value }) => value).sort()).toEqual([1, 2, 3]);
    });

    test("rolls over what is left, and spends it first", async () => {
      const ask = { customerId: ids.limited, featureId: ids.images };
      await client.balances.create({
        ...ask,
        balanceId: "hourly",
        includedGrant: 40,
        reset: { interval: "hour" },
        nextResetAt: Date.now() + 4000,
        rollover: { max: 30, duration: "month", length: 1 },
      });
      await expect
        .poll(async () => (await client.check(ask)).balance?.rollovers)
        .toMatchObject([{ granted: 30, balance: 30, expiresAt: expect.any(Number) }]);
      const customer = await client.customers.get({ customerId: ids.limited });
      expect(customer.balances[ids.images]).toMatchObject({ granted: 70, remaining: 70 });
      const tracked = await client.track({ ...ask, value: 35 });
      expect(tracked.balance).toMatchObject({
        remaining: 35,
        usage: 35,
        breakdown: [{ includedGrant: 40, remaining: 35 }],
      });
      expect(tracked.balance?.rollovers).toMatchObject([{ granted: 30, balance: 0 }]);
      expect(tracked.deductions).toMatchObject([{ featureId: ids.images, value: 35 }]);
    });

    test("sums uses by group, bin and cycle", async () => {
      const crowd = { customerId: ids.crowd, featureId: ids.tasks };
      const grouped = await client.events.aggregate({
        ...crowd,
        range: "24h",
        binSize: "hour",
        groupBy: "properties.model",
        maxGroups: 2,
      });
      expect(grouped.total[ids.tasks]).toEqual({ count: 4, sum: 18 });
      const byModel = grouped.list.map(({ groupedValues }) => groupedValues?.[ids.tasks] ?? {});
      expect(sumOf(byModel)).toEqual({ large: 3, Other: 3, "(none)": 12 });

      const bins = async (range: "7d" | "1bc", binSize: "day" | "month") =>
        (await client.events.aggregate({ ...crowd, range, binSize })).list;
      const days = await bins("7d", "day");
      expect(days.length).toBe(8);
      expect(days[0]?.values).toEqual({ [ids.tasks]: 0 });
      expect(sumOf(days.map(({ values }) => values))).toEqual({ [ids.tasks]: 18 });
      const cycle = await bins("1bc", "month");
      expect(sumOf(cycle.map(({ values }) => values))).toEqual({ [ids.tasks]: 18 });
    });

    test("sums what uses took from credits", async () => {
      const { total, deductions } = await client.events.aggregate({
        ...images,
        range: "24h",
        binSize: "hour",
        groupBy: "properties.quality",
        aggregateOn: "deducted",
      });
      expect(total[ids.images]).toEqual({ count: 10, sum: 13 });
      const paid = (deductions ?? []).flatMap(({ values }) => values[ids.credits]?.balances ?? []);
      expect(new Set(paid.map(({ balanceId }) => balanceId)).size).toBe(1);
      expect(paid[0]).toMatchObject({ planId: ids.plan, reset: { interval: "month" } });
      expect(sumOf(paid.map(({ deducted, events }) => ({ deducted, events })))).toEqual({
        deducted: 64,
        events: 10,
      });
      const byQuality = (deductions ?? []).map(({ groupedValues }) =>
        Object.fromEntries(
          Object.entries(groupedValues?.[ids.credits] ?? {}).map(([group, { deducted }]) => [
            group,
            deducted,
          ]),
        ),
      );
      expect(sumOf(byQuality)).toEqual({ hd: 24, "(none)": 40 });
    });

    test("has called every operation that client.spec.ts has not", () => {
      const expected = ["balances.finalize", "balances.track_tokens", "balances.batch_track"];
      expect([...calls]).toEqual(expect.arrayContaining(expected));
    });
  });
}

/** Adds figures by their name: those of the bins of a chart, wherever midnight fell. */
function sumOf(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, figure] of parts.flatMap((part) => Object.entries(part))) {
    sums[name] = (sums[name] ?? 0) + figure;
  }
  return sums;
}
