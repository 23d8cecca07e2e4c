import { describe, expect, test } from "vitest";
import { getCustomer } from "../../customers/operations/get-customer";
import { getOrCreateCustomer } from "../../customers/operations/get-or-create-customer";
import { updateCustomer } from "../../customers/operations/update-customer";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { call } from "../../testing/ctx";
import {
  eachWithSamples,
  monthlyMessages,
  rejection,
  samplePlan,
} from "../../testing/sample-catalog";
import { createEntity } from "./create-entity";
import { deleteEntity } from "./delete-entity";
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
const remove = (entity_id: string, customer_id?: string) =>
  call(deleteEntity, "entities.delete", samples.tenant, { entity_id, customer_id });
const customer = (customer_id = "ana") =>
  call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, { customer_id });
const seats = async (customer_id = "ana") =>
  (await call(getCustomer, "customers.get", samples.tenant, { customer_id })).balances.seats;

async function freeSeats(included: number): Promise<void> {
  await samplePlan(samples.tenant, {
    id: "free",
    auto: true,
    items: [monthlyMessages, { feature_id: "seats", included }],
  });
}

test("take a unit of the seat feature and hand it back", async () => {
  await freeSeats(2);
  await customer();
  const made = await create("seat-1", { name: "Ben" });
  expect(made).toMatchObject({
    id: "seat-1",
    name: "Ben",
    customer_id: "ana",
    feature_id: "seats",
    env: "sandbox",
    purchases: [],
    billing_controls: {},
    balances: { messages: { remaining: 100 }, seats: { usage: 1, remaining: 1 } },
    subscriptions: [{ plan_id: "free", scope: "customer", entity_id: null }],
  });
  await create("seat-2");
  await create("seat-3");
  expect(await seats()).toMatchObject({ granted: 2, usage: 3, remaining: 0 });
  expect(await remove("seat-2")).toEqual({ success: true });
  expect(await seats()).toMatchObject({ granted: 2, usage: 2, remaining: 0 });
  const causes = await db().query<{ cause: number; delta: string }>(sql`
    SELECT cause, delta::text FROM ledger_entry
    WHERE env_id = ${samples.tenant.envId} AND cause = 14 ORDER BY seq`);
  expect(causes.map(({ delta }) => Number(delta))).toEqual([-1, -1, -1, 1]);
});

test("a limit is exact: of twelve callers at once the first four get in", async () => {
  await samplePlan(samples.tenant, {
    id: "limited",
    auto: true,
    items: [
      {
        feature_id: "seats",
        included: 3,
        price: { amount: 0, interval: "month", billing_method: "usage_based", max_purchase: 1 },
      },
    ],
  });
  await customer();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 12 }, (_, n) => create(`seat-${n}`)),
  );
  const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toHaveLength(8);
  for (const reason of refused) expect(reason).toEqual(rejection("feature_limit_reached"));
  expect(await seats()).toMatchObject({ granted: 3, usage: 4, remaining: 0 });
  const { list } = await call(listEntities, "entities.list", samples.tenant, {});
  expect(list).toHaveLength(4);
  await Promise.all(list.map(({ id }) => remove(id ?? "")));
  expect(await seats()).toMatchObject({ granted: 3, usage: 0, remaining: 3 });
});

test("of ten callers with one id one makes the entity, and one unit is taken", async () => {
  await freeSeats(5);
  await customer();
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => create("seat-1")));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await seats()).toMatchObject({ usage: 1 });
});

test("the same key makes one entity and answers alike", async () => {
  await freeSeats(5);
  await customer();
  const first = await create("seat-1", { name: "Ben" }, "key");
  expect(await create("seat-1", { name: "Ben" }, "key")).toEqual(first);
  expect(await seats()).toMatchObject({ usage: 1 });
});

