import { describe, expect, it } from "vitest";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { type Body, catalogCalls } from "../testing/catalog-calls";
import { testCtx } from "../testing/ctx";
import { refusal } from "../testing/refusal";
import { eachWithSamples, monthlyMessages, samplePlan } from "../testing/sample-catalog";
import { comparePlanVersions, listPlanVersions } from "./plan-versions";

const samples = eachWithSamples();
const { plans, hold } = catalogCalls(samples);

const update = (change: Body) => plans.update("free", change);

/** The sample plan; `isHeld` puts a customer on it. */
async function freePlan(isHeld: boolean): Promise<void> {
  await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
  if (isHeld) await hold("free");
}

const twice = { items: [{ feature_id: "messages", included: 200, reset: { interval: "month" } }] };

describe("a published version", () => {
  it.each([
    ["plan_version", sql`UPDATE plan_version SET version = 9 WHERE env_id > 0`],
    ["plan_version", sql`UPDATE plan_version SET published_at = NULL WHERE env_id > 0`],
    ["plan_item", sql`UPDATE plan_item SET included = 1000 WHERE env_id > 0`],
    ["price", sql`UPDATE price SET interval = 'year' WHERE env_id > 0`],
    ["price_amount", sql`UPDATE price_amount SET amount = 0 WHERE env_id > 0`],
  ])("is closed to SQL on %s", async (_table, statement) => {
    await freePlan(false);
    await update({ price: { amount: 5, interval: "month" } });
    await expect(db().query(statement)).rejects.toThrow(/published/);
    expect(await plans.get("free")).toMatchObject({
      price: { amount: 5 },
      items: [{ included: 100 }],
    });
  });

  it("cannot be deleted once it was held", async () => {
    await freePlan(true);
    const gone = db().query(sql`DELETE FROM plan_item WHERE env_id = ${samples.tenant.envId}`);
    await expect(gone).rejects.toThrow(/published/);
  });
});

describe("the history of a plan", () => {
  it("names number, author, date, customers and changes of each version", async () => {
    await freePlan(true);
    await update(twice);
    const ctx = testCtx(samples.tenant);
    const history = await listPlanVersions(ctx, "free");
    expect(history).toMatchObject([
      {
        version: 2,
        active: true,
        author: "test",
        customers: 0,
        customersEver: 0,
        changes: [
          {
            kind: "changed",
            text: "Messages: 100 Messages per month → 200 Messages per month",
          },
        ],
      },
      { version: 1, active: false, author: "test", customers: 1, customersEver: 1 },
    ]);
    expect(history[0]?.publishedAt).toBeInstanceOf(Date);
    expect(history[1]?.changes.map((change) => change.kind)).toEqual(["added"]);
    const back = await comparePlanVersions(ctx, { planId: "free", from: 2, to: 1 });
    expect(back.map((change) => change.text)).toEqual([
      "Messages: 200 Messages per month → 100 Messages per month",
    ]);
    expect(await refusal(listPlanVersions(testCtx(samples.live), "free"))).toMatchObject({
      reason: "product_not_found",
    });
  });
});
