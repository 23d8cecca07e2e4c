import { describe, expect, it } from "vitest";
import { check } from "../balances/operations/check";
import { createBalance } from "../balances/operations/create-balance";
import { deleteBalance } from "../balances/operations/delete-balance";
import { explainBalance } from "../balances/operations/explain-balance";
import { track } from "../balances/operations/track";
import { updateBalance } from "../balances/operations/update-balance";
import { resetDue } from "../balances/reset-due";
import { getCustomer } from "../customers/operations/get-customer";
import { getOrCreateCustomer } from "../customers/operations/get-or-create-customer";
import { createEntity } from "../entities/operations/create-entity";
import { deleteEntity } from "../entities/operations/delete-entity";
import { getEntity } from "../entities/operations/get-entity";
import { freezeClock } from "../platform/clock";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { type Body, catalogCalls } from "../testing/catalog-calls";
import { call } from "../testing/ctx";
import { eachWithSamples, monthlyMessages, rejection } from "../testing/sample-catalog";
import { attach } from "./operations/attach";
import { previewAttach } from "./operations/preview-attach";

const samples = eachWithSamples();
const { plans } = catalogCalls(samples);
const customer_id = "ana";
const feature_id = "messages";
const seats = { feature_id: "seats", included: 5 };
const perSeat = {
  ...monthlyMessages,
  entity_feature_id: "seats",
  rollover: { max: 60, expiry_duration_type: "forever" },
};

const customer = () =>
  call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, { customer_id });
const seat = (entity_id: string) =>
  call(createEntity, "entities.create", samples.tenant, {
    customer_id,
    entity_id,
    feature_id: "seats",
  });
const put = (plan_id: string, extra: Body = {}) =>
  call(attach, "billing.attach", samples.tenant, { customer_id, plan_id, ...extra });
const use = (value: number, entity_id?: string) =>
  call(track, "balances.track", samples.tenant, {
    customer_id,
    feature_id,
    value,
    ...(entity_id === undefined ? {} : { entity_id }),
  });
const explain = (entity_id?: string) =>
  call(explainBalance, "balances.explain", samples.tenant, {
    customer_id,
    feature_id,
    ...(entity_id === undefined ? {} : { entity_id }),
  });
/** `granted`, `usage`, `remaining` of messages, of the customer or of one entity. */
async function messages(entity_id?: string): Promise<number[] | null> {
  const { balances } =
    entity_id === undefined
      ? await call(getCustomer, "customers.get", samples.tenant, { customer_id })
      : await call(getEntity, "entities.get", samples.tenant, { customer_id, entity_id });
  const shown = balances.messages;
  return shown === undefined ? null : [shown.granted, shown.usage, shown.remaining];
}

describe("an item per entity", () => {
  async function twoSeats() {
    await customer();
    await plans.create({ plan_id: "team", name: "Team", items: [perSeat, seats] });
    await seat("a");
    await put("team");
    await seat("b");
  }

  it("gives each entity, old and new, its own full amount in one breakdown row", async () => {
    await twoSeats();
    expect(await messages()).toEqual([200, 0, 200]);
    expect(await messages("a")).toEqual([100, 0, 100]);
    const { balances } = await call(getCustomer, "customers.get", samples.tenant, { customer_id });
    expect(balances.messages?.breakdown).toMatchObject([{ plan_id: "team", included_grant: 200 }]);
    expect(balances.seats).toMatchObject({ granted: 5, usage: 2 });
    await use(30, "b");
    expect([await messages("a"), await messages("b")]).toEqual([
      [100, 0, 100],
      [100, 30, 70],
    ]);
    const asked = { customer_id, feature_id, entity_id: "b", required_balance: 71 };
    expect(await call(check, "balances.check", samples.tenant, asked)).toMatchObject({
      allowed: false,
    });
  });

  it("is used in the order of the entities' ids where none is named", async () => {
    await twoSeats();
    await call(createBalance, "balances.create", samples.tenant, {
      customer_id,
      feature_id,
      included_grant: 10,
    });
    await use(130);
    expect(await messages("a")).toEqual([110, 110, 0]);
    expect(await messages("b")).toEqual([110, 30, 80]);
    await use(-130);
    expect(await messages()).toEqual([210, 0, 210]);
  });

  it("resets and rolls over for each entity by itself", async () => {
    freezeClock(new Date("2027-01-10T00:00:00Z"));
    await twoSeats();
    await use(70, "a");
    freezeClock(new Date("2027-02-15T00:00:00Z"));
    expect([await messages("a"), await messages("b")]).toEqual([
      [130, 0, 130],
      [160, 0, 160],
    ]);
    await Promise.all([resetDue(db(), log), resetDue(db(), log)]);
    expect(await messages()).toEqual([290, 0, 290]);
    await seat("c");
    expect(await messages("c")).toEqual([100, 0, 100]);
    freezeClock(new Date("2027-03-10T00:00:00Z"));
    expect(await messages("c")).toEqual([160, 0, 160]);
    const { lots } = await explain("a");
    // The newer lot fills the cap, so the older one made room and stays as history.
    expect(lots.map((lot) => [lot.kind, lot.balance, lot.ended_at === null])).toEqual([
      ["rollover", 60, true],
      ["plan", 100, true],
      ["rollover", 0, false],
    ]);
  });

  it("ends with the entity, whose use stays explained", async () => {
    await twoSeats();
    await use(30, "b");
    await call(deleteEntity, "entities.delete", samples.tenant, { customer_id, entity_id: "b" });
    expect(await messages()).toEqual([100, 0, 100]);
    const answer = await explain();
    expect(answer.reconciles).toBe(true);
    const ended = answer.lots.find((lot) => lot.ended_at !== null);
    expect(ended).toBeDefined();
    const story = answer.list.filter((entry) => entry.lot_id === ended?.id);
    expect(story.map(({ cause, delta }) => [cause, delta])).toEqual([
      ["ended", -70],
      ["usage", -30],
      ["opening", 100],
    ]);
    await seat("b");
    expect(await messages("b")).toEqual([100, 0, 100]);
  });

  it("loses nothing to callers at once", async () => {
    await twoSeats();
    await Promise.all([
      ...Array.from({ length: 10 }, () => use(3, "a")),
      ...Array.from({ length: 10 }, () => use(2, "b")),
      ...Array.from({ length: 5 }, () => use(1)),
      seat("c"),
    ]);
    expect(await messages()).toEqual([300, 55, 245]);
    expect((await messages("b"))?.[1]).toBe(20);
  });

  it("carries what each entity used to the next plan, where the item says so", async () => {
    await customer();
    const carried = { ...perSeat, reset_usage_when_enabled: false };
    await plans.create({ plan_id: "team", name: "Team", items: [carried] });
    await plans.create({ plan_id: "club", name: "Club", items: [{ ...perSeat, included: 40 }] });
    await seat("a");
    await seat("b");
    await put("team");
    await use(60, "b");
    await put("club");
    expect([await messages("a"), await messages("b")]).toEqual([
      [40, 0, 40],
      [40, 60, 0],
    ]);
  });
});

