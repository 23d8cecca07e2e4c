import { describe, expect, it } from "vitest";
import { attach } from "../billing/operations/attach";
import { getOrCreateCustomer } from "../customers/operations/get-or-create-customer";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { call, testCtx } from "../testing/ctx";
import { refusal } from "../testing/refusal";
import { eachWithSamples, monthlyMessages, samplePlan } from "../testing/sample-catalog";
import { countPlanHolders, listFeatureUsage } from "./catalog-counts";
import type { DraftPlan } from "./draft-content";
import { getPlan } from "./operations/get-plan";
import { listPlans } from "./operations/list-plans";
import { updateFeature } from "./operations/update-feature";
import { updatePlan } from "./operations/update-plan";
import { discardDraft, listDrafts, namedDraft, planDraft, saveDraft } from "./plan-draft";
import { listPlanVersions } from "./plan-versions";
import { previewPublication, publishDraft } from "./publish-draft";

const samples = eachWithSamples();
const here = () => testCtx(samples.tenant);

const team: DraftPlan = {
  plan_id: "team",
  name: "Team",
  items: [{ feature_id: "messages", included: 500, reset: { interval: "month" } }],
};

const get = (plan_id: string) => call(getPlan, "plans.get", samples.tenant, { plan_id });

/** Saves a first draft of a plan that does not exist yet. */
const startPlan = (plan: DraftPlan) =>
  saveDraft(here(), { draftId: null, planId: null, revision: 0, baseVersion: null, plan });

/** The sample plan, held by a customer, with a stored draft that changes its items. */
async function startedDraft(plan: DraftPlan = {}) {
  await samplePlan(samples.tenant, { id: "free", items: [monthlyMessages] });
  await call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, {
    customer_id: "ann",
  });
  await call(attach, "billing.attach", samples.tenant, { customer_id: "ann", plan_id: "free" });
  const start = await planDraft(here(), "free");
  return saveDraft(here(), {
    draftId: null,
    planId: "free",
    revision: 0,
    baseVersion: start.activeVersion,
    plan: { ...start.plan, ...plan },
  });
}

const idOf = (draft: { draftId: string | null }) => draft.draftId ?? "";

describe("a draft of a new plan", () => {
  it("is kept unfinished, unknown to the API, and published once it is whole", async () => {
    const begun = await startPlan({ name: "Team" });
    expect(begun).toMatchObject({ revision: 1, planId: null, activeVersion: null, changes: [] });
    expect(begun.problems.map((problem) => problem.path)).toEqual(["plan_id"]);
    expect((await call(listPlans, "plans.list", samples.tenant, {})).list).toEqual([]);
    const whole = await saveDraft(here(), {
      draftId: begun.draftId,
      planId: null,
      revision: 1,
      baseVersion: null,
      plan: team,
    });
    expect(whole).toMatchObject({ revision: 2, problems: [] });
    expect(whole.changes.map((change) => change.text)).toEqual([
      "Messages added: 500 Messages per month",
    ]);
    expect(await previewPublication(here(), idOf(whole))).toMatchObject({
      becomes: { kind: "first", version: 1 },
      customersOnActive: 0,
    });
    const published = await publishDraft(here(), {
      draftId: idOf(whole),
      revision: 2,
      ontoVersion: null,
    });
    expect(published).toMatchObject({ id: "team", version: 1, active: true });
    expect(await get("team")).toEqual(published);
    expect(await listDrafts(here())).toEqual([]);
  });

  it("names every problem at its field", async () => {
    await samplePlan(samples.tenant, { id: "taken" });
    const draft = await startPlan({
      plan_id: "taken",
      name: "Team",
      price: { amount: 5, interval: "month" },
      items: [
        { feature_id: "nothing" },
        { feature_id: "messages", included: 5 },
        { feature_id: "sso", included: 5 },
        { feature_id: "seats", reset: { interval: "month" } },
      ],
    });
    expect(draft.problems.map((problem) => problem.path)).toEqual([
      "plan_id",
      "items.0.feature_id",
      "items.2.included",
      "items.3.reset",
    ]);
    expect(await previewPublication(here(), idOf(draft))).toMatchObject({
      becomes: null,
      changes: [],
      problems: draft.problems,
    });
    const request = { draftId: idOf(draft), revision: 1, ontoVersion: null };
    const error = await refusal(publishDraft(here(), request));
    expect(error).toMatchObject({ reason: "invalid_inputs" });
    expect(error.message).toContain("items.3.reset");
    expect(await namedDraft(here(), idOf(draft))).toMatchObject({ revision: 1 });
  });

  it.each<[string, DraftPlan, string]>([
    ["a line twice", { ...team, items: [...(team.items ?? []), ...(team.items ?? [])] }, "items.1"],
    [
      "a paid plan for everyone",
      { ...team, auto_enable: true, price: { amount: 1, interval: "month" } },
      "auto_enable",
    ],
    ["half a price", { ...team, price: { amount: 1 } }, "price.interval"],
    ["a negative amount", { ...team, price: { amount: -1, interval: "month" } }, "price.amount"],
  ])("sees %s", async (_what, plan, path) => {
    const draft = await startPlan(plan);
    expect(draft.problems.map((problem) => problem.path)).toEqual([path]);
  });

  it("follows a feature that is renamed", async () => {
    const draft = await startPlan(team);
    await call(updateFeature, "features.update", samples.tenant, {
      feature_id: "messages",
      new_feature_id: "mails",
    });
    expect(await namedDraft(here(), idOf(draft))).toMatchObject({
      problems: [],
      revision: 2,
      plan: { items: [{ feature_id: "mails", included: 500 }] },
    });
  });
});

