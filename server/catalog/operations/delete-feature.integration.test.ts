import { describe, expect, it } from "vitest";
import { createBalance } from "../../balances/operations/create-balance";
import { getOrCreateCustomer } from "../../customers/operations/get-or-create-customer";
import type { Tenant } from "../../platform/context";
import { type Body, catalogCalls } from "../../testing/catalog-calls";
import { call } from "../../testing/ctx";
import { refusal } from "../../testing/refusal";
import { eachWithSamples, monthlyMessages, samplePlan } from "../../testing/sample-catalog";

const samples = eachWithSamples();
const { features } = catalogCalls(samples);

const ids = async (body: Body = {}, tenant: Tenant = samples.tenant) =>
  (await features.list(body, { tenant })).list.map((feature) => feature.id);

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

describe("features.delete", () => {
  it("deletes what nothing uses, once", async () => {
    expect(await features.delete("sso")).toEqual({ success: true });
    expect(await refusal(features.delete("sso"))).toMatchObject({ reason: "feature_not_found" });
    expect(await ids()).toEqual(["messages", "seats"]);
  });

  it.each([
    ["a plan has it", () => samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] })],
    ["a customer had it", holdMessages],
  ])("refuses when %s", async (_why, use) => {
    await use();
    const refused = await refusal(features.delete("messages"));
    expect(refused).toMatchObject({ kind: "conflict", reason: "feature_in_use" });
    expect(refused.message).toContain("archived: true");
    expect(await features.get("messages")).toMatchObject({ id: "messages" });
  });
});
