import { describe, expect, it } from "vitest";
import type { Tenant } from "../platform/context";
import { type Body, catalogCalls } from "../testing/catalog-calls";
import { refusal } from "../testing/refusal";
import { eachWithSamples, monthlyMessages } from "../testing/sample-catalog";

const samples = eachWithSamples();
const { features, plans } = catalogCalls(samples);

const list = async (body: Body = {}, tenant: Tenant = samples.tenant) =>
  (await plans.list(body, { tenant })).list;

const usage = { interval: "month", billing_method: "usage_based" } as const;
const prepaid = { interval: "month", billing_method: "prepaid" } as const;

describe("plans.create refuses", () => {
  const item = (more: Body) => ({ items: [{ feature_id: "messages", ...more }] });
  const priced = (more: Body) => item({ price: { ...usage, amount: 1, ...more } });
  const tiers = (...steps: Body[]) => item({ included: 10, price: { ...usage, tiers: steps } });

  it.each<[string, Body, string, string]>([
    ["a taken id", { plan_id: "taken" }, "product_already_exists", "'taken'"],
    ["an id with a blank", { plan_id: "a b" }, "invalid_inputs", "plan_id"],
    ["an endless id", { plan_id: "x".repeat(10_000) }, "invalid_inputs", "plan_id"],
    ["no name", { name: "" }, "invalid_inputs", "name"],
    ["a bare price", { price: 4900 }, "invalid_inputs", '{"amount": 49, "interval": "month"}'],
    ["a price without interval", { price: { amount: 1 } }, "invalid_inputs", "price.interval"],
    ["a negative price", { price: { amount: -1, interval: "month" } }, "invalid_inputs", "amount"],
    [
      "digits beyond doubt",
      { price: { amount: 0.12345678901, interval: "month" } },
      "invalid_inputs",
      "more than 10 decimals",
    ],
    ["an absurd price", { price: { amount: 1e30, interval: "month" } }, "invalid_inputs", "amount"],
    ...(
      [
        ["a rollover of what is never renewed", { rollover: { expiry_duration_type: "forever" } }],
        [
          "a rollover with two caps",
          {
            reset: { interval: "month" },
            rollover: { max: 1, max_percentage: 1, expiry_duration_type: "forever" },
          },
        ],
        ["an unknown owner", { entity_feature_id: "nobody" }],
        ["an owner that is used up", { entity_feature_id: "messages" }],
        ["units for each and for all", { entity_feature_id: "seats", pooled: true }],
      ] as const
    ).map(([name, more]): [string, Body, string, string] => [
      name,
      item(more),
      "invalid_inputs",
      "items.0",
    ]),
    [
      "seats that a switch forgets",
      { items: [{ feature_id: "seats", reset_usage_when_enabled: true }] },
      "invalid_inputs",
      "items.0.reset_usage_when_enabled",
    ],
    [
      "no interval at all",
      { price: { amount: 1, interval: "month", interval_count: 0 } },
      "invalid_inputs",
      "interval_count",
    ],
    [
      "half an interval",
      { price: { amount: 1, interval: "month", interval_count: 1.5 } },
      "invalid_inputs",
      "interval_count",
    ],
    [
      "an invented currency",
      {
        price: {
          amount: 1,
          interval: "month",
          additional_currencies: [{ currency: "zzz", amount: 1 }],
        },
      },
      "invalid_inputs",
      "currency",
    ],
    [
      "a currency twice",
      {
        price: {
          amount: 1,
          interval: "month",
          additional_currencies: [
            { currency: "eur", amount: 1 },
            { currency: "EUR", amount: 2 },
          ],
        },
      },
      "invalid_inputs",
      "'eur' stands here twice",
    ],
    [
      "the main currency again",
      {
        price: {
          amount: 1,
          interval: "month",
          additional_currencies: [{ currency: "usd", amount: 1 }],
        },
      },
      "invalid_inputs",
      "main amount",
    ],
    [
      "an unknown feature",
      { items: [{ feature_id: "nothing" }] },
      "feature_not_found",
      "items.0.feature_id",
    ],
    ["an archived feature", { items: [{ feature_id: "old" }] }, "invalid_inputs", "archived"],
    ["negative units", item({ included: -1 }), "invalid_inputs", "included"],
    ["absurd units", item({ included: 1e14 }), "invalid_inputs", "included"],
    ["units as text", item({ included: "100" }), "invalid_inputs", "included"],
    [
      "limited unlimited",
      item({ included: 5, unlimited: true }),
      "invalid_inputs",
      "items.0.included",
    ],
    [
      "unlimited at a price",
      item({ unlimited: true, price: { ...usage, amount: 1 } }),
      "invalid_inputs",
      "items.0.price",
    ],
    ["a reset by the minute", item({ reset: { interval: "minute" } }), "invalid_inputs", "minute"],
    [
      "a reset of what is held",
      { items: [{ feature_id: "seats", reset: { interval: "month" } }] },
      "invalid_inputs",
      "never resets",
    ],
    [
      "units of on or off",
      { items: [{ feature_id: "sso", included: 1 }] },
      "invalid_inputs",
      "boolean feature",
    ],
    [
      "a price of on or off",
      { items: [{ feature_id: "sso", price: { ...usage, amount: 1 } }] },
      "invalid_inputs",
      "boolean feature",
    ],
    [
      "the same line twice",
      { items: [monthlyMessages, monthlyMessages] },
      "invalid_inputs",
      "items.1",
    ],
    ["no amount", priced({ amount: null }), "invalid_inputs", "either 'amount' or 'tiers'"],
    [
      "amount and tiers",
      priced({ tiers: [{ to: "inf", amount: 1 }] }),
      "invalid_inputs",
      "either 'amount' or 'tiers'",
    ],
    ["no tiers in tiers", priced({ amount: null, tiers: [] }), "invalid_inputs", "to: 'inf'"],
    ["tiers with an end", tiers({ to: 20, amount: 1 }), "invalid_inputs", "to: 'inf'"],
    [
      "an early end",
      tiers({ to: "inf", amount: 1 }, { to: "inf", amount: 1 }),
      "invalid_inputs",
      "tiers.0.to",
    ],
    [
      "a tier inside the included",
      tiers({ to: 10, amount: 1 }, { to: "inf", amount: 1 }),
      "invalid_inputs",
      "after 10",
    ],
    [
      "falling tiers",
      tiers({ to: 30, amount: 1 }, { to: 20, amount: 1 }, { to: "inf", amount: 1 }),
      "invalid_inputs",
      "after 30",
    ],
    ["a tier for nothing said", tiers({ to: "inf" }), "invalid_inputs", "flat_amount"],
    [
      "a tier without a currency",
      tiers(
        { to: 20, amount: 1, additional_currencies: [{ currency: "eur", amount: 1 }] },
        { to: "inf", amount: 1 },
      ),
      "invalid_inputs",
      "tiers.1",
    ],
    ["packages of nothing", priced({ billing_units: 0 }), "invalid_inputs", "billing_units"],
    ["a negative cap", priced({ max_purchase: -1 }), "invalid_inputs", "max_purchase"],
    ["usage billed once", priced({ interval: "one_off" }), "invalid_inputs", "price.interval"],
    [
      "usage reset out of step",
      item({ reset: { interval: "day" }, price: { ...usage, amount: 1 } }),
      "invalid_inputs",
      "items.0.reset",
    ],
    [
      "a broken first package",
      item({ included: 15, price: { ...prepaid, amount: 1, billing_units: 10 } }),
      "invalid_inputs",
      "whole multiple",
    ],
    [
      "proration of what is used up",
      item({
        price: { ...usage, amount: 1 },
        proration: { on_increase: "bill_immediately", on_decrease: "none" },
      }),
      "invalid_inputs",
      "items.0.proration",
    ],
    [
      "a paid plan for everyone",
      { auto_enable: true, price: { amount: 1, interval: "month" } },
      "invalid_inputs",
      "auto_enable",
    ],
    ["expiries", item({ expiry: { duration: "day", length: 1 } }), "not_supported", "expiry"],
    [
      "threshold billing",
      item({ threshold_billing: { threshold: 5 } }),
      "not_supported",
      "threshold_billing",
    ],
    [
      "overridden features",
      item({ feature_override: { markups: { default_markup: 1 } } }),
      "not_supported",
      "feature_override",
    ],
    ["licences", { licenses: [{ license_plan_id: "taken" }] }, "not_supported", "licenses"],
    ["a trial", { free_trial: { duration_length: 7 } }, "not_supported", "free_trial"],
    ["past-due rules", { config: { ignore_past_due: true } }, "not_supported", "config"],
    [
      "a control of a feature that does not exist",
      { billing_controls: { overage_allowed: [{ feature_id: "nothing" }] } },
      "invalid_inputs",
      "billing_controls.overage_allowed.0.feature_id",
    ],
  ])("%s", async (_what, wrong, reason, said) => {
    await plans.create({ plan_id: "taken", name: "Taken" });
    if (_what === "an archived feature") {
      await sampleArchived();
    }
    const error = await refusal(plans.create({ plan_id: "plan", name: "Plan", ...wrong }));
    expect(error).toMatchObject({ reason });
    expect(error.message).toContain(said);
    expect((await list()).map((plan) => plan.id)).toEqual(["taken"]);
  });

  async function sampleArchived(): Promise<void> {
    await features.update("sso", { new_feature_id: "old", archived: true });
  }
});
