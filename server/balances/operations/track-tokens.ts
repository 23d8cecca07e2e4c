import { z } from "zod";
import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { tokenPrice } from "../../catalog/model-prices";
import { roundUnits } from "../../core/balances/credit-cost";
import { baseCost, type TokenCounts, withMarkup } from "../../core/balances/token-cost";
import { WindfallError } from "../../core/error";
import { invariant } from "../../core/invariant";
import { type Quantity, quantity, toWire } from "../../core/quantity";
import { operation } from "../../platform/operation";
import { externalId, instant, jsonObject, notSupported } from "../../platform/wire";
import { BalanceObject, DeductionObject } from "../balance-schema";
import { decideInBatch } from "../hot/batch";
import type { Decided, Subject } from "../hot/subject";
import { presentUses } from "../present-uses";
import { usageEffects } from "../usage-effects";
import { featureNamed, requirePlausibleTime } from "../usage-rules";
import { countingGrants, payersOf, recordUse } from "../use";

const MAX_TOKENS = 1_000_000_000_000;

const Tokens = z.int().min(0).max(MAX_TOKENS);

const tokenFields = {
  input_tokens: Tokens.describe("Text tokens of the prompt that came from no cache."),
  output_tokens: Tokens.describe("Text tokens of the answer, reasoning not counted."),
  cache_read_tokens: Tokens.optional(),
  cache_write_tokens: Tokens.optional(),
  reasoning_tokens: Tokens.optional(),
  audio_input_tokens: Tokens.optional(),
  audio_output_tokens: Tokens.optional(),
};

const TrackTokensInput = z.object({
  customer_id: externalId,
  entity_id: externalId.optional(),
  feature_id: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe("The AI credit system; may be left out where the customer has exactly one."),
  model_id: z
    .string()
    .max(256)
    .regex(/^[^/]+\/.+$/, "Write a model as provider/model, such as 'openai/gpt-4o'.")
    .describe("provider/model, parted at the first slash."),
  ...tokenFields,
  properties: jsonObject.optional(),
  timestamp: instant.optional().describe("When it happened, at most 13 months ago."),
  overage_behavior: z
    .enum(["cap", "overflow"])
    .optional()
    .describe("What happens to credits that no balance covers: dropped, or booked below zero."),
  async: notSupported("async", false),
});

const TrackTokensOutput = z.object({
  customer_id: z.string(),
  entity_id: z.string().optional(),
  value: z.number().describe("What the tokens cost in credits, whatever was there to take."),
  balance: BalanceObject.nullable().describe("Null when the customer has no such balance."),
  balances: z.record(z.string(), BalanceObject).optional(),
  deductions: z.array(DeductionObject),
});

type Input = z.output<typeof TrackTokensInput>;
type Answer = z.input<typeof TrackTokensOutput>;

/**
 * Records the tokens of one call of a language model and takes what they cost from an AI credit
 * system, then from the credit systems that contain it (domain §§18, 19). One dollar, markup
 * included, is one credit. The event carries the model and the tokens among its properties.
 */
export const trackTokens = operation(
  {
    kind: "command",
    scope: "balances:write",
    confirmsKey: true,
    usage: true,
    summary: "Record tokens of a language model",
    input: TrackTokensInput,
    output: TrackTokensOutput,
    errors: ["customer_not_found", "feature_not_found", "entity_not_found"],
    example: {
      customer_id: "user_123",
      feature_id: "ai_credits",
      model_id: "openai/gpt-4o",
      input_tokens: 1200,
      output_tokens: 350,
    },
  },
  async (ctx, input) =>
    (await decideInBatch({
      ctx,
      customerId: input.customer_id,
      entityId: input.entity_id ?? null,
      featuresIn: (catalog) => systemsToTry(catalog, input),
      decide: (subject) => {
        requirePlausibleTime(input.timestamp, ctx.now);
        return decideTokens(subject, input);
      },
    })) as Answer,
);

