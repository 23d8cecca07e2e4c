import { describe, expect, test } from "vitest";
import { track } from "../../balances/operations/track";
import { updatePlan } from "../../catalog/operations/update-plan";
import { getCustomer } from "../../customers/operations/get-customer";
import { getOrCreateCustomer } from "../../customers/operations/get-or-create-customer";
import { createEntity } from "../../entities/operations/create-entity";
import { freezeClock } from "../../platform/clock";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { call } from "../../testing/ctx";
import {
  eachWithSamples,
  monthlyMessages,
  rejection,
  samplePlan,
} from "../../testing/sample-catalog";
import { attach } from "./attach";
import { previewAttach } from "./preview-attach";

const samples = eachWithSamples();

const customer = (customer_id = "ana") =>
  call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, { customer_id });
const view = (customer_id = "ana") =>
  call(getCustomer, "customers.get", samples.tenant, { customer_id });
const put = (plan_id: string, more: Record<string, unknown> = {}, key?: string) =>
  call(
    attach,
    "billing.attach",
    samples.tenant,
    { customer_id: "ana", plan_id, ...more },
    key === undefined ? {} : { key },
  );
const preview = (plan_id: string, more: Record<string, unknown> = {}) =>
  call(previewAttach, "billing.preview_attach", samples.tenant, {
    customer_id: "ana",
    plan_id,
    ...more,
  });
const spend = (feature_id: string, value: number) =>
  call(track, "balances.track", samples.tenant, { customer_id: "ana", feature_id, value });

test("starts a plan at once, with nothing to pay", async () => {
  await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages, { feature_id: "sso" }] });
  await customer();
  expect(await put("free", { subscription_id: "my-own" })).toEqual({
    customer_id: "ana",
    payment_url: null,
  });
  expect(await view()).toMatchObject({
    subscriptions: [
      {
        id: "my-own",
        plan_id: "free",
        auto_enable: false,
        add_on: false,
        status: "active",
        past_due: false,
        canceled_at: null,
        expires_at: null,
        trial_ends_at: null,
        current_period_start: null,
        current_period_end: null,
        quantity: 1,
        scope: "customer",
      },
    ],
    balances: { messages: { granted: 100, remaining: 100 } },
    flags: { sso: { plan_id: "free" } },
  });
});

test("replaces the main plan of the group: what is used up starts afresh, what is held stays", async () => {
  await samplePlan(samples.tenant, {
    id: "free",
    auto: true,
    items: [monthlyMessages, { feature_id: "seats", included: 2 }],
  });
  await samplePlan(samples.tenant, {
    id: "team",
    items: [
      { ...monthlyMessages, included: 500 },
      { feature_id: "seats", included: 10 },
    ],
  });
  const before = await customer();
  await spend("messages", 60);
  await call(createEntity, "entities.create", samples.tenant, {
    customer_id: "ana",
    entity_id: "seat-1",
    feature_id: "seats",
  });
  await put("team");
  const after = await view();
  expect(after.subscriptions.map(({ plan_id }) => plan_id)).toEqual(["team"]);
  expect(after.balances.messages).toMatchObject({ granted: 500, usage: 0, remaining: 500 });
  expect(after.balances.seats).toMatchObject({ granted: 10, usage: 1, remaining: 9 });
  expect(after.balances.messages?.next_reset_at).toBe(before.balances.messages?.next_reset_at);
  const old = await db().query<{ balance: string; ended: boolean }>(sql`
    SELECT balance::text, ended_at IS NOT NULL AS ended FROM grants
    WHERE env_id = ${samples.tenant.envId} AND included IN (100, 2)`);
  expect(old.map(({ balance, ended }) => [Number(balance), ended])).toEqual([
    [0, true],
    [0, true],
  ]);
});

test("add-ons stand beside, as often as they are attached; other groups too", async () => {
  await samplePlan(samples.tenant, { id: "free", auto: true, items: [monthlyMessages] });
  await samplePlan(samples.tenant, {
    id: "extra",
    addOn: true,
    items: [{ ...monthlyMessages, included: 10 }],
  });
  await samplePlan(samples.tenant, { id: "other", group: "b", items: [{ feature_id: "sso" }] });
  await customer();
  await put("extra");
  await put("extra");
  await put("other");
  const { balances, subscriptions } = await view();
  expect(subscriptions.map(({ plan_id, add_on }) => [plan_id, add_on])).toEqual([
    ["free", false],
    ["extra", true],
    ["extra", true],
    ["other", false],
  ]);
  expect(balances.messages).toMatchObject({ granted: 120 });
});

