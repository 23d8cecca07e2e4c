import { expect, test } from "vitest";
import { getCustomer } from "../../customers/operations/get-customer";
import { getOrCreateCustomer } from "../../customers/operations/get-or-create-customer";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { call } from "../../testing/ctx";
import { eachWithSamples, monthlyMessages, samplePlan } from "../../testing/sample-catalog";
import { attach } from "./attach";
import { previewAttach } from "./preview-attach";

const samples = eachWithSamples();

const customer = (customer_id = "ana") =>
  call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, { customer_id });
const view = (customer_id = "ana") =>
  call(getCustomer, "customers.get", samples.tenant, { customer_id });
const put = (plan_id: string, more: Record<string, unknown> = {}, key?: string) =>
  call(
    attach,
    "billing.attach",
    samples.tenant,
    { customer_id: "ana", plan_id, ...more },
    key === undefined ? {} : { key },
  );
const preview = (plan_id: string, more: Record<string, unknown> = {}) =>
  call(previewAttach, "billing.preview_attach", samples.tenant, {
    customer_id: "ana",
    plan_id,
    ...more,
  });

const rowsOf = async () => {
  const [row] = await db().query<{ text: string }>(sql`
    SELECT (SELECT json_agg(g ORDER BY g.id) FROM grants g WHERE g.env_id = ${samples.tenant.envId})::text
      || (SELECT json_agg(s ORDER BY s.id) FROM subscription s WHERE s.env_id = ${samples.tenant.envId})::text
      || (SELECT json_agg(h) FROM customer_head h WHERE h.env_id = ${samples.tenant.envId})::text
      || (SELECT count(*) FROM ledger_entry WHERE env_id = ${samples.tenant.envId})
      || (SELECT count(*) FROM audit_entry WHERE env_id = ${samples.tenant.envId}) AS text`);
  return row?.text;
};

test("says what the attach then does, and writes nothing", async () => {
  await samplePlan(samples.tenant, { id: "free", auto: true, items: [monthlyMessages] });
  await samplePlan(samples.tenant, { id: "team", items: [{ ...monthlyMessages, included: 500 }] });
  await samplePlan(samples.tenant, { id: "extra", addOn: true, items: [{ feature_id: "sso" }] });
  await customer();
  for (const plan of ["extra", "team", "free"]) {
    const before = await rowsOf();
    const promised = await preview(plan);
    expect(await rowsOf()).toBe(before);
    expect(promised).toMatchObject({
      customer_id: "ana",
      currency: "usd",
      subtotal: 0,
      total: 0,
      line_items: [],
      redirect_to_checkout: false,
      checkout_type: null,
      incoming: [{ plan_id: plan, feature_quantities: [], effective_at: null }],
    });
    const held = (await view()).subscriptions.map(({ plan_id }) => plan_id);
    await put(plan);
    const outgoing = promised.outgoing.map(({ plan_id }) => plan_id);
    expect((await view()).subscriptions.map(({ plan_id }) => plan_id)).toEqual([
      ...held.filter((held_plan) => !outgoing.includes(held_plan)),
      plan,
    ]);
  }
});