function systemsToTry(catalog: Catalog, { feature_id }: Input): readonly CatalogFeature[] {
  if (feature_id === undefined) return aiSystems(catalog);
  const feature = featureNamed(catalog, feature_id);
  if (feature.type === "ai_credit_system") return [feature];
  throw wrong(`feature_id: '${feature_id}' is no AI credit system. Use balances.track for it.`);
}

function aiSystems(catalog: Catalog): CatalogFeature[] {
  const systems = [...catalog.featureById.values()].filter(
    ({ type }) => type === "ai_credit_system",
  );
  if (systems.length > 0) return systems;
  throw wrong("There is no AI credit system here. Create a feature of type 'ai_credit_system'.");
}

function decideTokens(subject: Subject, input: Input): Decided {
  const system = systemOf(subject, input);
  const tokens = countsOf(input);
  const { base, credits } = creditsFor(subject, system, { input, tokens });
  const use = recordUse(subject, system, {
    value: credits,
    overageBehavior: input.overage_behavior ?? "cap",
    properties: propertiesOf(input, base),
    eventName: null,
    occurredAt: input.timestamp ?? subject.now,
  });
  invariant("event" in use, "only `reject` can leave tokens unapplied");
  const answer: Answer = {
    customer_id: input.customer_id,
    ...(input.entity_id === undefined ? {} : { entity_id: input.entity_id }),
    value: toWire(credits),
    ...presentUses(subject, [use]),
  };
  return { answer, ...usageEffects(subject, [use]), events: [use.event] };
}

/** The system that was named, or the only one that the customer has, itself or in points. */
function systemOf(subject: Subject, { feature_id }: Input): CatalogFeature {
  const [first, ...others] =
    feature_id === undefined
      ? subject.features.filter((system) => isHeld(subject, system))
      : subject.features;
  if (first !== undefined && others.length === 0) return first;
  if (first === undefined) {
    throw wrong(
      `The customer has no AI credits. Grant some of ${named(subject.features)}, or name the feature_id to record usage all the same.`,
    );
  }
  throw wrong(`The customer has ${named([first, ...others])}. Say which by its feature_id.`);
}

function isHeld(subject: Subject, system: CatalogFeature): boolean {
  return payersOf(subject, system, null).some(
    ({ feature }) => countingGrants(subject, feature).length > 0,
  );
}

function named(features: readonly CatalogFeature[]): string {
  return features.map(({ slug }) => `'${slug}'`).join(", ");
}

function creditsFor(
  { catalog, now }: Subject,
  system: CatalogFeature,
  { input, tokens }: { readonly input: Input; readonly tokens: TokenCounts },
): { base: Quantity; credits: Quantity } {
  const { model_id: model } = input;
  const price = tokenPrice(catalog, system, { model, at: now });
  if (price === null) {
    throw wrong(
      `model_id: Nobody priced '${model}'. Add it in the dashboard under Features, Model prices, or give it input_cost and output_cost in model_markups of '${system.slug}'.`,
    );
  }
  const base = baseCost(price.rates, tokens);
  return { base: roundUnits(base), credits: roundUnits(withMarkup(base, price.markup)) };
}

function countsOf(input: Input): TokenCounts {
  return {
    input: quantity(input.input_tokens),
    output: quantity(input.output_tokens),
    cacheRead: quantity(input.cache_read_tokens ?? 0),
    cacheWrite: quantity(input.cache_write_tokens ?? 0),
    reasoning: quantity(input.reasoning_tokens ?? 0),
    audioInput: quantity(input.audio_input_tokens ?? 0),
    audioOutput: quantity(input.audio_output_tokens ?? 0),
  };
}

/** The caller's own properties, and beside them what was counted and what it cost in dollars. */
function propertiesOf(input: Input, base: Quantity): Record<string, unknown> {
  const counted = Object.keys(tokenFields) as (keyof typeof tokenFields)[];
  return {
    ...input.properties,
    model_id: input.model_id,
    ...Object.fromEntries(
      counted.flatMap((field) => (input[field] === undefined ? [] : [[field, input[field]]])),
    ),
    base_cost: toWire(base),
  };
}

function wrong(message: string): WindfallError {
  return new WindfallError("invalid_request", "invalid_inputs", message);
}