test("is for one entity alone when it names one", async () => {
  await samplePlan(samples.tenant, { id: "free", items: [{ ...monthlyMessages, included: 50 }] });
  await customer();
  await call(createEntity, "entities.create", samples.tenant, {
    customer_id: "ana",
    entity_id: "seat-1",
    feature_id: "seats",
  });
  expect(await put("free", { entity_id: "seat-1" })).toEqual({
    customer_id: "ana",
    entity_id: "seat-1",
    payment_url: null,
  });
  await put("free");
  const { subscriptions, balances } = await view();
  expect(subscriptions.map(({ scope, entity_id }) => [scope, entity_id])).toEqual([
    ["entity", "seat-1"],
    ["customer", null],
  ]);
  expect(balances.messages).toMatchObject({ granted: 100 });
  await expect(put("free", { entity_id: "seat-1" })).rejects.toEqual(
    rejection("plan_already_attached"),
  );
});

test("takes the version that is asked for, else the active one", async () => {
  await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
  await customer();
  await customer("ben");
  await put("free", { customer_id: "ben" });
  await call(updatePlan, "plans.update", samples.tenant, {
    plan_id: "free",
    items: [{ feature_id: "messages", included: 200, reset: { interval: "month" } }],
  });
  expect((await view("ben")).balances.messages).toMatchObject({ granted: 100 });
  await put("free", { version: 1 });
  expect((await view()).balances.messages).toMatchObject({ granted: 100 });
  await customer("cleo");
  await put("free", { customer_id: "cleo" });
  expect((await view("cleo")).balances.messages).toMatchObject({ granted: 200 });
  await expect(put("free", { customer_id: "cleo", version: 9 })).rejects.toThrow(/version 9/);
});

test("a reset that fell due before the switch is booked before the end", async () => {
  await samplePlan(samples.tenant, { id: "free", auto: true, items: [monthlyMessages] });
  await samplePlan(samples.tenant, { id: "team", items: [{ ...monthlyMessages, included: 500 }] });
  freezeClock(new Date("2027-01-10T00:00:00Z"));
  await customer();
  await spend("messages", 60);
  freezeClock(new Date("2027-03-15T00:00:00Z"));
  await put("team");
  expect((await view()).balances.messages).toMatchObject({
    granted: 500,
    next_reset_at: Date.parse("2027-04-10T00:00:00Z"),
  });
  const entries = await db().query<{ cause: number; balance: string; at: Date }>(sql`
    SELECT l.cause, l.balance_after::text AS balance, l.at FROM ledger_entry l
      JOIN grants g ON g.customer_id = l.customer_id AND g.id = l.grant_id
    WHERE l.env_id = ${samples.tenant.envId} AND g.included = 100 ORDER BY l.seq`);
  expect(entries.map(({ cause, balance }) => [cause, Number(balance)])).toEqual([
    [3, 100],
    [10, 40],
    [1, 100],
    [13, 0],
  ]);
  expect(entries[2]?.at).toEqual(new Date("2027-02-10T00:00:00Z"));
});

test("of ten callers at once one attaches; an older clock does not bring the ledger out of order", async () => {
  await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
  await customer();
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => put("free")));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await view()).balances.messages).toMatchObject({ granted: 100 });
});

test("callers who switch to and fro always leave one main plan and exact sums", async () => {
  const seats = { feature_id: "seats", included: 5 } as const;
  await samplePlan(samples.tenant, { id: "one", auto: true, items: [monthlyMessages, seats] });
  await samplePlan(samples.tenant, {
    id: "two",
    items: [monthlyMessages, { ...seats, included: 7 }],
  });
  await customer();
  await Promise.allSettled([
    ...Array.from({ length: 8 }, (_, n) => put(n % 2 === 0 ? "two" : "one")),
    ...Array.from({ length: 8 }, () => spend("messages", 1)),
    ...Array.from({ length: 4 }, (_, n) =>
      call(createEntity, "entities.create", samples.tenant, {
        customer_id: "ana",
        entity_id: `seat-${n}`,
        feature_id: "seats",
      }),
    ),
  ]);
  const { subscriptions, balances } = await view();
  expect(subscriptions).toHaveLength(1);
  expect(balances.seats?.usage).toBe(4);
});

