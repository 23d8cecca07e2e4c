import { expect, test } from "vitest";
import { track } from "../../balances/operations/track";
import { createEntity } from "../../entities/operations/create-entity";
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
import { deleteCustomer } from "./delete-customer";
import { getCustomer } from "./get-customer";
import { getOrCreateCustomer } from "./get-or-create-customer";

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

test("erases who it was, keeps the ledger and frees the id", async () => {
  await samplePlan(samples.tenant, {
    id: "free",
    auto: true,
    items: [monthlyMessages, { feature_id: "seats", included: 5 }],
  });
  const before = await ensure({
    customer_id: "ana",
    name: "Ana",
    email: "ana@example.com",
    metadata: { a: 1 },
  });
  await call(createEntity, "entities.create", samples.tenant, {
    customer_id: "ana",
    entity_id: "seat-1",
    feature_id: "seats",
  });
  await call(track, "balances.track", samples.tenant, {
    customer_id: "ana",
    feature_id: "messages",
    value: 30,
  });
  expect(
    await call(deleteCustomer, "customers.delete", samples.tenant, {
      customer_id: "ana",
      delete_in_stripe: false,
    }),
  ).toEqual({ success: true });
  await expect(read("ana")).rejects.toEqual(rejection("customer_not_found"));
  await expect(
    call(deleteCustomer, "customers.delete", samples.tenant, { customer_id: "ana" }),
  ).rejects.toEqual(rejection("customer_not_found"));
  const [left] = await db().query<Record<string, unknown>>(sql`
    SELECT c.name, c.email, c.metadata,
      (SELECT count(*) FROM ledger_entry l WHERE l.customer_id = c.id) AS entries,
      (SELECT count(*) FROM grants g WHERE g.customer_id = c.id AND g.ended_at IS NULL) AS living,
      (SELECT sum(balance) FROM grants g WHERE g.customer_id = c.id) AS balance,
      (SELECT count(*) FROM entity e WHERE e.customer_id = c.id AND e.deleted_at IS NULL) AS entities,
      (SELECT string_agg(status, ',') FROM subscription s WHERE s.customer_id = c.id) AS states
    FROM customer c WHERE c.env_id = ${samples.tenant.envId} AND c.deleted_at IS NOT NULL`);
  expect(left).toMatchObject({
    name: null,
    email: null,
    metadata: {},
    living: 0n,
    entities: 0n,
    states: "ended",
  });
  expect(Number(left?.entries)).toBeGreaterThanOrEqual(6);
  expect(Number(left?.balance)).toBe(0);
  const again = await ensure({ customer_id: "ana" });
  expect(again.internal_id).not.toBe(before.internal_id);
  expect(again.name).toBeNull();
  expect(again.balances.messages?.remaining).toBe(100);
});

test("a use in flight leaves nothing behind, although the customer holds no balance", async () => {
  await ensure({ customer_id: "ana" });
  const use = { customer_id: "ana", feature_id: "messages", properties: { prompt: "mine" } };
  await call(track, "balances.track", samples.tenant, use);
  const outcomes = await queuedAtGate(samples.tenant, [
    () => call(deleteCustomer, "customers.delete", samples.tenant, { customer_id: "ana" }),
    () => call(track, "balances.track", samples.tenant, use),
  ]);
  expect(outcomes).toEqual([
    { status: "fulfilled", value: { success: true } },
    { status: "rejected", reason: rejection("customer_not_found") },
  ]);
  const events = await db().query<{ properties: unknown }>(sql`
    SELECT properties FROM meter_event WHERE env_id = ${samples.tenant.envId}`);
  expect(events).toEqual([{ properties: null }]);
});
