import { describe, expect, it } from "vitest";
import { createBalance } from "../balances/operations/create-balance";
import { getOrCreateCustomer } from "../customers/operations/get-or-create-customer";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { call } from "../testing/ctx";
import { refusal } from "../testing/refusal";
import { eachWithSamples, monthlyMessages, samplePlan } from "../testing/sample-catalog";
import { createFeature } from "./operations/create-feature";
import { deleteFeature } from "./operations/delete-feature";
import { getFeature } from "./operations/get-feature";
import { listFeatures } from "./operations/list-features";
import { updateFeature } from "./operations/update-feature";

const samples = eachWithSamples();

type Body = Record<string, unknown>;
const create = (body: Body, options: { tenant?: Tenant; key?: string } = {}) =>
  call(
    createFeature,
    "features.create",
    options.tenant ?? samples.tenant,
    body as Parameters<typeof call<typeof createFeature.spec.input, never>>[3],
    options.key === undefined ? {} : { key: options.key },
  );
const update = (feature_id: string, change: Body, tenant = samples.tenant) =>
  call(updateFeature, "features.update", tenant, { feature_id, ...change });
const remove = (feature_id: string, tenant = samples.tenant) =>
  call(deleteFeature, "features.delete", tenant, { feature_id });
const get = (feature_id: string, tenant = samples.tenant) =>
  call(getFeature, "features.get", tenant, { feature_id });
const list = async (body: { include_archived?: boolean } = {}, tenant = samples.tenant) =>
  (await call(listFeatures, "features.list", tenant, body)).list.map((feature) => feature.id);

/** Gives a customer a balance of the sample messages, so that the feature was held. */
async function holdMessages(): Promise<void> {
  await call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, {
    customer_id: "holder",
  });
  await call(createBalance, "balances.create", samples.tenant, {
    customer_id: "holder",
    feature_id: "messages",
    included_grant: 5,
  });
}

async function catalogVersion(tenant: Tenant): Promise<number> {
  const [row] = await db().query<{ catalog_version: number }>(
    sql`SELECT catalog_version FROM environment WHERE id = ${tenant.envId}`,
  );
  return row?.catalog_version ?? 0;
}