describe("the plan of an entity", () => {
  const pooled = { ...monthlyMessages, pooled: true };

  it("adds a pooled item to what all share, until it ends", async () => {
    await customer();
    await plans.create({ plan_id: "own", name: "Own", items: [monthlyMessages] });
    await plans.create({ plan_id: "share", name: "Share", group: "b", items: [pooled, seats] });
    for (const entity_id of ["a", "b"]) {
      await seat(entity_id);
      await put("share", { entity_id });
    }
    await put("own", { entity_id: "a" });
    expect(await messages()).toEqual([300, 0, 300]);
    expect([await messages("a"), await messages("b")]).toEqual([
      [300, 0, 300],
      [200, 0, 200],
    ]);
    await use(150, "b");
    expect(await messages("a")).toEqual([300, 150, 150]);
    await call(deleteEntity, "entities.delete", samples.tenant, { customer_id, entity_id: "a" });
    expect(await messages("b")).toEqual([100, 50, 50]);
    const { subscriptions } = await call(getCustomer, "customers.get", samples.tenant, {
      customer_id,
    });
    expect(subscriptions.map((held) => [held.plan_id, held.entity_id])).toEqual([["share", "b"]]);
    expect((await explain()).reconciles).toBe(true);
  });
});

describe("an entity that does not exist", () => {
  it("is a 404 everywhere, and nothing falls back on the customer", async () => {
    await customer();
    await call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, {
      customer_id: "ben",
    });
    await call(createEntity, "entities.create", samples.tenant, {
      customer_id: "ben",
      entity_id: "bens",
      feature_id: "seats",
    });
    await plans.create({ plan_id: "free", name: "Free", items: [monthlyMessages] });
    await put("free");
    for (const entity_id of ["nobody", "bens"]) {
      const one = { customer_id, feature_id, entity_id };
      const asks = [
        () => call(check, "balances.check", samples.tenant, one),
        () => call(check, "balances.check", samples.tenant, { ...one, send_event: true }),
        () => call(track, "balances.track", samples.tenant, { ...one, value: 1 }),
        () => call(createBalance, "balances.create", samples.tenant, { ...one, included_grant: 1 }),
        () => call(updateBalance, "balances.update", samples.tenant, { ...one, remaining: 1 }),
        () => call(deleteBalance, "balances.delete", samples.tenant, one),
        () => call(explainBalance, "balances.explain", samples.tenant, one),
        () => put("free", { entity_id }),
        () =>
          call(previewAttach, "billing.preview_attach", samples.tenant, {
            customer_id,
            plan_id: "free",
            entity_id,
          }),
      ];
      for (const ask of asks) await expect(ask()).rejects.toEqual(rejection("entity_not_found"));
    }
    expect(await messages()).toEqual([100, 0, 100]);
  });
});
