import { expect, it } from "vitest";
import { attach } from "../../billing/operations/attach";
import { createPlan } from "../../catalog/operations/create-plan";
import { deletePlan } from "../../catalog/operations/delete-plan";
import { balanceDesk } from "../../testing/balance-desk";
import { call } from "../../testing/ctx";
import { PreviewObject } from "./preview-schema";

const { check, customer, desk, events } = balanceDesk();

type Item = Record<string, unknown>;
const messages = (included: number): Item => ({
  feature_id: "messages",
  included,
  reset: { interval: "month" },
});

const plan = (id: string, amount: number, items: readonly Item[], extra: Item = {}) =>
  call(createPlan, "plans.create", desk.tenant, {
    plan_id: id,
    name: id.toUpperCase(),
    ...(amount === 0 ? {} : { price: { amount, interval: "month" } }),
    items,
    ...extra,
  } as never);

const take = (plan_id: string) =>
  call(attach, "billing.attach", desk.tenant, { customer_id: desk.customer_id, plan_id });

it("says why a check was refused and which plans would lift it, cheapest first", async () => {
  await plan("free", 0, [messages(1)]);
  await plan("team", 50, [messages(5000), { feature_id: "export" }]);
  await plan("pro", 20, [messages(1000)]);
  await plan("old", 10, [messages(2000)]);
  await call(deletePlan, "plans.delete", desk.tenant, { plan_id: "old" } as never);
  await customer();
  await take("free");
  const refused = { required_balance: 2, with_preview: true };
  const { allowed, preview } = await check(refused);
  expect(allowed).toBe(false);
  expect(preview).toMatchObject({
    scenario: "usage_limit",
    title: "Not enough messages left",
    feature_id: "messages",
    feature_name: "messages",
    recommended_plan: "pro",
  });
  expect(preview?.message).toMatch(
    /^1 more messages needed.* renews on .*PRO or TEAM gives more\.$/,
  );
  expect(preview?.products.map(({ id, scenario }) => [id, scenario])).toEqual([
    ["pro", "upgrade"],
    ["team", "upgrade"],
  ]);
  PreviewObject.parse(preview);
  expect(preview?.products[1]?.items).toMatchObject([
    { type: "price", price: 50, interval: "month", feature_id: null },
    { type: "feature", feature_id: "messages", included_usage: 5000, interval: "month" },
    { type: "feature", feature_id: "export", feature_type: "boolean", included_usage: null },
  ]);
  const flag = await check({ feature_id: "export", with_preview: true });
  expect(flag).toMatchObject({
    allowed: false,
    preview: {
      scenario: "feature_flag",
      title: "export is not included",
      recommended_plan: "team",
      products: [{ id: "team" }],
    },
  });
});

it("says nothing when the answer is yes or nobody asked", async () => {
  await customer({ messages: 5 });
  expect((await check({ with_preview: true })).preview).toBeUndefined();
  expect((await check({ required_balance: 6 })).preview).toBeUndefined();
});

it("knows when nothing would help", async () => {
  await customer();
  const { preview } = await check({ feature_id: "seats", with_preview: true });
  expect(preview).toMatchObject({ products: [], recommended_plan: null });
  expect(preview?.message).toContain("No other plan gives more seats.");
});

it("replays a refusal with its suggestion", async () => {
  await customer({ messages: 1 });
  const body = { required_balance: 2, send_event: true, with_preview: true };
  const first = await check(body, `preview-${desk.customer_id}`);
  expect(first.preview?.products.length).toBeGreaterThan(0);
  expect(await check(body, `preview-${desk.customer_id}`)).toEqual(first);
  expect(await events()).toBe(0);
});