test("the same key attaches once and answers alike", async () => {
  await samplePlan(samples.tenant, { id: "extra", addOn: true, items: [monthlyMessages] });
  await customer();
  const first = await put("extra", {}, "key");
  expect(await put("extra", {}, "key")).toEqual(first);
  expect((await view()).subscriptions).toHaveLength(1);
});

test("leaves an audit row that says what came and what went", async () => {
  await samplePlan(samples.tenant, { id: "free", auto: true });
  await samplePlan(samples.tenant, { id: "team" });
  await customer();
  await put("team");
  const [row] = await db().query<Record<string, unknown>>(sql`
    SELECT target_id, before, after, actor_label FROM audit_entry
    WHERE env_id = ${samples.tenant.envId} AND action = 'billing.attach'`);
  expect(row).toEqual({
    target_id: "ana",
    before: { plans: ["free"] },
    after: { plan_id: "team", version: 1, entity_id: null },
    actor_label: "test",
  });
});

describe("refusals", () => {
  test("what is missing or foreign is a 404", async () => {
    await samplePlan(samples.tenant, { id: "free" });
    await customer();
    for (const ask of [put, preview]) {
      await expect(ask("nowhere")).rejects.toEqual(rejection("product_not_found"));
      await expect(ask("free", { customer_id: "nobody" })).rejects.toEqual(
        rejection("customer_not_found"),
      );
      await expect(ask("free", { entity_id: "nobody" })).rejects.toEqual(
        rejection("entity_not_found"),
      );
      await expect(ask("free", { version: 2 })).rejects.toEqual(rejection("product_not_found"));
    }
    const abroad = { customer_id: "ana", plan_id: "free" };
    await expect(call(attach, "billing.attach", samples.live, abroad)).rejects.toEqual(
      rejection("customer_not_found"),
    );
    await expect(
      call(previewAttach, "billing.preview_attach", samples.live, abroad),
    ).rejects.toEqual(rejection("customer_not_found"));
  });

  test("a plan with a price is refused by name, and nothing changes", async () => {
    await samplePlan(samples.tenant, { id: "free", auto: true, items: [monthlyMessages] });
    await samplePlan(samples.tenant, { id: "pro", price: { amount: 20, interval: "month" } });
    const before = await customer();
    for (const ask of [put, preview]) {
      await expect(ask("pro")).rejects.toEqual(rejection("not_supported"));
      await expect(ask("pro")).rejects.toThrow(/'pro'/);
    }
    expect(await view()).toEqual(before);
  });

  test("the current plan and an archived one are refused", async () => {
    await samplePlan(samples.tenant, { id: "free", auto: true });
    await samplePlan(samples.tenant, { id: "old" });
    await call(updatePlan, "plans.update", samples.tenant, { plan_id: "old", archived: true });
    await customer();
    for (const ask of [put, preview]) {
      await expect(ask("free")).rejects.toEqual(rejection("plan_already_attached"));
      await expect(ask("old")).rejects.toThrow(/archived/);
    }
  });

  test.each([
    ["feature_quantities", [{ feature_id: "seats", quantity: 2 }]],
    ["customize", { price: null }],
    ["free_trial", { duration_length: 7 }],
    ["plan_schedule", "end_of_cycle"],
    ["billing_cycle_anchor", 1_900_000_000_000],
    ["starts_at", 1_900_000_000_000],
    ["invoice_mode", { enabled: true }],
    ["discounts", [{ reward_id: "x" }]],
    ["redirect_mode", "always"],
    ["remove_plan_ids", ["free"]],
    ["carry_over_balances", { enabled: true }],
    ["proration_behavior", "none"],
  ])("%s is refused by name", async (field, value) => {
    await samplePlan(samples.tenant, { id: "free" });
    await customer();
    for (const ask of [put, preview]) {
      await expect(ask("free", { [field]: value })).rejects.toThrow(`'${field}' is not supported`);
    }
    expect((await view()).subscriptions).toEqual([]);
  });

  test("what clients send by themselves passes", async () => {
    await samplePlan(samples.tenant, { id: "free" });
    await customer();
    await put("free", {
      redirect_mode: "if_required",
      billing_cycle_anchor: "now",
      success_url: "https://example.com/done",
      new_billing_subscription: false,
      feature_quantities: [],
      entity_id: null,
    });
    expect((await view()).subscriptions).toHaveLength(1);
  });
});
