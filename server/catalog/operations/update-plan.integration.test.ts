import { describe, expect, it } from "vitest";
import { getOrCreateCustomer } from "../../customers/operations/get-or-create-customer";
import { auditTrail, type Body, catalogCalls } from "../../testing/catalog-calls";
import { call, testCtx } from "../../testing/ctx";
import { refusal } from "../../testing/refusal";
import { eachWithSamples, monthlyMessages, samplePlan } from "../../testing/sample-catalog";
import { listPlanVersions } from "../plan-versions";

const samples = eachWithSamples();
const { plans, hold } = catalogCalls(samples);

const update = (change: Body, key?: string) =>
  plans.update("free", change, key === undefined ? {} : { key });
const get = (version?: number) => plans.get("free", version ?? null);

/** The sample plan; `isHeld` puts a customer on it. */
async function freePlan(isHeld: boolean): Promise<void> {
  await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
  if (isHeld) await hold("free");
}

const twice = { items: [{ feature_id: "messages", included: 200, reset: { interval: "month" } }] };
const included = (plan: { items: { included: number }[] }) => plan.items.map((one) => one.included);

describe("an edit of content", () => {
  it("replaces a version that nobody held, under its number", async () => {
    await freePlan(false);
    expect(await update(twice)).toMatchObject({ version: 1, active: true });
    expect(included(await get())).toEqual([200]);
    expect(await refusal(get(2))).toMatchObject({ reason: "product_not_found" });
  });

  it("becomes the next version once somebody held this one, and nobody moves", async () => {
    await freePlan(true);
    expect(await update(twice)).toMatchObject({ version: 2, active: true });
    expect(included(await get())).toEqual([200]);
    expect(included(await get(1))).toEqual([100]);
    expect(await get(1)).toMatchObject({ active: false });
    const customer = await call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, {
      customer_id: "ann",
    });
    expect(customer.balances.messages).toMatchObject({ granted: 100 });
  });

  it.each([
    ["items", twice],
    ["the price", { price: { amount: 5, interval: "month" } }],
    ["the order", { items: [{ feature_id: "sso" }, monthlyMessages] }],
  ])("counts %s as content", async (_what, change) => {
    await freePlan(true);
    expect(await update(change)).toMatchObject({ version: 2 });
  });

  it("gives the rules of an item back, and publishes each change of them", async () => {
    const rules = [
      { rollover: { max: 500.5, expiry_duration_type: "month", expiry_duration_length: 3 } },
      { rollover: { max_percentage: 50, expiry_duration_type: "forever" } },
      { pooled: true },
      { entity_feature_id: "seats" },
      { reset_usage_when_enabled: false },
    ] as const;
    await freePlan(true);
    for (const [n, rule] of rules.entries()) {
      const change = { items: [{ ...monthlyMessages, ...rule }] };
      expect(await update(change)).toMatchObject({ version: n + 2, items: [rule] });
      const [shown] = (await get()).items;
      expect(shown).toMatchObject(rule);
      // What is shown can be sent again as it is, and says the same.
      const { feature: _feature, display: _display, ...again } = shown ?? { feature_id: "" };
      expect(await update({ items: [again] })).toMatchObject({ version: n + 2 });
      await hold("free", `holder${n}`);
    }
    expect((await update({ items: [monthlyMessages] })).items[0]).not.toHaveProperty("rollover");
  });

  it.each([
    ["names", { name: "Gratis", description: "For all", metadata: { tier: 0 } }],
    ["the same items in other words", { items: [{ ...monthlyMessages, pooled: false }] }],
    ["no price where none was", { price: null }],
    ["switches", { auto_enable: true, archived: false }],
  ])("does not count %s", async (_what, change) => {
    await freePlan(true);
    expect(await update(change)).toMatchObject({ version: 1 });
  });

  it("takes the price off and puts it on", async () => {
    await freePlan(false);
    expect(await update({ price: { amount: 5, interval: "month" } })).toMatchObject({
      price: { amount: 5 },
      items: [{ included: 100 }],
    });
    expect(await update({ price: null })).toMatchObject({ price: null });
  });

  it("starts from an older version on request", async () => {
    await freePlan(true);
    await update({ items: [] });
    expect(await update({ version: 1, price: { amount: 1, interval: "month" } })).toMatchObject({
      version: 3,
      active: true,
      items: [{ included: 100 }],
    });
    expect(await refusal(update({ version: 9, name: "x" }))).toMatchObject({
      reason: "product_not_found",
    });
  });

  it("gives two editors at once two versions", async () => {
    await freePlan(true);
    const versions = await Promise.all([
      update({ items: [] }),
      update(twice),
      update({ items: [{ feature_id: "sso" }] }),
    ]);
    const history = await listPlanVersions(testCtx(samples.tenant), "free");
    // Whoever came second edited a version that nobody held yet, and took its place.
    expect(versions.map((plan) => plan.version)).toEqual([2, 2, 2]);
    expect(history.map((line) => line.version)).toEqual([2, 1]);
  });

  it("is made once for one key", async () => {
    await freePlan(true);
    const first = await update({ force_version: true }, "key");
    expect(await update({ force_version: true }, "key")).toEqual(first);
    expect(await refusal(get(3))).toMatchObject({ reason: "product_not_found" });
  });
});

