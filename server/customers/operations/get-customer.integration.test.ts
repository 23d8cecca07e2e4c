import { expect, test } from "vitest";
import { createEntity } from "../../entities/operations/create-entity";
import { call } from "../../testing/ctx";
import {
  eachWithSamples,
  monthlyMessages,
  rejection,
  samplePlan,
} from "../../testing/sample-catalog";
import { deleteCustomer } from "./delete-customer";
import { getCustomer } from "./get-customer";
import { getOrCreateCustomer } from "./get-or-create-customer";
import { updateCustomer } from "./update-customer";

const samples = eachWithSamples();

const ensure = (body: Record<string, unknown>, key?: string) =>
  call(
    getOrCreateCustomer,
    "customers.get_or_create",
    samples.tenant,
    body,
    key === undefined ? {} : { key },
  );
const read = (customer_id: string, expand: string[] = []) =>
  call(getCustomer, "customers.get", samples.tenant, { customer_id, expand });

test("a missing customer and another environment's are the same 404", async () => {
  await ensure({ customer_id: "ana" });
  const missing = await read("nobody").catch((error: Error) => error.message);
  const foreign = await call(getCustomer, "customers.get", samples.live, {
    customer_id: "ana",
  }).catch((error: Error) => error.message);
  expect(missing).toBe("Customer nobody not found.");
  expect(foreign).toBe("Customer ana not found.");
  const abroad = { customer_id: "ana" };
  await expect(call(updateCustomer, "customers.update", samples.live, abroad)).rejects.toEqual(
    rejection("customer_not_found"),
  );
  await expect(call(deleteCustomer, "customers.delete", samples.live, abroad)).rejects.toEqual(
    rejection("customer_not_found"),
  );
});

test("expands what there is, and says truthfully what there is not", async () => {
  await samplePlan(samples.tenant, {
    id: "free",
    auto: true,
    items: [monthlyMessages, { feature_id: "sso" }, { feature_id: "seats", included: 5 }],
  });
  await ensure({ customer_id: "ana" });
  await call(createEntity, "entities.create", samples.tenant, {
    customer_id: "ana",
    entity_id: "seat-1",
    feature_id: "seats",
    name: "Ben",
  });
  const plain = await read("ana");
  expect(plain.entities).toBeUndefined();
  expect(plain.subscriptions[0]?.plan).toBeUndefined();
  const full = await read("ana", [
    "entities",
    "subscriptions.plan",
    "balances.feature",
    "flags.feature",
    "invoices",
    "rewards",
    "payment_method",
    "trials_used",
  ]);
  expect(full.entities).toMatchObject([
    { id: "seat-1", name: "Ben", customer_id: "ana", feature_id: "seats", env: "sandbox" },
  ]);
  expect(full.subscriptions[0]?.plan).toMatchObject({ id: "free", version: 1 });
  expect(full.balances.messages?.feature).toMatchObject({ id: "messages", consumable: true });
  expect(full.flags.sso?.feature).toMatchObject({ id: "sso", type: "boolean" });
  expect(full).toMatchObject({
    invoices: [],
    trials_used: [],
    rewards: null,
    payment_method: null,
  });
});
