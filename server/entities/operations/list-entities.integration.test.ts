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
import { listEntities } from "./list-entities";

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

test("lists, searches, filters and pages", async () => {
  await freeSeats(50);
  await samplePlan(samples.tenant, { id: "workspace" });
  await customer();
  await customer("ben");
  for (let n = 0; n < 5; n++) await create(`seat-${n}`, { name: `Name ${n}` });
  await create("desk_1", { customer_id: "ben" });
  const list = async (body: Record<string, unknown>) => {
    const page = await call(listEntities, "entities.list", samples.tenant, body);
    return { ids: page.list.map(({ id }) => id), next: page.next_cursor };
  };
  const first = await list({ customer_id: "ana", limit: 3 });
  expect(first.ids).toEqual(["seat-4", "seat-3", "seat-2"]);
  expect(await list({ customer_id: "ana", limit: 3, start_cursor: first.next })).toEqual({
    ids: ["seat-1", "seat-0"],
    next: null,
  });
  expect((await list({ search: "K_1" })).ids).toEqual(["desk_1"]);
  expect((await list({ search: "name 3" })).ids).toEqual(["seat-3"]);
  await call(attach, "billing.attach", samples.tenant, {
    customer_id: "ana",
    entity_id: "seat-1",
    plan_id: "workspace",
  });
  expect((await list({ plans: [{ id: "workspace" }] })).ids).toEqual(["seat-1"]);
  expect((await list({ plans: [{ id: "free" }] })).ids).toHaveLength(6);
  await expect(list({ customer_id: "nobody" })).rejects.toEqual(rejection("customer_not_found"));
  await expect(list({ start_cursor: "x" })).rejects.toEqual(rejection("invalid_cursor"));
});
