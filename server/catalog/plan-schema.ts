import { z } from "zod";
import { amount } from "../core/money";
import { quantity } from "../core/quantity";
import { notSupported } from "../platform/wire";
import { ControlsInput, PlanControlsOutput } from "./controls-schema";
import { Name, Slug } from "./feature-schema";

const PriceInterval = z.enum(["one_off", "week", "month", "quarter", "semi_annual", "year"]);

const ResetInterval = z.enum([
  "one_off",
  "minute",
  "hour",
  "day",
  "week",
  "month",
  "quarter",
  "semi_annual",
  "year",
]);

const IntervalCount = z.int().min(1).max(1000).default(1);

/** A JSON number that is kept as the decimal it spells. */
const Units = z.number().min(0).superRefine(exactly(quantity));

/** A price in major units of its currency: 20 is $20.00. */
const MajorUnits = z.number().min(0).superRefine(exactly(amount));

const Currency = z
  .string()
  .transform((code) => code.toLowerCase())
  .refine((code) => Intl.supportedValuesOf("currency").includes(code.toUpperCase()), {
    message: "Write a currency as its three-letter ISO code, for example eur.",
  })
  .meta({ description: "Three-letter ISO code.", examples: ["eur"] });

const AmountInCurrency = z.object({ currency: Currency, amount: MajorUnits });

const MAX_CURRENCIES = 50;
const MAX_TIERS = 100;
const MAX_ITEMS = 200;

/** The base price of a plan. A bare number is refused, since it could mean cents. */
export const BasePriceInput = z.object(
  {
    amount: MajorUnits,
    interval: PriceInterval,
    interval_count: IntervalCount,
    additional_currencies: z.array(AmountInCurrency).max(MAX_CURRENCIES).nullish(),
  },
  {
    error: (issue) =>
      typeof issue.input === "number" || typeof issue.input === "string"
        ? 'A price is an object in major units, for example {"amount": 49, "interval": "month"}.'
        : undefined,
  },
);

const TierInput = z.object({
  to: z
    .union([z.number(), z.literal("inf")])
    .describe("The last unit of the step, included units counted; 'inf' for the last step."),
  amount: MajorUnits.optional().describe("Per package of billing_units."),
  flat_amount: MajorUnits.nullish().describe("Once, when the step is entered."),
  additional_currencies: z
    .array(
      z.object({
        currency: Currency,
        amount: MajorUnits.optional(),
        flat_amount: MajorUnits.nullish(),
      }),
    )
    .max(MAX_CURRENCIES)
    .nullish(),
});

const ItemPriceInput = z.object({
  amount: MajorUnits.nullish(),
  additional_currencies: z.array(AmountInCurrency).max(MAX_CURRENCIES).nullish(),
  tiers: z.array(TierInput).max(MAX_TIERS).nullish(),
  tier_behavior: z.enum(["graduated", "volume"]).nullish(),
  interval: PriceInterval,
  interval_count: IntervalCount,
  billing_units: Units.refine((units) => units > 0, "Use a number above 0.").default(1),
  billing_method: z.enum(["prepaid", "usage_based"]),
  max_purchase: Units.nullish().describe(
    "Units that can be bought beyond the included ones; 0 allows none, null any number.",
  ),
});

const OnIncrease = z.enum([
  "bill_immediately",
  "prorate_immediately",
  "prorate_next_cycle",
  "bill_next_cycle",
]);
const OnDecrease = z.enum(["prorate_immediately", "prorate_next_cycle", "none", "no_prorations"]);

const ProrationInput = z.object({
  on_increase: OnIncrease,
  on_decrease: z.enum([...OnDecrease.options, "prorate"]),
});

/** What becomes of units that are left at a reset. */
const RolloverInput = z.object({
  max: Units.nullish().describe("The most that may have rolled over at any time; absent, no cap."),
  max_percentage: Units.nullish().describe("The same in percent of the included units."),
  expiry_duration_type: z.enum(["month", "forever"]),
  expiry_duration_length: z
    .int()
    .min(0)
    .max(1200)
    .nullish()
    .describe("Months until what rolled over expires, 1 when left out; no meaning with forever."),
});

/** One feature of a plan as callers write it. */
export const PlanItemInput = z.object({
  feature_id: z.string().min(1).max(256),
  included: Units.nullish().describe("Units that come with the plan."),
  unlimited: z.boolean().nullish(),
  reset: z
    .object({ interval: ResetInterval, interval_count: IntervalCount })
    .nullish()
    .describe("How often the included units are renewed; absent or one_off means never."),
  price: ItemPriceInput.nullish(),
  proration: ProrationInput.nullish(),
  pooled: z
    .boolean()
    .nullish()
    .describe("On a plan of an entity: given to the customer, for all of its entities together."),
  rollover: RolloverInput.nullish().describe("What becomes of units that are left at a reset."),
  entity_feature_id: z
    .string()
    .min(1)
    .max(256)
    .nullish()
    .describe("Given once to each entity of this feature instead of once to the customer."),
  reset_usage_when_enabled: z
    .boolean()
    .nullish()
    .describe("false: what was used stays used when the customer switches to another plan."),
  expiry: notSupported("expiry"),
  threshold_billing: notSupported("threshold_billing"),
  feature_override: notSupported("feature_override", {}),
});

