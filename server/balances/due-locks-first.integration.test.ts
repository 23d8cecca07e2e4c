import { beforeAll, describe, expect, it } from "vitest";
import { attach } from "../billing/operations/attach";
import { previewAttach } from "../billing/operations/preview-attach";
import { createPlan } from "../catalog/operations/create-plan";
import { deleteCustomer } from "../customers/operations/delete-customer";
import { getCustomer } from "../customers/operations/get-customer";
import { getOrCreateCustomer } from "../customers/operations/get-or-create-customer";
import { listCustomers } from "../customers/operations/list-customers";
import { updateCustomer } from "../customers/operations/update-customer";
import { createEntity } from "../entities/operations/create-entity";
import { deleteEntity } from "../entities/operations/delete-entity";
import { getEntity } from "../entities/operations/get-entity";
import { listEntities } from "../entities/operations/list-entities";
import { updateEntity } from "../entities/operations/update-entity";
import { freezeClock } from "../platform/clock";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { balanceDesk } from "../testing/balance-desk";
import { call } from "../testing/ctx";

const { change, check, customer, desk, end, figures, grant, undo } = balanceDesk();

const start = Date.UTC(2026, 4, 10, 12);
const minute = 60_000;
const hour = 60 * minute;
const at = (minutes: number) => freezeClock(new Date(start + minutes * minute));

beforeAll(async () => {
  await call(createPlan, "plans.create", desk.tenant, {
    plan_id: "more",
    name: "More",
    group: "",
    add_on: true,
    items: [{ feature_id: "words", included: 5 }],
  });
});

const me = () => ({ customer_id: desk.customer_id });
const alone = () => ({ entity_id: `seat-${desk.customer_id}` });
const seat = () => ({ ...me(), ...alone() });

/** How the customer's locks were closed, as it is stored: nobody asks for the balance here. */
async function closings(customerId: string) {
  return db().query<{ status: number; delta: number; at: Date }>(sql`
    SELECT l.status, n.delta::float AS delta, n.at
    FROM lock l JOIN ledger_entry n ON n.customer_id = l.customer_id AND n.cause_id = l.close_event_id
    WHERE l.env_id = ${desk.tenant.envId} AND l.lock_key = ${`lock-${customerId}`}`);
}

const asOfExpiry = { status: 3, delta: 4, at: new Date(start + hour) };
const reason = "test";

/** Whatever decides on balances or shows them, besides what is decided in the batch of uses. */
const operations: Readonly<Record<string, () => Promise<unknown>>> = {
  "balances.create": () => grant({ feature_id: "words", included_grant: 1, reason }),
  "balances.update": () => change({ remaining: 3, reason }),
  "balances.delete": () => end({ feature_id: "seats", reason }),
  "balances.undo": () => undo(edit),
  "billing.attach": () => call(attach, "billing.attach", desk.tenant, { ...me(), plan_id: "more" }),
  "billing.preview_attach": () =>
    call(previewAttach, "billing.preview_attach", desk.tenant, { ...me(), plan_id: "more" }),
  "customers.get": () => call(getCustomer, "customers.get", desk.tenant, me()),
  "customers.get_or_create": () =>
    call(getOrCreateCustomer, "customers.get_or_create", desk.tenant, me()),
  "customers.update": () =>
    call(updateCustomer, "customers.update", desk.tenant, { ...me(), name: "Ana" }),
  "customers.list": () =>
    call(listCustomers, "customers.list", desk.tenant, { search: desk.customer_id }),
  "customers.delete": () => call(deleteCustomer, "customers.delete", desk.tenant, me()),
  "entities.create": () =>
    call(createEntity, "entities.create", desk.tenant, {
      ...me(),
      entity_id: "another",
      feature_id: "seats",
    }),
  "entities.get": () => call(getEntity, "entities.get", desk.tenant, seat()),
  "entities.list": () => call(listEntities, "entities.list", desk.tenant, me()),
  "entities.update": () =>
    call(updateEntity, "entities.update", desk.tenant, { ...seat(), name: "Ana" }),
  "entities.update by the entity's id alone": () =>
    call(updateEntity, "entities.update", desk.tenant, { ...alone(), name: "Ana" }),
  "entities.delete": () => call(deleteEntity, "entities.delete", desk.tenant, seat()),
};

let edit = "";

/** A customer with an entity, of whose 10 units 4 are held for 60 minutes; they renew after 65. */
async function holder(): Promise<void> {
  at(0);
  await customer({ seats: 5 });
  const entity = { ...seat(), feature_id: "seats" };
  await call(createEntity, "entities.create", desk.tenant, entity);
  const renews = { reset: { interval: "day" }, next_reset_at: start + 65 * minute };
  await grant({ included_grant: 10, ...renews });
  const lock = {
    enabled: true,
    lock_id: `lock-${desk.customer_id}`,
    expires_at: start + hour,
  };
  expect(await check({ required_balance: 4, lock })).toMatchObject({ allowed: true });
  at(50);
  edit = (await grant({ feature_id: "words", included_grant: 1 })).entry_id;
}

describe("a lock that fell due is closed, as of its expiry, before", () => {
  it.each(Object.entries(operations))("%s", async (_, ask) => {
    await holder();
    at(62);
    await ask();
    expect(await closings(desk.customer_id)).toEqual([asOfExpiry]);
  });

  it.each(Object.entries(operations))("%s, although the units renewed since", async (_, ask) => {
    await holder();
    at(70);
    await ask();
    expect(await closings(desk.customer_id)).toEqual([asOfExpiry]);
  });
});

it("shows what came back in the views of a customer and an entity, and in lists of many", async () => {
  await holder();
  const first = desk.customer_id;
  await holder();
  at(60);
  const whole = { balances: { messages: { granted: 10, usage: 0, remaining: 10 } } };
  const { list } = await call(listCustomers, "customers.list", desk.tenant, { limit: 5000 });
  const both = list.filter(({ id }) => id === first || id === desk.customer_id);
  expect(both).toMatchObject([whole, whole]);
  expect(await closings(first)).toEqual([asOfExpiry]);
  await holder();
  at(60);
  expect(await call(getEntity, "entities.get", desk.tenant, seat())).toMatchObject(whole);
  await holder();
  at(60);
  expect(await call(getCustomer, "customers.get", desk.tenant, me())).toMatchObject(whole);
});

it("leaves a lock that is not due", async () => {
  await holder();
  at(59);
  await change({ add_to_balance: 1, reason });
  expect(await closings(desk.customer_id)).toEqual([]);
  expect(await figures()).toMatchObject({ remaining: 7 });
});
