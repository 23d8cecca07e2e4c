import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPlan } from "../catalog/operations/create-plan";
import { getPlan } from "../catalog/operations/get-plan";
import { updateFeature } from "../catalog/operations/update-feature";
import { updatePlan } from "../catalog/operations/update-plan";
import { createEntity } from "../entities/operations/create-entity";
import { getEntity } from "../entities/operations/get-entity";
import { updateEntity } from "../entities/operations/update-entity";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { auditTrail, catalogVersion } from "../testing/catalog-calls";
import { call, testOrganization } from "../testing/ctx";
import { givenFeature } from "../testing/factory";
import { getCustomer } from "./operations/get-customer";
import { getOrCreateCustomer } from "./operations/get-or-create-customer";
import { updateCustomer } from "./operations/update-customer";

type Body = Record<string, unknown>;

let tenant: Tenant;

beforeAll(async () => {
  tenant = (await testOrganization()).sandbox;
  await givenFeature(tenant, { slug: "messages" });
  await givenFeature(tenant, { slug: "words" });
  await givenFeature(tenant, { slug: "seats", consumable: false });
  await givenFeature(tenant, { slug: "export", type: "boolean" });
});

let customer_id = "";
beforeEach(() => {
  customer_id = `user_${randomUUID().slice(0, 8)}`;
});

const make = (billing_controls: Body = {}) =>
  call(getOrCreateCustomer, "customers.get_or_create", tenant, { customer_id, billing_controls });
const update = (billing_controls: Body) =>
  call(updateCustomer, "customers.update", tenant, { customer_id, billing_controls });
const get = async () =>
  (await call(getCustomer, "customers.get", tenant, { customer_id })).billing_controls;
const seat = (billing_controls: Body) =>
  call(createEntity, "entities.create", tenant, {
    customer_id,
    entity_id: "one",
    feature_id: "seats",
    billing_controls,
  });
const gateOf = async () => {
  const [row] = await db().query<{ seq: bigint }>(sql`
    SELECT h.seq FROM customer_head h JOIN customer c ON c.id = h.customer_id
    WHERE c.env_id = ${tenant.envId} AND c.external_id = ${customer_id}`);
  return row?.seq ?? 0n;
};

const limit = { feature_id: "messages", limit: 5, interval: "month" } as const;
const alert = {
  feature_id: "messages",
  threshold: 80,
  threshold_type: "usage_percentage",
} as const;

describe("the controls of a customer", () => {
  it("are kept with every field, exactly, and shown with their source", async () => {
    await make({
      auto_topups: [
        {
          feature_id: "messages",
          enabled: true,
          threshold: -5.5,
          quantity: 100,
          purchase_limit: { interval: "week", limit: 2 },
          invoice_mode: true,
        },
      ],
      spend_limits: [{ enabled: true, overage_limit: 0.1 }],
      usage_limits: [{ ...limit, limit: 12.3456789, filter: { properties: { a: 1, b: true } } }],
      usage_alerts: [{ ...alert, name: "nearly" }],
      overage_allowed: [{ feature_id: "words" }],
    });
    expect(await get()).toEqual({
      auto_topups: [
        {
          feature_id: "messages",
          enabled: true,
          source: "customer",
          threshold: -5.5,
          quantity: 100,
          purchase_limit: { interval: "week", interval_count: 1, limit: 2 },
          invoice_mode: true,
        },
      ],
      spend_limits: [
        { enabled: true, source: "customer", limit_type: "absolute", overage_limit: 0.1 },
      ],
      usage_limits: [
        {
          ...limit,
          enabled: true,
          source: "customer",
          limit: 12.3456789,
          anchor: "billing_cycle",
          filter: { properties: { a: "1", b: "true" } },
          usage: 0,
        },
      ],
      usage_alerts: [
        { ...alert, enabled: true, source: "customer", basis: "balance", name: "nearly" },
      ],
      overage_allowed: [{ feature_id: "words", enabled: false, source: "customer" }],
    });
  });

  it("change list by list: one that is sent replaces its list, an empty one removes it", async () => {
    await make({ usage_limits: [limit], usage_alerts: [alert] });
    const words = { ...limit, feature_id: "words" };
    expect((await update({ usage_limits: [words] })).billing_controls).toMatchObject({
      usage_limits: [{ feature_id: "words" }],
      usage_alerts: [{ feature_id: "messages" }],
    });
    await update({ usage_alerts: [] });
    expect(Object.keys(await get())).toEqual(["usage_limits"]);
    await update({ usage_limits: [] });
    expect(await get()).toEqual({});
  });

  it("are those of the first request: getting a customer changes none", async () => {
    await make({ usage_limits: [limit] });
    await make({ usage_limits: [{ ...limit, limit: 9 }] });
    expect((await get()).usage_limits).toMatchObject([{ limit: 5 }]);
  });

  it("pass the customer's gate, and the audit log says what they were and are", async () => {
    await make();
    const before = await gateOf();
    await update({ usage_limits: [limit] });
    expect(await gateOf()).toBeGreaterThan(before);
    const [written] = (await auditTrail(tenant, "customer")).slice(-1);
    expect(written).toMatchObject({
      action: "customers.update",
      before: { billing_controls: {} },
      after: { changed: ["billingControls"], billing_controls: { usage_limits: [limit] } },
    });
  });

  it("of a renamed feature go with it", async () => {
    await givenFeature(tenant, { slug: "drafts" });
    await make({ usage_limits: [{ ...limit, feature_id: "drafts" }] });
    const rename = { feature_id: "drafts", new_feature_id: `notes_${customer_id}` };
    await call(updateFeature, "features.update", tenant, rename);
    expect((await get()).usage_limits).toMatchObject([{ feature_id: `notes_${customer_id}` }]);
  });

  it("do not lose one of two changes at once", async () => {
    await make();
    await Promise.all([
      update({ usage_limits: [limit] }),
      update({ usage_alerts: [alert] }),
      update({ overage_allowed: [{ feature_id: "words", enabled: true }] }),
    ]);
    expect(Object.keys(await get()).sort()).toEqual([
      "overage_allowed",
      "usage_alerts",
      "usage_limits",
    ]);
  });

  it.each<[string, Body, RegExp]>([
    ["an unknown feature", { usage_alerts: [{ ...alert, feature_id: "x" }] }, /usage_alerts\.0/],
    ["a boolean feature", { usage_limits: [{ ...limit, feature_id: "export" }] }, /boolean/],
    ["two limits of one feature", { usage_limits: [limit, { ...limit, limit: 6 }] }, /already/],
    ["an alert twice", { usage_alerts: [alert, { ...alert, name: "again" }] }, /already/],
    ["a limit below zero", { usage_limits: [{ ...limit, limit: -1 }] }, /0 or more/],
    ["too many decimals", { usage_limits: [{ ...limit, limit: 0.12345678901 }] }, /decimals/],
    ["an unknown interval", { usage_limits: [{ ...limit, interval: "hour" }] }, /interval/],
    ["a filter of nothing", { usage_limits: [{ ...limit, filter: { properties: {} } }] }, /1 to 4/],
    [
      "a filter of five properties",
      { usage_limits: [{ ...limit, filter: { properties: { a: 1, b: 1, c: 1, d: 1, e: 1 } } }] },
      /1 to 4/,
    ],
    ["a basis that is not built", { usage_alerts: [{ ...alert, basis: "included" }] }, /basis/],
    [
      "a top-up of nothing",
      { auto_topups: [{ feature_id: "messages", threshold: 1, quantity: 0 }] },
      /1 or more/,
    ],
  ])("are refused for %s", async (_, controls, message) => {
    await make();
    await expect(update(controls)).rejects.toThrow(message);
    expect(await get()).toEqual({});
  });

  it("may limit one feature under several filters", async () => {
    const filtered = (tier: string) => ({ ...limit, filter: { properties: { tier } } });
    await make({ usage_limits: [limit, filtered("a"), filtered("b")] });
    expect((await get()).usage_limits).toHaveLength(3);
  });
});