describe("controls of the seat feature", () => {
  const control = (billing_controls: Record<string, unknown>) =>
    call(updateCustomer, "customers.update", samples.tenant, {
      customer_id: "ana",
      billing_controls,
    });

  test("without overage no entity goes beyond the grant", async () => {
    await freeSeats(1);
    await customer();
    await control({ overage_allowed: [{ feature_id: "seats", enabled: false }] });
    await create("seat-1");
    await expect(create("seat-2")).rejects.toEqual(rejection("feature_limit_reached"));
    expect(await seats()).toMatchObject({ usage: 1, remaining: 0 });
  });

  test("a usage limit counts entities, and those that are deleted no more", async () => {
    await freeSeats(9);
    await customer();
    await control({ usage_limits: [{ feature_id: "seats", limit: 2, interval: "month" }] });
    await create("seat-1");
    await create("seat-2");
    await expect(create("seat-3")).rejects.toEqual(rejection("feature_limit_reached"));
    await remove("seat-1");
    await create("seat-3");
    const shown = await call(getCustomer, "customers.get", samples.tenant, { customer_id: "ana" });
    expect(shown.billing_controls).toMatchObject({ usage_limits: [{ limit: 2, usage: 2 }] });
    expect(await seats()).toMatchObject({ usage: 2, remaining: 7 });
  });

  test("the last seat tells of the limit, and alerts fire", async () => {
    await freeSeats(2);
    await customer();
    await control({
      usage_alerts: [{ feature_id: "seats", threshold: 1, threshold_type: "usage" }],
    });
    const told = async () =>
      (
        await db().query<{ type: string }>(sql`
          SELECT type FROM outbox WHERE env_id = ${samples.tenant.envId}
            AND type LIKE 'balances.%' ORDER BY recorded_at, id`)
      ).map(({ type }) => type);
    await create("seat-1");
    expect(await told()).toEqual(["balances.usage_alert_triggered"]);
    await create("seat-2");
    expect(await told()).toEqual(["balances.usage_alert_triggered", "balances.limit_reached"]);
  });
});

test("makes the customer from customer_data, and only then", async () => {
  await freeSeats(2);
  await expect(create("seat-1", { customer_id: "new" })).rejects.toEqual(
    rejection("customer_not_found"),
  );
  const made = await create("seat-1", {
    customer_id: "new",
    customer_data: { name: "New", email: "new@example.com" },
  });
  expect(made).toMatchObject({ customer_id: "new", balances: { seats: { usage: 1 } } });
  expect(
    (await call(getCustomer, "customers.get", samples.tenant, { customer_id: "new" })).name,
  ).toBe("New");
});

test("a failure leaves neither the customer nor the entity behind", async () => {
  await samplePlan(samples.tenant, {
    id: "none",
    auto: true,
    items: [
      {
        feature_id: "seats",
        included: 0,
        price: { amount: 0, interval: "month", billing_method: "prepaid" },
      },
    ],
  });
  await expect(create("seat-1", { customer_id: "new", customer_data: {} })).rejects.toEqual(
    rejection("feature_limit_reached"),
  );
  await expect(
    call(getCustomer, "customers.get", samples.tenant, { customer_id: "new" }),
  ).rejects.toEqual(rejection("customer_not_found"));
});

describe("bad input", () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ["an unknown feature", { feature_id: "nowhere" }, "feature_not_found"],
    ["a boolean feature", { feature_id: "sso" }, "invalid_request"],
    ["a feature that is used up", { feature_id: "messages" }, "invalid_request"],
    ["an unknown customer", { customer_id: "nobody" }, "customer_not_found"],
  ];

  test.each(cases)("%s is refused", async (_, body, reason) => {
    await customer();
    await expect(create("seat-1", body)).rejects.toEqual(rejection(reason));
    expect((await call(listEntities, "entities.list", samples.tenant, {})).list).toEqual([]);
  });

  test.each([
    ["no id", { entity_id: "" }, /entity_id/],
    ["an id of 10000 characters", { entity_id: "x".repeat(10_000) }, /entity_id/],
    ["a name that is no text", { name: 5 }, /name/],
    ["a control", { billing_controls: { usage_limits: [{}] } }, /"usage_limits"/],
  ])("%s is refused", async (_, body, message) => {
    await customer();
    await expect(create("seat-1", body)).rejects.toThrow(message);
  });
});
