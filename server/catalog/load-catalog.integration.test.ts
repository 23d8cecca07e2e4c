import { describe, expect, it } from "vitest";
import { toWire } from "../core/quantity";
import { db } from "../platform/db";
import { inPlainTransaction } from "../platform/transaction";
import { call, testCtx } from "../testing/ctx";
import { eachWithSamples, monthlyMessages, samplePlan } from "../testing/sample-catalog";
import { cachedCatalog, catalogAt, currentCatalog, loadCatalog } from "./load-catalog";
import { updateFeature } from "./operations/update-feature";
import { updatePlan } from "./operations/update-plan";
import { readCatalog } from "./read-catalog";
import { insertFeature } from "./rows";

const samples = eachWithSamples();
const here = () => testCtx(samples.tenant);

describe("the compiled catalog", () => {
  it("finds features, plans, versions and items by whatever names them", async () => {
    await samplePlan(samples.tenant, { id: "free", auto: true, items: [monthlyMessages] });
    for (const feature_id of ["messages", "seats"]) {
      await call(updateFeature, "features.update", samples.tenant, {
        feature_id,
        event_names: ["both", `only.${feature_id}`],
      });
    }
    const catalog = await loadCatalog(db(), samples.tenant.envId);
    const messages = catalog.featureBySlug.get("messages");
    expect(messages).toMatchObject({ name: "Messages", type: "metered", consumable: true });
    expect(catalog.featureById.get(messages?.id ?? 0)).toBe(messages);
    const bySlug = (event: string) =>
      catalog.featuresByEvent.get(event)?.map((feature) => feature.slug);
    expect(bySlug("both")).toEqual(["messages", "seats"]);
    expect(bySlug("only.seats")).toEqual(["seats"]);
    expect(bySlug("never")).toBeUndefined();
    const plan = catalog.planBySlug.get("free");
    const [item] = plan?.active.items ?? [];
    expect(plan?.active).toMatchObject({ slug: "free", version: 1, autoEnable: true, price: null });
    expect(catalog.planById.get(plan?.id ?? 0)).toBe(plan);
    expect(catalog.versionById.get(plan?.active.id ?? 0n)).toBe(plan?.active);
    expect(item?.feature).toBe(messages);
    expect(item?.reset).toEqual({ unit: "month", count: 1 });
    expect(toWire(item?.included ?? catalogFailure())).toBe(100);
    expect(catalog.planSlugByItem.get(item?.id ?? 0n)).toBe("free");
  });

  it("gives an archived plan to nobody new", async () => {
    await samplePlan(samples.tenant, { id: "free", auto: true });
    await call(updatePlan, "plans.update", samples.tenant, { plan_id: "free", archived: true });
    const plan = (await currentCatalog(here())).planBySlug.get("free");
    expect(plan).toMatchObject({ archived: true, autoEnable: true, active: { autoEnable: false } });
  });

  it("is cached until the environment's number moves", async () => {
    const { envId } = samples.tenant;
    const first = await currentCatalog(here());
    expect(cachedCatalog(envId)).toBe(first);
    expect(await catalogAt(db(), envId, first.version)).toBe(first);
    await samplePlan(samples.tenant, { id: "free" });
    expect(cachedCatalog(envId)).toBe(first);
    const second = await catalogAt(db(), envId, first.version + 1);
    expect(second.planBySlug.has("free")).toBe(true);
    expect(second.version).toBe(first.version + 1);
    expect(cachedCatalog(envId)).toBe(second);
    expect(await currentCatalog(here())).toBe(second);
  });

  it("is read once for callers at the same moment", async () => {
    const { envId } = samples.tenant;
    const [one, other] = await Promise.all([loadCatalog(db(), envId), loadCatalog(db(), envId)]);
    expect(one).toBe(other);
  });

  it("never keeps what a transaction took back", async () => {
    const { envId } = samples.tenant;
    const before = await currentCatalog(here());
    const doomed = inPlainTransaction(here(), async (ctx) => {
      await insertFeature(ctx, {
        slug: "ghost",
        name: "Ghost",
        type: "boolean",
        consumable: false,
        eventNames: [],
        rollupKeys: [],
        display: null,
        creditItems: [],
        markups: null,
      });
      expect((await readCatalog(ctx.db, envId)).featureBySlug.has("ghost")).toBe(true);
      throw new Error("taken back");
    });
    await expect(doomed).rejects.toThrow("taken back");
    expect(cachedCatalog(envId)).toBe(before);
    expect((await loadCatalog(db(), envId)).featureBySlug.has("ghost")).toBe(false);
  });

  it("is of one environment only", async () => {
    await samplePlan(samples.tenant, { id: "free" });
    const live = await loadCatalog(db(), samples.live.envId);
    expect(live.featureById.size).toBe(0);
    expect(live.planById.size).toBe(0);
    await expect(loadCatalog(db(), 2_147_483_647)).rejects.toThrow("does not exist");
  });
});

function catalogFailure(): never {
  throw new Error("The plan has no item.");
}
