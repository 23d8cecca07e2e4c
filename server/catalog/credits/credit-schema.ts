import { z } from "zod";
import { quantity } from "../../core/quantity";

const MAX_MEMBERS = 500;
const MAX_TIERS = 100;
const MAX_EXCEPTIONS = 100;
const MAX_MATCHED = 10;
const MAX_MARKUPS = 2000;

/** A JSON number that is kept as the decimal it spells. */
const Exact = z.number().superRefine((value, issues) => {
  try {
    quantity(value);
  } catch (error) {
    issues.addIssue({ code: "custom", message: error instanceof Error ? error.message : "" });
  }
});

const Cost = Exact.refine((cost) => cost >= 0, "A cost is 0 or more.");

const Percent = Exact.refine((percent) => percent >= -100, "A markup is -100 (free) or more.");

const ExceptionName = z.string().min(1).max(256);

/** What one use costs: the same for every unit, or by graduated steps. */
const costFields = {
  credit_cost: Cost.nullish().describe("Credits per billing_units of the member."),
  tier_behavior: z.literal("graduated").nullish(),
  tiers: z
    .array(
      z.object({
        to: z
          .union([z.number(), z.literal("inf")])
          .describe("The last unit of one use that the step covers; 'inf' for the last step."),
        credit_cost: Cost,
      }),
    )
    .min(1)
    .max(MAX_TIERS)
    .nullish()
    .describe("Instead of credit_cost: the units of one use are priced step by step."),
};

const Match = z
  .record(ExceptionName, z.union([z.string().max(1024), z.number(), z.boolean()]))
  .refine((match) => Object.keys(match).length > 0, "Name at least one property to match.")
  .refine(
    (match) => Object.keys(match).length <= MAX_MATCHED,
    `Name at most ${MAX_MATCHED} properties to match.`,
  )
  .describe("Property values, compared as text, that an event must all have.");

function bounded<Value extends z.ZodType>(value: Value, max: number) {
  return z
    .record(ExceptionName, value)
    .refine((map) => Object.keys(map).length <= max, `At most ${max} entries.`);
}

const MemberInput = z.object({
  metered_feature_id: z.string().min(1).max(256),
  billing_units: Exact.refine((units) => units > 0, "Use a number above 0.")
    .nullish()
    .describe("Units of the member that one cost is for; 1 when left out."),
  ...costFields,
  dimensions: bounded(
    z.object({
      match: Match,
      priority: z.int().nullish().describe("The highest that matches wins; 0 when left out."),
      ...costFields,
    }),
    MAX_EXCEPTIONS,
  )
    .nullish()
    .describe("Other costs, by name, for events whose properties match."),
  multipliers: bounded(
    z.object({
      match: Match,
      factor: Cost.nullish().describe("The cost is multiplied by it; 1 when left out."),
      add: Exact.nullish().describe("Then this is added, or taken off; never to below 0."),
    }),
    MAX_EXCEPTIONS,
  )
    .nullish()
    .describe("Changes of the cost, by name, for events whose properties match."),
});

/** What a cost is written as, on a member and on its dimensions. */
export type CostFields = Pick<z.output<typeof MemberInput>, keyof typeof costFields>;
export type MemberFields = z.output<typeof MemberInput>;

/** Fields that only credit systems have; which of the two kinds has which, `readCredits` says. */
export const creditSystemFields = {
  credit_schema: z
    .array(MemberInput)
    .max(MAX_MEMBERS)
    .nullish()
    .describe("For a credit system: its members and what a unit of each costs in credits."),
  default_markup: Percent.nullish().describe(
    "For an AI credit system: percent on top of token prices; -100 makes them free.",
  ),
  provider_markups: bounded(z.object({ markup: Percent }), MAX_MARKUPS)
    .nullish()
    .describe("Percent for all models of a provider, instead of default_markup."),
  model_markups: bounded(
    z.object({
      markup: Percent.nullish(),
      input_cost: Cost.nullish().describe("Dollars per million input tokens."),
      output_cost: Cost.nullish().describe("Dollars per million output tokens."),
    }),
    MAX_MARKUPS,
  )
    .nullish()
    .describe("Percent by provider/model; a model called custom/… carries both its costs."),
};

const CreditFields = z.object(creditSystemFields);
export type CreditFields = z.output<typeof CreditFields>;

const TiersOutput = z.array(
  z.object({ to: z.union([z.number(), z.literal("inf")]), credit_cost: z.number() }),
);

/** One of the two: `credit_cost`, or `tiers` with their behaviour. */
const costOutput = {
  credit_cost: z.number().optional(),
  tier_behavior: z.literal("graduated").optional(),
  tiers: TiersOutput.optional(),
};

const MatchOutput = z.record(z.string(), z.string());

/** The fields of credit systems as every operation answers them. */
export const creditSystemOutput = {
  credit_schema: z
    .array(
      z.object({
        metered_feature_id: z.string(),
        billing_units: z.number().optional(),
        ...costOutput,
        dimensions: z
          .record(z.string(), z.object({ match: MatchOutput, priority: z.number(), ...costOutput }))
          .optional(),
        multipliers: z
          .record(
            z.string(),
            z.object({
              match: MatchOutput,
              factor: z.number().optional(),
              add: z.number().optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional()
    .describe("Present on credit systems."),
  default_markup: z.number().optional().describe("Present on AI credit systems."),
  provider_markups: z.record(z.string(), z.object({ markup: z.number() })).optional(),
  model_markups: z
    .record(
      z.string(),
      z.object({
        markup: z.number().optional(),
        input_cost: z.number().optional(),
        output_cost: z.number().optional(),
      }),
    )
    .optional(),
};
