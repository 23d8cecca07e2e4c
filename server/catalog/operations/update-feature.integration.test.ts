import { describe, expect, it } from "vitest";
import { createBalance } from "../../balances/operations/create-balance";
import { getOrCreateCustomer } from "../../customers/operations/get-or-create-customer";
import { catalogCalls } from "../../testing/catalog-calls";
import { call } from "../../testing/ctx";
import { refusal } from "../../testing/refusal";
import { eachWithSamples, monthlyMessages, samplePlan } from "../../testing/sample-catalog";

const samples = eachWithSamples();
const { features } = catalogCalls(samples);

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

describe("features.update", () => {
  it("changes names, words and events, and leaves the rest alone", async () => {
    const before = await features.get("messages");
    const changed = await features.update("messages", {
      name: "Mails",
      display: { singular: "mail", plural: "mails" },
      event_names: ["mail.sent"],
      rollup_keys: ["region"],
    });
    expect(changed).toEqual({
      ...before,
      name: "Mails",
      display: { singular: "mail", plural: "mails" },
      event_names: ["mail.sent"],
      rollup_keys: ["region"],
    });
    expect(await features.update("messages", {})).toEqual(changed);
    expect(await features.update("messages", { display: null })).not.toHaveProperty("display");
  });

  it("renames a feature that a plan has but nobody held", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    expect(await features.update("messages", { new_feature_id: "mails" })).toMatchObject({
      id: "mails",
    });
    expect(await refusal(features.get("messages"))).toMatchObject({ reason: "feature_not_found" });
  });

  it.each([
    ["a name that is taken", { new_feature_id: "seats" }, "duplicate_feature_id"],
    ["a name that cannot be", { new_feature_id: "two words" }, "invalid_inputs"],
    ["an empty name", { name: "" }, "invalid_inputs"],
    ["becoming a credit system", { type: "credit_system" }, "invalid_inputs"],
    ["becoming an AI credit system", { type: "ai_credit_system" }, "invalid_inputs"],
    ["members", { credit_schema: [{ metered_feature_id: "sso" }] }, "invalid_inputs"],
    ["markups", { default_markup: 5 }, "invalid_inputs"],
    ["a contradiction", { type: "boolean", consumable: true }, "invalid_inputs"],
  ])("refuses %s", async (_what, change, reason) => {
    expect(await refusal(features.update("messages", change))).toMatchObject({ reason });
  });

  it.each([
    ["boolean", { type: "boolean", consumable: false }],
    ["seat", { type: "metered", consumable: false }],
  ])("retypes an unused feature to %s", async (type, expected) => {
    expect(await features.update("messages", { type })).toMatchObject(expected);
  });

  it("keeps the type of a feature that a plan has", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    for (const change of [{ type: "boolean" }, { consumable: false }]) {
      expect(await refusal(features.update("messages", change))).toMatchObject({
        kind: "conflict",
        reason: "feature_in_use",
      });
    }
    expect(await features.update("messages", { type: "metered", consumable: true })).toMatchObject({
      type: "metered",
    });
  });

  it("keeps id and type of a feature that a customer had", async () => {
    await holdMessages();
    for (const change of [{ type: "boolean" }, { new_feature_id: "mails" }]) {
      expect(await refusal(features.update("messages", change))).toMatchObject({
        reason: "feature_in_use",
      });
    }
    expect(
      await features.update("messages", { new_feature_id: "messages", name: "Mails" }),
    ).toMatchObject({
      id: "messages",
      name: "Mails",
    });
  });
});
