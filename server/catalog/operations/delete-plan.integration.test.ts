import { describe, expect, it } from "vitest";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { catalogCalls } from "../../testing/catalog-calls";
import { refusal } from "../../testing/refusal";
import { eachWithSamples, monthlyMessages, samplePlan } from "../../testing/sample-catalog";

const samples = eachWithSamples();
const { plans, hold } = catalogCalls(samples);

describe("plans.delete", () => {
  it("deletes a plan that nobody had, with all its versions on request", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await plans.update("free", { force_version: true });
    expect(await plans.delete("free", { all_versions: true })).toEqual({ success: true });
    expect(await refusal(plans.get("free"))).toMatchObject({ reason: "product_not_found" });
    await samplePlan(samples.tenant, { id: "free" });
    expect(await plans.delete("free")).toEqual({ success: true });
    const [left] = await db().query<{ rows: number }>(sql`
      SELECT (SELECT count(*) FROM plan_version WHERE env_id = ${samples.tenant.envId})::int
           + (SELECT count(*) FROM plan_item WHERE env_id = ${samples.tenant.envId})::int AS rows`);
    expect(left?.rows).toBe(0);
  });

  it("takes back the active version of a plan that has others", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await hold("free");
    await plans.update("free", { items: [] });
    expect(await plans.delete("free")).toEqual({ success: true });
    expect(await plans.get("free")).toMatchObject({ version: 1, active: true });
    expect(await refusal(plans.delete("free"))).toMatchObject({ reason: "plan_in_use" });
  });

  it("refuses when a customer has or had the plan, and says what to do", async () => {
    await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
    await samplePlan(samples.tenant, { id: "other" });
    await hold("free");
    await hold("other");
    for (const plan of ["free", "other"]) {
      const error = await refusal(plans.delete(plan, { all_versions: true }));
      expect(error).toMatchObject({ kind: "conflict", reason: "plan_in_use" });
      expect(error.message).toContain("archived: true");
    }
  });
});
