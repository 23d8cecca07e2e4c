import { expect, test } from "vitest";
import { attach } from "../../billing/operations/attach";
import { getOrCreateCustomer } from "../../customers/operations/get-or-create-customer";
import { call } from "../../testing/ctx";
import {
  eachWithSamples,
  monthlyMessages,
  rejection,
  samplePlan,
} from "../../testing/sample-catalog";
import { createEntity } from "./create-entity";
import { deleteEntity } from "./delete-entity";
import { getEntity } from "./get-entity";
import { updateEntity } from "./update-entity";

const samples = eachWithSamples();

const create = (entity_id: string, more: Record<string, unknown> = {}, key?: string) =>
  call(
    createEntity,
    "entities.create",
    samples.tenant,
    { customer_id: "ana", entity_id, feature_id: "seats", ...more },
    key === undefined ? {} : { key },
  );
const customer = (customer_id = "ana") =>
  call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, { customer_id });
async function freeSeats(included: number): Promise<void> {
  await samplePlan(samples.tenant, {
    id: "free",
    auto: true,
    items: [monthlyMessages, { feature_id: "seats", included }],
  });
}

const get = (entity_id: string, customer_id?: string, where = samples.tenant) =>
  call(getEntity, "entities.get", where, { entity_id, customer_id });

test("a wrong id is a 404 and never falls back", async () => {
  await freeSeats(5);
  await customer();
  await customer("ben");
  await create("seat-1");
  await expect(get("seat-2", "ana")).rejects.toEqual(rejection("entity_not_found"));
  await expect(get("seat-1", "ben")).rejects.toEqual(rejection("entity_not_found"));
  await expect(get("seat-1", "nobody")).rejects.toEqual(rejection("customer_not_found"));
  await expect(get("ana")).rejects.toEqual(rejection("entity_not_found"));
  await expect(get("seat-1", undefined, samples.live)).rejects.toEqual(
    rejection("entity_not_found"),
  );
  await expect(
    call(deleteEntity, "entities.delete", samples.live, { entity_id: "seat-1" }),
  ).rejects.toEqual(rejection("entity_not_found"));
  await expect(
    call(updateEntity, "entities.update", samples.live, { entity_id: "seat-1", name: "x" }),
  ).rejects.toEqual(rejection("entity_not_found"));
});

test("an id of several customers needs the customer", async () => {
  await freeSeats(5);
  await customer();
  await customer("ben");
  await create("seat-1", { name: "Ana's" });
  expect((await get("seat-1")).name).toBe("Ana's");
  await create("seat-1", { customer_id: "ben", name: "Ben's" });
  await expect(get("seat-1")).rejects.toThrow(/customer_id/);
  expect((await get("seat-1", "ben")).name).toBe("Ben's");
});

test("an entity sees its own plan and the customer's, another entity does not", async () => {
  await freeSeats(5);
  await samplePlan(samples.tenant, {
    id: "workspace",
    items: [{ ...monthlyMessages, included: 40 }],
  });
  await customer();
  await create("seat-1");
  await create("seat-2");
  await call(attach, "billing.attach", samples.tenant, {
    customer_id: "ana",
    entity_id: "seat-1",
    plan_id: "workspace",
  });
  expect(await get("seat-1")).toMatchObject({
    balances: { messages: { granted: 140 } },
    subscriptions: [
      { plan_id: "free", scope: "customer" },
      { plan_id: "workspace", scope: "entity", entity_id: "seat-1" },
    ],
  });
  expect((await get("seat-2")).balances.messages).toMatchObject({ granted: 100 });
  expect((await get("seat-2")).subscriptions).toHaveLength(1);
});
