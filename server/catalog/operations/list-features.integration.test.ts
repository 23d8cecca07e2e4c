import { describe, expect, it } from "vitest";
import type { Tenant } from "../../platform/context";
import { type Body, catalogCalls } from "../../testing/catalog-calls";
import { eachWithSamples } from "../../testing/sample-catalog";

const samples = eachWithSamples();
const { features } = catalogCalls(samples);

const ids = async (body: Body = {}, tenant: Tenant = samples.tenant) =>
  (await features.list(body, { tenant })).list.map((feature) => feature.id);

describe("features.list", () => {
  it("hides archived features from the list, and finds them by id", async () => {
    await features.update("sso", { archived: true });
    expect(await ids()).toEqual(["messages", "seats"]);
    expect(await ids({ include_archived: true })).toEqual(["messages", "seats", "sso"]);
    expect(await features.get("sso")).toMatchObject({ archived: true });
    await features.update("sso", { archived: false });
    expect(await ids()).toEqual(["messages", "seats", "sso"]);
  });
});
