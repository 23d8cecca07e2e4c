import { describe, expect, it } from "vitest";
import type { Tenant } from "../../platform/context";
import { type Body, catalogCalls } from "../../testing/catalog-calls";
import { refusal } from "../../testing/refusal";
import { eachWithSamples } from "../../testing/sample-catalog";

const samples = eachWithSamples();
const { features } = catalogCalls(samples);

const ids = async (body: Body = {}, tenant: Tenant = samples.tenant) =>
  (await features.list(body, { tenant })).list.map((feature) => feature.id);

describe("features.get", () => {
  it("keeps environments apart", async () => {
    expect(await ids({}, samples.live)).toEqual([]);
    const foreign = await refusal(features.get("messages", { tenant: samples.live }));
    const missing = await refusal(features.get("nowhere", { tenant: samples.live }));
    expect(foreign).toMatchObject({ kind: "not_found", reason: "feature_not_found" });
    expect(foreign.message.replace("messages", "nowhere")).toBe(missing.message);
    expect(await refusal(features.delete("messages", { tenant: samples.live }))).toMatchObject({
      reason: "feature_not_found",
    });
    expect(
      await refusal(features.update("messages", { name: "Mine" }, { tenant: samples.live })),
    ).toMatchObject({
      reason: "feature_not_found",
    });
  });
});