describe("the version flags", () => {
  it.each([true, false])("force_version makes the next version, held: %s", async (isHeld) => {
    await freePlan(isHeld);
    expect(await update({ force_version: true })).toMatchObject({ version: 2, active: true });
  });

  it.each(["disable_version", "all_versions"])(
    "%s leaves what was held as it was",
    async (flag) => {
      await freePlan(true);
      expect(await update({ ...twice, [flag]: true })).toMatchObject({ version: 2 });
      expect(included(await get(1))).toEqual([100]);
    },
  );

  it.each([
    ["force_version", "disable_version"],
    ["force_version", "all_versions"],
    ["disable_version", "all_versions"],
  ])("%s excludes %s", async (one, other) => {
    await freePlan(false);
    const error = await refusal(update({ [one]: true, [other]: true }));
    expect(error).toMatchObject({ reason: "invalid_inputs" });
    expect(error.message).toContain(other);
  });
});

describe("an edit in place", () => {
  it("changes what a plan is called, for all its versions", async () => {
    await freePlan(true);
    await update(twice);
    const words = { name: "Gratis", description: "For all", metadata: { a: [1, { b: null }] } };
    expect(await update(words)).toMatchObject({ version: 2, ...words });
    expect(await get(1)).toMatchObject(words);
    expect(await update({ description: null })).toMatchObject({ description: null });
  });

  it("leaves an audit row with both states", async () => {
    await freePlan(false);
    await update({ name: "Gratis" });
    const rows = await auditTrail(samples.tenant, "plan");
    expect(rows.map((row) => [row.action, row.before?.name, row.after?.name])).toEqual([
      ["plans.create", undefined, "free"],
      ["plans.update", "free", "Gratis"],
    ]);
  });

  it("renames a plan that nobody had", async () => {
    await freePlan(false);
    expect(await update({ new_plan_id: "gratis" })).toMatchObject({ id: "gratis", version: 1 });
    expect(await refusal(get())).toMatchObject({ reason: "product_not_found" });
  });

  it.each<[string, boolean, Body, string]>([
    ["a rename of a held plan", true, { new_plan_id: "gratis" }, "plan_in_use"],
    ["another group for a held plan", true, { group: "second" }, "plan_in_use"],
    ["an add-on of a held plan", true, { add_on: true }, "plan_in_use"],
    ["a taken id", false, { new_plan_id: "other" }, "product_already_exists"],
    ["an impossible id", false, { new_plan_id: "a b" }, "invalid_inputs"],
    ["an empty name", false, { name: "" }, "invalid_inputs"],
    ["a bare price", false, { price: 49 }, "invalid_inputs"],
    ["an unknown feature", false, { items: [{ feature_id: "nothing" }] }, "feature_not_found"],
    [
      "a paid plan for everyone",
      false,
      { auto_enable: true, price: { amount: 1, interval: "month" } },
      "invalid_inputs",
    ],
    ["a variant", false, { base_plan_id: "other" }, "not_supported"],
    ["a migration", false, { migration: { draft: true } }, "not_supported"],
    ["edits of variants", false, { update_variant_ids: ["other"] }, "not_supported"],
    [
      "edits of licence parents",
      false,
      { update_license_parents: [{ plan_id: "other", version: 1 }] },
      "not_supported",
    ],
    [
      "variants",
      false,
      { variants: [{ variant_plan_id: "other", customize: {} }] },
      "not_supported",
    ],
    ["a default of the organization", false, { is_default: true }, "not_supported"],
    ["a trial", false, { free_trial: { duration_length: 1 } }, "not_supported"],
    ["licences", false, { licenses: [{ license_plan_id: "other" }] }, "not_supported"],
  ])("refuses %s and changes nothing", async (_what, isHeld, change, reason) => {
    await freePlan(isHeld);
    await samplePlan(samples.tenant, { id: "other" });
    const before = await get();
    expect(await refusal(update({ ...change, description: "changed" }))).toMatchObject({ reason });
    expect(await get()).toEqual(before);
  });

  it("moves a plan that nobody has to another group", async () => {
    await freePlan(false);
    expect(await update({ group: "second", add_on: true })).toMatchObject({
      group: "second",
      add_on: true,
    });
  });

  it("lets neutral values of the published clients pass", async () => {
    await freePlan(false);
    const neutral = {
      free_trial: null,
      licenses: [],
      variants: [],
      update_variant_ids: [],
      config: {},
      billing_controls: {},
      create_in_stripe: true,
      base_plan_id: null,
      is_default: false,
    };
    expect(await update({ ...neutral, name: "Same" })).toMatchObject({ name: "Same", version: 1 });
  });

  it("refuses a paid active version for everyone, whichever version the edit named", async () => {
    await freePlan(true);
    await update({ price: { amount: 1, interval: "month" } });
    const error = await refusal(update({ version: 1, auto_enable: true }));
    expect(error).toMatchObject({ reason: "invalid_inputs" });
  });
});