describe("a draft of a published plan", () => {
  it("starts as what is live, and round-trips without a change", async () => {
    await samplePlan(samples.tenant, {
      id: "pro",
      price: { amount: 20, interval: "month" },
      items: [
        monthlyMessages,
        { feature_id: "sso" },
        { feature_id: "seats", price: { amount: 9, interval: "month", billing_method: "prepaid" } },
      ],
    });
    const start = await planDraft(here(), "pro");
    expect(start).toMatchObject({ draftId: null, revision: 0, baseVersion: 1, activeVersion: 1 });
    expect(start).toMatchObject({ planId: "pro", problems: [], changes: [] });
    const saved = await saveDraft(here(), {
      draftId: null,
      planId: "pro",
      revision: 0,
      baseVersion: 1,
      plan: start.plan,
    });
    expect(await previewPublication(here(), idOf(saved))).toMatchObject({
      becomes: { kind: "unchanged", version: 1 },
    });
    const published = await publishDraft(here(), {
      draftId: idOf(saved),
      revision: 1,
      ontoVersion: 1,
    });
    expect(published).toEqual(await get("pro"));
    expect(published.version).toBe(1);
  });

  it("becomes the next version, and customers stay where they are", async () => {
    const draft = await startedDraft({ items: [{ feature_id: "sso" }], name: "Gratis" });
    expect(draft.changes.map((change) => change.kind)).toEqual(["added", "removed"]);
    expect(await get("free")).toMatchObject({ version: 1, name: "free" });
    expect(await previewPublication(here(), idOf(draft))).toEqual({
      problems: [],
      changes: draft.changes,
      becomes: { kind: "next", version: 2 },
      customersOnActive: 1,
      customersOnOlder: 0,
    });
    const request = { draftId: idOf(draft), revision: 1, ontoVersion: 1 };
    expect(await publishDraft(here(), request)).toMatchObject({ version: 2, name: "Gratis" });
    const history = await listPlanVersions(here(), "free");
    expect(history.map((line) => [line.version, line.customers, line.author])).toEqual([
      [2, 0, "test"],
      [1, 1, "test"],
    ]);
    const [entry] = await db().query<{ action: string }>(sql`
      SELECT action FROM audit_entry WHERE env_id = ${samples.tenant.envId}
        AND action = 'plans.publish'`);
    expect(entry).toEqual({ action: "plans.publish" });
    expect(await refusal(publishDraft(here(), request))).toMatchObject({
      reason: "draft_not_found",
    });
  });

  it("refuses a save or a publication over somebody else's save", async () => {
    const draft = await startedDraft();
    const save = {
      draftId: draft.draftId,
      planId: "free",
      revision: 1,
      baseVersion: 1,
      plan: draft.plan,
    };
    const outcomes = await Promise.allSettled([saveDraft(here(), save), saveDraft(here(), save)]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    for (const late of [
      () => saveDraft(here(), save),
      () => saveDraft(here(), { ...save, draftId: null, revision: 0 }),
      () => publishDraft(here(), { draftId: idOf(draft), revision: 1, ontoVersion: 1 }),
    ]) {
      expect(await refusal(late())).toMatchObject({ kind: "conflict", reason: "draft_conflict" });
    }
    expect(await planDraft(here(), "free")).toMatchObject({ revision: 2 });
  });

  it("refuses to publish over a version that the editor did not see", async () => {
    const draft = await startedDraft({ items: [] });
    await call(updatePlan, "plans.update", samples.tenant, {
      plan_id: "free",
      force_version: true,
    });
    const request = { draftId: idOf(draft), revision: 1, ontoVersion: 1 };
    expect(await refusal(publishDraft(here(), request))).toMatchObject({
      reason: "draft_conflict",
    });
    expect(await planDraft(here(), "free")).toMatchObject({ baseVersion: 1, activeVersion: 2 });
    expect(await publishDraft(here(), { ...request, ontoVersion: 2 })).toMatchObject({ items: [] });
  });

  it("is discarded without a trace in what is live", async () => {
    const draft = await startedDraft({ items: [] });
    await discardDraft(here(), idOf(draft));
    expect(await listDrafts(here())).toEqual([]);
    expect(await planDraft(here(), "free")).toMatchObject({ draftId: null, changes: [] });
    expect(await refusal(discardDraft(here(), idOf(draft)))).toMatchObject({
      kind: "not_found",
      reason: "draft_not_found",
    });
  });

  it("is nobody else's", async () => {
    const draft = await startedDraft();
    const elsewhere = testCtx(samples.live);
    for (const foreign of [
      () => namedDraft(elsewhere, idOf(draft)),
      () => discardDraft(elsewhere, idOf(draft)),
      () => publishDraft(elsewhere, { draftId: idOf(draft), revision: 1, ontoVersion: 1 }),
      () => namedDraft(here(), "dft_nothing"),
    ]) {
      expect(await refusal(foreign())).toMatchObject({ reason: "draft_not_found" });
    }
    expect(await refusal(planDraft(elsewhere, "free"))).toMatchObject({
      reason: "product_not_found",
    });
  });
});

describe("the counts beside the lists", () => {
  it("tell who is on a plan and where a feature is used", async () => {
    await startedDraft();
    await call(updatePlan, "plans.update", samples.tenant, {
      plan_id: "free",
      force_version: true,
    });
    expect(await countPlanHolders(here())).toEqual([
      { planId: "free", customers: 1, onOlderVersions: 1 },
    ]);
    expect(await listFeatureUsage(here())).toEqual([
      { featureId: "messages", plans: [{ id: "free", name: "free" }], events24h: 0 },
      { featureId: "seats", plans: [], events24h: 0 },
      { featureId: "sso", plans: [], events24h: 0 },
    ]);
  });
});