describe("features.create", () => {
  it.each([
    [{ type: "boolean" }, { type: "boolean", consumable: false }],
    [{ type: "metered" }, { type: "metered", consumable: true }],
    [
      { type: "metered", consumable: true },
      { type: "metered", consumable: true },
    ],
    [
      { type: "metered", consumable: false },
      { type: "metered", consumable: false },
    ],
    [{ type: "single_use" }, { type: "metered", consumable: true }],
    [{ type: "continuous_use" }, { type: "metered", consumable: false }],
    [{ type: "feature_flag" }, { type: "boolean", consumable: false }],
    [{ type: "seat" }, { type: "metered", consumable: false }],
    [
      { type: "metered", display: { singular: "call", plural: "calls" } },
      { display: { singular: "call", plural: "calls" } },
    ],
    [{ type: "metered", unit_label: "GB" }, { display: { singular: "GB", plural: "GB" } }],
    [{ type: "metered", event_names: ["a", "b", "a"] }, { event_names: ["a", "b"] }],
    [{ type: "boolean", credit_schema: [], model_markups: null }, { type: "boolean" }],
  ])("stores %j", async (given, expected) => {
    const created = await create({ feature_id: "made", name: " Made ", ...given });
    expect(created).toMatchObject({ id: "made", name: "Made", archived: false, ...expected });
    expect(await get("made")).toEqual(created);
  });

  it("takes the guides' name for its id", async () => {
    expect(await create({ id: "from-guide", name: "Guide", type: "boolean" })).toMatchObject({
      id: "from-guide",
    });
  });

  it.each([
    [{ feature_id: "messages" }, "duplicate_feature_id"],
    [{ feature_id: "" }, "invalid_inputs"],
    [{ feature_id: "two words" }, "invalid_inputs"],
    [{ feature_id: "x".repeat(10_000) }, "invalid_inputs"],
    [{ feature_id: 7 }, "invalid_inputs"],
    [{ name: "" }, "invalid_inputs"],
    [{ name: "   " }, "invalid_inputs"],
    [{ name: undefined }, "invalid_inputs"],
    [{ type: "gauge" }, "invalid_inputs"],
    [{ type: "boolean", consumable: true }, "invalid_inputs"],
    [{ type: "single_use", consumable: false }, "invalid_inputs"],
    [{ event_names: [""] }, "invalid_inputs"],
    [{ event_names: "sent" }, "invalid_inputs"],
    [{ type: "credit_system" }, "not_supported"],
    [{ type: "ai_credit_system" }, "not_supported"],
    [{ credit_schema: [{ metered_feature_id: "messages", credit_cost: 2 }] }, "not_supported"],
    [{ model_markups: { some: { markup: 5 } } }, "not_supported"],
    [{ default_markup: 10 }, "not_supported"],
    [{ provider_markups: { some: { markup: 5 } } }, "not_supported"],
  ])("refuses %j with %s and stores nothing", async (wrong, reason) => {
    const before = await catalogVersion(samples.tenant);
    const body = { feature_id: "made", name: "Made", type: "metered", ...wrong };
    expect(await refusal(create(body))).toMatchObject({ reason });
    expect(await list()).toEqual(["messages", "seats", "sso"]);
    expect(await catalogVersion(samples.tenant)).toBe(before);
  });

  it("answers a repeat with the same key as the first time, and stores once", async () => {
    const body = { feature_id: "once", name: "Once", type: "boolean" };
    const first = await create(body, { key: "k1" });
    expect(await create(body, { key: "k1" })).toEqual(first);
    expect(await refusal(create({ ...body, name: "Other" }, { key: "k1" }))).toMatchObject({
      kind: "conflict",
      reason: "duplicate_idempotency_key",
    });
    expect(await refusal(create(body, { key: "k2" }))).toMatchObject({
      kind: "conflict",
      reason: "duplicate_feature_id",
    });
  });

  it("lets one of two twins win", async () => {
    const body = { feature_id: "twin", name: "Twin", type: "boolean" };
    const outcomes = await Promise.allSettled([create(body), create(body)]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("features.get and features.list", () => {
  it("keeps environments apart", async () => {
    expect(await list({}, samples.live)).toEqual([]);
    const foreign = await refusal(get("messages", samples.live));
    const missing = await refusal(get("nowhere", samples.live));
    expect(foreign).toMatchObject({ kind: "not_found", reason: "feature_not_found" });
    expect(foreign.message.replace("messages", "nowhere")).toBe(missing.message);
    expect(await refusal(remove("messages", samples.live))).toMatchObject({
      reason: "feature_not_found",
    });
    expect(await refusal(update("messages", { name: "Mine" }, samples.live))).toMatchObject({
      reason: "feature_not_found",
    });
  });

  it("hides archived features from the list, and finds them by id", async () => {
    await update("sso", { archived: true });
    expect(await list()).toEqual(["messages", "seats"]);
    expect(await list({ include_archived: true })).toEqual(["messages", "seats", "sso"]);
    expect(await get("sso")).toMatchObject({ archived: true });
    await update("sso", { archived: false });
    expect(await list()).toEqual(["messages", "seats", "sso"]);
  });
});

describe("features.update", () => {
  it("changes names, words and events, and leaves the rest alone", async () => {
    const before = await get("messages");
    const changed = await update("messages", {
      name: "Mails",
      display: { singular: "mail", plural: "mails" },
      event_names: ["mail.sent"],
    });
    expect(changed).toEqual({
      ...before,
      name: "Mails",
      display: { singular: "mail", plural: "mails" },
      event_names: ["mail.sent"],
    });
    expect(await update("messages", {})).toEqual(changed);
    expect(await update("messages", { display: null })).not.toHaveProperty("display");
  });

  it("renames a feature that a plan has but nobody held", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    expect(await update("messages", { new_feature_id: "mails" })).toMatchObject({ id: "mails" });
    expect(await refusal(get("messages"))).toMatchObject({ reason: "feature_not_found" });
  });

  it.each([
    ["a name that is taken", { new_feature_id: "seats" }, "duplicate_feature_id"],
    ["a name that cannot be", { new_feature_id: "two words" }, "invalid_inputs"],
    ["an empty name", { name: "" }, "invalid_inputs"],
    ["a type to come", { type: "credit_system" }, "not_supported"],
    ["a contradiction", { type: "boolean", consumable: true }, "invalid_inputs"],
  ])("refuses %s", async (_what, change, reason) => {
    expect(await refusal(update("messages", change))).toMatchObject({ reason });
  });

  it.each([
    ["boolean", { type: "boolean", consumable: false }],
    ["seat", { type: "metered", consumable: false }],
  ])("retypes an unused feature to %s", async (type, expected) => {
    expect(await update("messages", { type })).toMatchObject(expected);
  });

  it("keeps the type of a feature that a plan has", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    for (const change of [{ type: "boolean" }, { consumable: false }]) {
      expect(await refusal(update("messages", change))).toMatchObject({
        kind: "conflict",
        reason: "feature_in_use",
      });
    }
    expect(await update("messages", { type: "metered", consumable: true })).toMatchObject({
      type: "metered",
    });
  });

  it("keeps id and type of a feature that a customer had", async () => {
    await holdMessages();
    for (const change of [{ type: "boolean" }, { new_feature_id: "mails" }]) {
      expect(await refusal(update("messages", change))).toMatchObject({ reason: "feature_in_use" });
    }
    expect(await update("messages", { new_feature_id: "messages", name: "Mails" })).toMatchObject({
      id: "messages",
      name: "Mails",
    });
  });
});

describe("features.delete", () => {
  it("deletes what nothing uses, once", async () => {
    expect(await remove("sso")).toEqual({ success: true });
    expect(await refusal(remove("sso"))).toMatchObject({ reason: "feature_not_found" });
    expect(await list()).toEqual(["messages", "seats"]);
  });

  it.each([
    ["a plan has it", () => samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] })],
    ["a customer had it", holdMessages],
  ])("refuses when %s", async (_why, use) => {
    await use();
    const refused = await refusal(remove("messages"));
    expect(refused).toMatchObject({ kind: "conflict", reason: "feature_in_use" });
    expect(refused.message).toContain("archived: true");
    expect(await get("messages")).toMatchObject({ id: "messages" });
  });
});

describe("every write of a feature", () => {
  it("counts the catalog up and leaves an audit row", async () => {
    const before = await catalogVersion(samples.tenant);
    await create({ feature_id: "made", name: "Made", type: "boolean" });
    await update("made", { name: "Made again" });
    await remove("made");
    expect(await catalogVersion(samples.tenant)).toBe(before + 3);
    const rows = await db().query<{ action: string; before: Body | null; after: Body | null }>(sql`
      SELECT action, before, after FROM audit_entry
      WHERE env_id = ${samples.tenant.envId} AND target_type = 'feature' AND target_id = 'made'
      ORDER BY created_at, id`);
    expect(rows.map((row) => [row.action, row.before?.name, row.after?.name])).toEqual([
      ["features.create", undefined, "Made"],
      ["features.update", "Made", "Made again"],
      ["features.delete", "Made again", undefined],
    ]);
  });
});