describe("the controls of an entity", () => {
  it("come before the customer's, which it shows where it has none", async () => {
    await make({ usage_limits: [limit], usage_alerts: [alert] });
    await seat({ usage_limits: [{ ...limit, limit: 2 }] });
    const entity = await call(getEntity, "entities.get", tenant, { customer_id, entity_id: "one" });
    expect(entity.billing_controls).toMatchObject({
      usage_limits: [{ limit: 2, source: "entity" }],
      usage_alerts: [{ source: "customer" }],
    });
    const before = await gateOf();
    const changed = await call(updateEntity, "entities.update", tenant, {
      customer_id,
      entity_id: "one",
      billing_controls: { usage_limits: [] },
    });
    expect(changed.billing_controls.usage_limits).toMatchObject([{ limit: 5, source: "customer" }]);
    expect(await gateOf()).toBeGreaterThan(before);
    const [written] = (await auditTrail(tenant, "entity")).slice(-1);
    expect(written).toMatchObject({
      before: { billing_controls: { usage_limits: [{ limit: 2 }] } },
      after: { changed: ["billing_controls"], billing_controls: {} },
    });
  });

  it("are refused for a feature that does not exist, and nothing is made", async () => {
    await make();
    await expect(seat({ usage_limits: [{ ...limit, feature_id: "x" }] })).rejects.toThrow(
      /billing_controls\.usage_limits\.0\.feature_id/,
    );
    await expect(
      call(getEntity, "entities.get", tenant, { customer_id, entity_id: "one" }),
    ).rejects.toMatchObject({ reason: "entity_not_found" });
  });
});

describe("the controls of a plan", () => {
  const plan = (billing_controls: Body) =>
    call(createPlan, "plans.create", tenant, {
      plan_id: `plan_${customer_id}`,
      name: "Plan",
      billing_controls,
    });

  it("belong to the plan, not to a version, and move the catalog", async () => {
    const made = await plan({ usage_limits: [limit] });
    expect(made.billing_controls).toEqual({ usage_limits: [{ ...limit, enabled: true }] });
    const before = await catalogVersion(tenant);
    const changed = await call(updatePlan, "plans.update", tenant, {
      plan_id: made.id,
      billing_controls: { usage_alerts: [alert] },
    });
    expect(changed).toMatchObject({
      version: 1,
      billing_controls: { usage_limits: [limit], usage_alerts: [alert] },
    });
    expect(await catalogVersion(tenant)).toBeGreaterThan(before);
    const renamed = { plan_id: made.id, name: "Renamed" };
    await call(updatePlan, "plans.update", tenant, renamed);
    const got = await call(getPlan, "plans.get", tenant, { plan_id: made.id });
    expect(Object.keys(got.billing_controls)).toEqual(["usage_limits", "usage_alerts"]);
  });
});
