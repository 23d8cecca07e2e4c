import { expect, test } from "vitest";
import { getOrCreateCustomer } from "../../customers/operations/get-or-create-customer";
import { call } from "../../testing/ctx";
import { eachWithSamples } from "../../testing/sample-catalog";
import { createEntity } from "./create-entity";
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
const get = (entity_id: string, customer_id?: string, where = samples.tenant) =>
  call(getEntity, "entities.get", where, { entity_id, customer_id });

test("updates the name, and an absent one stays", async () => {
  await customer();
  await create("seat-1", { name: "Ben" });
  const update = (body: Record<string, unknown>) =>
    call(updateEntity, "entities.update", samples.tenant, { entity_id: "seat-1", ...body });
  expect((await update({ name: "Benno" })).name).toBe("Benno");
  expect((await update({ billing_controls: {} })).name).toBe("Benno");
  expect((await update({ name: null })).name).toBeNull();
  expect((await get("seat-1")).name).toBeNull();
});
