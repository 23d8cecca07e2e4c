import { expect, test } from "vitest";
import { createBalance } from "../../balances/operations/create-balance";
import { track } from "../../balances/operations/track";
import { attach } from "../../billing/operations/attach";
import { getCustomer } from "../../customers/operations/get-customer";
import { getOrCreateCustomer } from "../../customers/operations/get-or-create-customer";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { call } from "../../testing/ctx";
import { queuedAtGate } from "../../testing/gate-queue";
import {
  eachWithSamples,
  monthlyMessages,
  rejection,
  samplePlan,
} from "../../testing/sample-catalog";
import { createEntity } from "./create-entity";
import { deleteEntity } from "./delete-entity";

const samples = eachWithSamples();

const create = (entity_id: string, more: Record<string, unknown> = {}, key?: string) =>
  call(
    createEntity,
    "entities.create",
    samples.tenant,
    { customer_id: "ana", entity_id, feature_id: "seats", ...more },
    key === undefined ? {} : { key },
  );
const remove = (entity_id: string, customer_id?: string) =>
  call(deleteEntity, "entities.delete", samples.tenant, { entity_id, customer_id });
const customer = (customer_id = "ana") =>
  call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, { customer_id });
const put = (plan_id: string) =>
  call(attach, "billing.attach", samples.tenant, { customer_id: "ana", plan_id });
const seats = async (customer_id = "ana") =>
  (await call(getCustomer, "customers.get", samples.tenant, { customer_id })).balances.seats;

async function freeSeats(included: number): Promise<void> {
  await samplePlan(samples.tenant, {
    id: "free",
    auto: true,
    items: [monthlyMessages, { feature_id: "seats", included }],
  });
}

test("an id is free again after its entity was deleted, and only then", async () => {
  await freeSeats(2);
  await customer();
  await create("seat-1", { name: "Ben" });
  await expect(create("seat-1")).rejects.toEqual(rejection("entity_already_exists"));
  expect(await seats()).toMatchObject({ usage: 1 });
  await remove("seat-1", "ana");
  await expect(remove("seat-1", "ana")).rejects.toEqual(rejection("entity_not_found"));
  expect((await create("seat-1")).name).toBeNull();
  expect(await seats()).toMatchObject({ usage: 1 });
  const buried = await db().query<{ name: string | null }>(sql`
    SELECT name FROM entity WHERE env_id = ${samples.tenant.envId} AND deleted_at IS NOT NULL`);
  expect(buried).toEqual([{ name: null }]);
});

test("an entity that was there before the feature takes its unit when a plan brings it", async () => {
  await samplePlan(samples.tenant, { id: "team", items: [{ feature_id: "seats", included: 1 }] });
  await samplePlan(samples.tenant, { id: "bare" });
  await customer();
  await create("early");
  await create("second");
  expect(await seats()).toBeUndefined();
  await put("team");
  expect(await seats()).toMatchObject({ granted: 1, usage: 2, remaining: 0 });
  await put("bare");
  expect(await seats()).toBeUndefined();
  await put("team");
  expect(await seats()).toMatchObject({ granted: 1, usage: 2, remaining: 0 });
  await remove("early");
  expect(await seats()).toMatchObject({ granted: 1, usage: 1, remaining: 0 });
});

test("an entity that took no unit hands none back", async () => {
  await customer();
  await create("early");
  await call(createBalance, "balances.create", samples.tenant, {
    customer_id: "ana",
    feature_id: "seats",
    included_grant: 5,
  });
  await call(track, "balances.track", samples.tenant, {
    customer_id: "ana",
    feature_id: "seats",
    value: 2,
  });
  await remove("early");
  expect(await seats()).toMatchObject({ usage: 2, remaining: 3 });
});

test("deleting ends the entity's own plan and leaves the customer's alone", async () => {
  await freeSeats(2);
  await samplePlan(samples.tenant, {
    id: "workspace",
    items: [{ ...monthlyMessages, included: 40 }],
  });
  await customer();
  await create("seat-1");
  await call(attach, "billing.attach", samples.tenant, {
    customer_id: "ana",
    entity_id: "seat-1",
    plan_id: "workspace",
  });
  const view = () => call(getCustomer, "customers.get", samples.tenant, { customer_id: "ana" });
  expect((await view()).balances.messages).toMatchObject({ granted: 140 });
  expect((await view()).subscriptions).toHaveLength(2);
  await remove("seat-1");
  const left = await view();
  expect(left.balances.messages).toMatchObject({ granted: 100 });
  expect(left.subscriptions.map(({ plan_id }) => plan_id)).toEqual(["free"]);
});

test("a use in flight leaves nothing behind, although nobody holds a balance", async () => {
  await customer();
  await create("seat-1");
  const use = { customer_id: "ana", entity_id: "seat-1", feature_id: "messages" };
  const tracking = () =>
    call(track, "balances.track", samples.tenant, { ...use, properties: { prompt: "mine" } });
  await tracking();
  const outcomes = await queuedAtGate(samples.tenant, [() => remove("seat-1", "ana"), tracking]);
  expect(outcomes).toEqual([
    { status: "fulfilled", value: { success: true } },
    { status: "rejected", reason: rejection("entity_not_found") },
  ]);
  const events = await db().query<{ properties: unknown }>(sql`
    SELECT properties FROM meter_event
    WHERE env_id = ${samples.tenant.envId} AND entity_id IS NOT NULL`);
  expect(events).toEqual([{ properties: null }]);
});