export const PlanItemsInput = z.array(PlanItemInput).max(MAX_ITEMS);

/** Free key-value pairs of the tenant, given back as they came. */
export const Metadata = z.record(z.string().max(256), z.unknown());

export const Group = z
  .string()
  .max(256)
  .describe("Plans of one group replace each other; the empty text is a group too.");

export const Description = z.string().max(4096).nullable();

/** Fields of the contract for a plan that this version does not act on. */
export const unsupportedPlanFields = {
  licenses: notSupported("licenses", []),
  free_trial: notSupported("free_trial"),
  config: notSupported("config", {}, { ignore_past_due: false }),
  create_in_stripe: notSupported("create_in_stripe", true, false),
};

/** The controls of customers on the plan; they belong to the plan, not to one of its versions. */
export const PlanControlsInput = ControlsInput.nullish().describe(
  "Limits and alerts of customers that set none of their own. A list replaces the whole list.",
);

/** Looking a plan up takes any text: what cannot be an id is simply not found. */
export const PlanRef = z.string().min(1).max(256).describe("The plan's id.");

export const VersionNumber = z.int().min(1).max(2_147_483_647);

/** What a plan consists of when it is made. */
export const planFields = {
  plan_id: Slug,
  name: Name,
  description: Description.default(null),
  group: Group.default(""),
  add_on: z.boolean().default(false).describe("Stands beside other plans of its group."),
  auto_enable: z.boolean().default(false).describe("Given to every new customer."),
  price: BasePriceInput.nullish(),
  items: PlanItemsInput.default([]),
  metadata: Metadata.nullish(),
};

const PlanFields = z.object(planFields);
export type PlanFieldsInput = z.output<typeof PlanFields>;

const DisplayText = z.object({ primary_text: z.string(), secondary_text: z.string().optional() });

const TierOutput = z.object({
  to: z.union([z.number(), z.literal("inf")]),
  amount: z.number(),
  flat_amount: z.number().optional(),
  additional_currencies: z
    .array(
      z.object({ currency: z.string(), amount: z.number(), flat_amount: z.number().optional() }),
    )
    .optional(),
});

const AmountOutput = z.object({ currency: z.string(), amount: z.number() });

const RolloverOutput = z.object({
  max: z.number().nullable(),
  max_percentage: z.number().optional(),
  expiry_duration_type: z.enum(["month", "forever"]),
  expiry_duration_length: z.number().optional(),
});

const PlanItemOutput = z.object({
  feature_id: z.string(),
  feature: z.object({
    id: z.string(),
    name: z.string(),
    type: z.enum(["boolean", "single_use", "continuous_use"]),
    display: z.object({ singular: z.string(), plural: z.string() }).nullable(),
    archived: z.boolean(),
  }),
  included: z.number(),
  unlimited: z.boolean(),
  pooled: z.boolean(),
  reset: z.object({ interval: ResetInterval, interval_count: z.number() }).nullable(),
  price: z
    .object({
      amount: z.number().optional(),
      additional_currencies: z.array(AmountOutput).optional(),
      tiers: z.array(TierOutput).optional(),
      tier_behavior: z.enum(["graduated", "volume"]),
      interval: PriceInterval,
      interval_count: z.number(),
      billing_units: z.number(),
      billing_method: z.enum(["prepaid", "usage_based"]),
      max_purchase: z.number().nullable(),
    })
    .nullable(),
  proration: z
    .object({ on_increase: OnIncrease, on_decrease: OnDecrease })
    .optional()
    .describe("Present where a change of quantity is charged between invoices."),
  rollover: RolloverOutput.optional(),
  entity_feature_id: z.string().optional().describe("The entities that each get the units."),
  reset_usage_when_enabled: z.boolean().optional(),
  display: DisplayText,
});

/** A plan at one of its versions, as every operation answers it. */
export const PlanOutput = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  group: z.string().nullable(),
  version: z.number(),
  active: z.boolean().describe("Whether new subscriptions take this version."),
  add_on: z.boolean(),
  auto_enable: z.boolean(),
  price: z
    .object({
      amount: z.number(),
      interval: PriceInterval,
      interval_count: z.number(),
      additional_currencies: z.array(AmountOutput).optional(),
      display: DisplayText,
    })
    .nullable(),
  items: z.array(PlanItemOutput),
  created_at: z.number(),
  env: z.enum(["sandbox", "live"]),
  archived: z.boolean(),
  config: z.object({ ignore_past_due: z.boolean() }),
  billing_controls: PlanControlsOutput,
  metadata: z.record(z.string(), z.unknown()),
  customer_eligibility: z
    .object({
      attach_action: z.enum(["activate", "upgrade", "downgrade", "none", "purchase"]),
      status: z.enum(["active", "scheduled"]).optional(),
      canceling: z.boolean(),
      trialing: z.boolean(),
      trial_available: z.boolean(),
    })
    .optional(),
  base_variant_id: z.string().nullable(),
});

/** Hands the refusal of core's own reader on as an issue of the field. */
function exactly(read: (value: number) => unknown) {
  return (value: number, issues: z.RefinementCtx<number>) => {
    try {
      read(value);
    } catch (error) {
      issues.addIssue({ code: "custom", message: error instanceof Error ? error.message : "" });
    }
  };
}
