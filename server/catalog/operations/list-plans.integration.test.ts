import { describe, expect, it } from "vitest";
import { createEntity } from "../../entities/operations/create-entity";
import type { Tenant } from "../../platform/context";
import { type Body, catalogCalls } from "../../testing/catalog-calls";
import { call } from "../../testing/ctx";
import { refusal } from "../../testing/refusal";
import { eachWithSamples, monthlyMessages, samplePlan } from "../../testing/sample-catalog";

const samples = eachWithSamples();
const { plans, hold } = catalogCalls(samples);

const list = async (body: Body = {}, tenant: Tenant = samples.tenant) =>
  (await plans.list(body, { tenant })).list;

describe("plans.list", () => {
  it("lists active versions, every version on request, archived ones on request", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await samplePlan(samples.tenant, { id: "old" });
    await plans.update("free", { force_version: true });
    await plans.update("old", { archived: true });
    const shown = async (body: Body) =>
      (await list(body)).map((plan) => `${plan.id} ${plan.version} ${plan.active}`);
    expect(await shown({})).toEqual(["free 2 true"]);
    expect(await shown({ include_archived: true })).toEqual(["free 2 true", "old 1 true"]);
    expect(await shown({ all_versions: true })).toEqual(["free 2 true", "free 1 false"]);
    expect(await plans.get("old")).toMatchObject({ archived: true });
  });

  it("says what attaching would be for a customer, an entity, and a stranger", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await samplePlan(samples.tenant, { id: "other", items: [{ feature_id: "sso" }] });
    await samplePlan(samples.tenant, { id: "apart", group: "second" });
    await samplePlan(samples.tenant, { id: "extra", addOn: true });
    await samplePlan(samples.tenant, { id: "pro", price: { amount: 20, interval: "month" } });
    await plans.create({ plan_id: "lot", name: "Lot", price: { amount: 5, interval: "one_off" } });
    await hold("free");
    await hold("extra");
    await call(createEntity, "entities.create", samples.tenant, {
      customer_id: "ann",
      entity_id: "desk",
      feature_id: "seats",
      name: "Desk",
    });
    const actions = async (body: Body) =>
      Object.fromEntries(
        (await list(body)).map((plan) => [
          plan.id,
          [plan.customer_eligibility?.attach_action, plan.customer_eligibility?.status],
        ]),
      );
    expect(await actions({ customer_id: "ann" })).toEqual({
      free: ["none", "active"],
      other: ["upgrade", undefined],
      apart: ["activate", undefined],
      extra: ["activate", "active"],
      pro: ["upgrade", undefined],
      lot: ["purchase", undefined],
    });
    expect(await actions({ customer_id: "ann", entity_id: "desk" })).toMatchObject({
      free: ["activate", undefined],
      extra: ["activate", undefined],
    });
    expect(await actions({ customer_id: "stranger" })).toMatchObject({
      free: [undefined, undefined],
    });
    for (const body of [{ customer_id: "ann", entity_id: "none" }, { entity_id: "desk" }]) {
      expect(await refusal(list(body))).toMatchObject({
        kind: "not_found",
        reason: "entity_not_found",
      });
    }
  });
});
