import { afterEach, describe, expect, it } from "vitest";
import { check } from "../balances/operations/check";
import { createBalance } from "../balances/operations/create-balance";
import { finalizeLock } from "../balances/operations/finalize-lock";
import { deleteCustomer } from "../customers/operations/delete-customer";
import { createEntity } from "../entities/operations/create-entity";
import { deleteEntity } from "../entities/operations/delete-entity";
import { freezeClock } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { sql } from "../platform/sql";
import { call, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { featureIds, givenEvents } from "../testing/given-events";
import { brokenInvariants } from "../testing/ledger-invariants";
import { eraseEvents } from "./erase-events";
import { foldRecentUsage } from "./fold-usage";

const now = new Date("2026-05-20T10:40:00Z");
const occurredAt = new Date("2026-05-20T08:00Z");

async function freshSandbox() {
  freezeClock(now);
  const tenant = (await testOrganization()).sandbox;
  await givenFeature(tenant, { slug: "tokens" });
  await db().query(sql`
    UPDATE feature SET rollup_keys = '{by}' WHERE env_id = ${tenant.envId}`);
  const featureId = (await featureIds(tenant)).tokens ?? 0;
  return { tenant, featureId, customerId: await givenCustomer(tenant, "ana") };
}

const events = (tenant: Tenant) =>
  db().query<{ properties: unknown; value: string; entity: boolean }>(sql`
    SELECT properties, trim_scale(value)::text AS value, entity_id IS NOT NULL AS entity
    FROM meter_event WHERE env_id = ${tenant.envId} ORDER BY value`);

const locks = (customerId: string) =>
  db().query(sql`SELECT properties FROM lock WHERE customer_id = ${customerId}::uuid`);

afterEach(async () => {
  freezeClock(null);
  expect(await brokenInvariants(db())).toEqual([]);
});

describe("a deleted customer", () => {
  it("leaves what was used, but nothing of what the caller said about it", async () => {
    const { tenant, featureId, customerId } = await freshSandbox();
    const other = await givenCustomer(tenant, "bob");
    await givenEvents(tenant, [
      { customerId, featureId, occurredAt, value: "1", properties: { by: "ana@example.com" } },
      { customerId: other, featureId, occurredAt, value: "2", properties: { by: "bob" } },
    ]);
    await foldRecentUsage(db(), log);
    await call(deleteCustomer, "customers.delete", tenant, { customer_id: "ana" });
    expect(await events(tenant)).toEqual([
      { properties: null, value: "1", entity: false },
      { properties: { by: "bob" }, value: "2", entity: false },
    ]);
    await eraseEvents(db(), log);
    await foldRecentUsage(db(), log);
    const folded = await db().query(sql`
      SELECT value, trim_scale(tracked)::text AS tracked FROM usage_rollup_key
      WHERE env_id = ${tenant.envId} ORDER BY value`);
    expect(folded).toEqual([
      { value: "", tracked: "1" },
      { value: "bob", tracked: "2" },
    ]);
    expect(await eraseEvents(db(), log)).toBe(0);
  });

  it("leaves nothing of what the caller said of its locks", async () => {
    const { tenant, customerId } = await freshSandbox();
    const tokens = { customer_id: "ana", feature_id: "tokens" };
    await call(createBalance, "balances.create", tenant, { ...tokens, included_grant: 9 });
    await call(check, "balances.check", tenant, {
      ...{ ...tokens, required_balance: 4, properties: { by: "ana" } },
      lock: { enabled: true, lock_id: "job" },
    });
    expect(await locks(customerId)).toEqual([{ properties: { by: "ana" } }]);
    await call(deleteCustomer, "customers.delete", tenant, { customer_id: "ana" });
    expect(await locks(customerId)).toEqual([{ properties: null }]);
  });

  it("with more events than a request erases is finished by the job", async () => {
    const { tenant, featureId, customerId } = await freshSandbox();
    await givenEvents(
      tenant,
      Array.from({ length: 5_200 }, () => ({
        ...{ customerId, featureId, occurredAt, properties: { by: "ana" } },
      })),
    );
    await call(deleteCustomer, "customers.delete", tenant, { customer_id: "ana" });
    const left = sql`SELECT count(*)::int AS n FROM meter_event
      WHERE env_id = ${tenant.envId} AND properties IS NOT NULL`;
    expect(await db().query(left)).toEqual([{ n: 200 }]);
    await eraseEvents(db(), log);
    expect(await db().query(left)).toEqual([{ n: 0 }]);
  });
});

describe("a deleted entity", () => {
  it("loses the properties of its own events", async () => {
    const { tenant, featureId, customerId } = await freshSandbox();
    await givenFeature(tenant, { slug: "seats", consumable: false });
    await call(createBalance, "balances.create", tenant, {
      ...{ customer_id: "ana", feature_id: "seats", included_grant: 3 },
    });
    const entity = { customer_id: "ana", entity_id: "seat-1" };
    await call(createEntity, "entities.create", tenant, { ...entity, feature_id: "seats" });
    const [row] = await db().query<{ id: string }>(sql`
      SELECT id FROM entity WHERE customer_id = ${customerId}::uuid`);
    const entityId = row?.id ?? "";
    await givenEvents(tenant, [
      { customerId, featureId, entityId, occurredAt, value: "1", properties: { by: "x" } },
      { customerId, featureId, occurredAt, value: "2", properties: { by: "y" } },
    ]);
    await call(deleteEntity, "entities.delete", tenant, entity);
    expect(await events(tenant)).toEqual([
      { properties: null, value: "1", entity: true },
      { properties: { by: "y" }, value: "2", entity: false },
    ]);
  });

  it("loses those of the event that closes its lock later", async () => {
    const { tenant, customerId } = await freshSandbox();
    await givenFeature(tenant, { slug: "seats", consumable: false });
    await call(createBalance, "balances.create", tenant, {
      ...{ customer_id: "ana", feature_id: "tokens", included_grant: 9 },
    });
    const entity = { customer_id: "ana", entity_id: "seat-1" };
    await call(createEntity, "entities.create", tenant, { ...entity, feature_id: "seats" });
    await call(check, "balances.check", tenant, {
      ...{ ...entity, feature_id: "tokens", required_balance: 4, properties: { by: "x" } },
      lock: { enabled: true, lock_id: "job" },
    });
    await call(deleteEntity, "entities.delete", tenant, entity);
    await eraseEvents(db(), log);
    await call(finalizeLock, "balances.finalize", tenant, { lock_id: "job", action: "release" });
    expect(await events(tenant)).toMatchObject([{ properties: { by: "x" } }, { properties: null }]);
    expect(await eraseEvents(db(), log)).toBe(1);
    expect(await eraseEvents(db(), log)).toBe(0);
    expect(await events(tenant)).toEqual([
      { properties: null, value: "-4", entity: true },
      { properties: null, value: "4", entity: true },
    ]);
    expect(await locks(customerId)).toEqual([{ properties: null }]);
  });
});

describe("an event", () => {
  it("never changes otherwise", async () => {
    const { tenant, featureId, customerId } = await freshSandbox();
    const properties = { by: "ana" };
    await givenEvents(tenant, [{ customerId, featureId, occurredAt, properties }]);
    const ofAna = sql`WHERE env_id = ${tenant.envId} AND customer_id = ${customerId}::uuid`;
    const refused = /is forbidden: append-only/;
    await expect(
      db().query(sql`UPDATE meter_event SET properties = NULL ${ofAna}`),
    ).rejects.toThrow(refused);
    await call(deleteCustomer, "customers.delete", tenant, { customer_id: "ana" });
    await expect(
      db().query(sql`UPDATE meter_event SET properties = '{"by":"eve"}' ${ofAna}`),
    ).rejects.toThrow(refused);
    await expect(
      db().query(sql`UPDATE meter_event SET properties = NULL, value = 7 ${ofAna}`),
    ).rejects.toThrow(refused);
    await expect(db().query(sql`DELETE FROM meter_event ${ofAna}`)).rejects.toThrow(refused);
  });
});
