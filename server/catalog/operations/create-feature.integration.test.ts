import { describe, expect, it } from "vitest";
import type { Tenant } from "../../platform/context";
import { auditTrail, type Body, catalogCalls, catalogVersion } from "../../testing/catalog-calls";
import { refusal } from "../../testing/refusal";
import { eachWithSamples } from "../../testing/sample-catalog";

const samples = eachWithSamples();
const { features } = catalogCalls(samples);

const ids = async (body: Body = {}, tenant: Tenant = samples.tenant) =>
  (await features.list(body, { tenant })).list.map((feature) => feature.id);

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
    [{ type: "metered", rollup_keys: ["model", "model"] }, { rollup_keys: ["model"] }],
    [{ type: "boolean", credit_schema: [], model_markups: null }, { type: "boolean" }],
  ])("stores %j", async (given, expected) => {
    const created = await features.create({ feature_id: "made", name: " Made ", ...given });
    expect(created).toMatchObject({ id: "made", name: "Made", archived: false, ...expected });
    expect(await features.get("made")).toEqual(created);
  });

  it("takes the guides' name for its id", async () => {
    expect(
      await features.create({ id: "from-guide", name: "Guide", type: "boolean" }),
    ).toMatchObject({
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
    [{ rollup_keys: ["a", "b", "c", "d", "e"] }, "invalid_inputs"],
    [{ credit_schema: [{ metered_feature_id: "messages", credit_cost: 2 }] }, "invalid_inputs"],
    [{ model_markups: { "some/model": { markup: 5 } } }, "invalid_inputs"],
    [{ default_markup: 10 }, "invalid_inputs"],
    [{ provider_markups: { some: { markup: 5 } } }, "invalid_inputs"],
  ])("refuses %j with %s and stores nothing", async (wrong, reason) => {
    const before = await catalogVersion(samples.tenant);
    const body = { feature_id: "made", name: "Made", type: "metered", ...wrong };
    expect(await refusal(features.create(body))).toMatchObject({ reason });
    expect(await ids()).toEqual(["messages", "seats", "sso"]);
    expect(await catalogVersion(samples.tenant)).toBe(before);
  });

  it("answers a repeat with the same key as the first time, and stores once", async () => {
    const body = { feature_id: "once", name: "Once", type: "boolean" };
    const first = await features.create(body, { key: "k1" });
    expect(await features.create(body, { key: "k1" })).toEqual(first);
    expect(await refusal(features.create({ ...body, name: "Other" }, { key: "k1" }))).toMatchObject(
      {
        kind: "conflict",
        reason: "duplicate_idempotency_key",
      },
    );
    expect(await refusal(features.create(body, { key: "k2" }))).toMatchObject({
      kind: "conflict",
      reason: "duplicate_feature_id",
    });
  });

  it("lets one of two twins win", async () => {
    const body = { feature_id: "twin", name: "Twin", type: "boolean" };
    const outcomes = await Promise.allSettled([features.create(body), features.create(body)]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("every write of a feature", () => {
  it("counts the catalog up and leaves an audit row", async () => {
    const before = await catalogVersion(samples.tenant);
    await features.create({ feature_id: "made", name: "Made", type: "boolean" });
    await features.update("made", { name: "Made again" });
    await features.delete("made");
    expect(await catalogVersion(samples.tenant)).toBe(before + 3);
    const trail = (await auditTrail(samples.tenant, "feature")).slice(3);
    expect(trail.map((row) => [row.action, row.before?.name, row.after?.name])).toEqual([
      ["features.create", undefined, "Made"],
      ["features.update", "Made", "Made again"],
      ["features.delete", "Made again", undefined],
    ]);
  });
});
