import { describe, expect, it } from "vitest";
import { catalogCalls } from "../../testing/catalog-calls";
import { refusal } from "../../testing/refusal";
import { eachWithSamples, samplePlan } from "../../testing/sample-catalog";

const samples = eachWithSamples();
const { plans } = catalogCalls(samples);

describe("plans.get", () => {
  it("keeps environments apart", async () => {
    await samplePlan(samples.tenant, { id: "free" });
    expect(await plans.list({}, { tenant: samples.live })).toEqual({ list: [] });
    const missing = { kind: "not_found", reason: "product_not_found" };
    expect(await refusal(plans.get("free", null, { tenant: samples.live }))).toMatchObject(missing);
    expect(await refusal(plans.delete("free", {}, { tenant: samples.live }))).toMatchObject(
      missing,
    );
    expect(await refusal(plans.get("nowhere"))).toMatchObject(missing);
    expect(await refusal(plans.get("free", 2))).toMatchObject(missing);
  });
});
