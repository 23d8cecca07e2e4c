import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { z } from "zod";
import { formatQuantity } from "@/components/format";
import { parseQuantity } from "@/components/forms/parse-quantity";
import { quantitySchema } from "@/components/forms/quantity-schema";
import { baseCost, type ModelRates, usualLongContext } from "@/server/core/balances/token-cost";
import { quantity, zero } from "@/server/core/quantity";
import type { AppRouter } from "@/server/trpc/root";

export type ModelPrice = inferRouterOutputs<AppRouter>["catalog"]["modelPrices"]["models"][number];
export type WireRates = NonNullable<
  inferRouterInputs<AppRouter>["catalog"]["setModelPrice"]["rates"]
>;
type WireTokenRates = Omit<WireRates, "longContext">;

/** Pools besides text, and which text rate they cost when they have none of their own. */
export const otherPools = [
  { key: "cacheRead", label: "Cache read", as: "input" },
  { key: "cacheWrite", label: "Cache write", as: "input" },
  { key: "reasoning", label: "Reasoning", as: "output" },
  { key: "audioInput", label: "Audio input", as: "input" },
  { key: "audioOutput", label: "Audio output", as: "output" },
] as const;

const OptionalRate = z.string().transform((text, context): number | null => {
  if (text.trim() === "") return null;
  const parsed = parseQuantity(text);
  if (parsed.ok) return Number(parsed.value);
  context.addIssue({ code: "custom", message: parsed.message });
  return z.NEVER;
});

const Rate = quantitySchema().transform(Number);

const TokenRatesValues = z.object({
  input: Rate,
  output: Rate,
  cacheRead: OptionalRate,
  cacheWrite: OptionalRate,
  reasoning: OptionalRate,
  audioInput: OptionalRate,
  audioOutput: OptionalRate,
});

const fieldRules = {
  model: z
    .string()
    .trim()
    .regex(/^[^/\s]+\/\S+$/, "Write provider/model, such as openai/gpt-4o."),
  reason: z.string().trim().min(1, "Say why, for whoever reads the audit log."),
};

const Threshold = quantitySchema({ zeroMessage: "Use a number above 0." })
  .refine((text) => !text.includes("."), "Write a whole number of tokens.")
  .transform(Number);

const OwnValues = z.object({
  ...fieldRules,
  source: z.literal("own"),
  rates: TokenRatesValues,
});

/** What is looked at: nothing but the reason for the bundled price, no long rates without long. */
const CheckedValues = z.discriminatedUnion("source", [
  z.object({ ...fieldRules, source: z.literal("bundled") }),
  z.discriminatedUnion("hasLong", [
    OwnValues.extend({ hasLong: z.literal(false) }),
    OwnValues.extend({ hasLong: z.literal(true), above: Threshold, long: TokenRatesValues }),
  ]),
]);

type OwnPrice = Extract<z.output<typeof CheckedValues>, { source: "own" }>;

type TokenRatesFields = z.input<typeof TokenRatesValues>;

/** A model's price as typed; what is not asked for is not looked at. */
export const PriceValues = z
  .object({
    ...{ model: z.string(), reason: z.string(), above: z.string() },
    source: z.enum(["own", "bundled"]),
    hasLong: z.boolean(),
    rates: z.custom<TokenRatesFields>(),
    long: z.custom<TokenRatesFields>(),
  })
  .transform((fields, context): { model: string; reason: string; rates: WireRates | null } => {
    const parsed = CheckedValues.safeParse(fields);
    if (parsed.success) {
      const { model, reason } = parsed.data;
      return { model, reason, rates: parsed.data.source === "own" ? ratesOf(parsed.data) : null };
    }
    for (const { path, message } of parsed.error.issues) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
    return z.NEVER;
  });

export type PriceFields = z.input<typeof PriceValues>;

function ratesOf(values: OwnPrice): WireRates {
  const longContext = values.hasLong ? { above: values.above, rates: values.long } : null;
  return { ...values.rates, longContext };
}

const blankRates: TokenRatesFields = {
  input: "",
  output: "",
  cacheRead: "",
  cacheWrite: "",
  reasoning: "",
  audioInput: "",
  audioOutput: "",
};

/** The fields of a price that is there already, or of a model that is to get one. */
export function priceFieldsOf(price: ModelPrice | undefined): PriceFields {
  const rates = price?.rates ?? null;
  return {
    model: price?.model ?? "",
    reason: "",
    source: "own",
    rates: rates ? rateFieldsOf(rates) : blankRates,
    hasLong: Boolean(rates?.longContext),
    above: formatQuantity(rates?.longContext?.above ?? usualLongContext),
    long: rates?.longContext ? rateFieldsOf(rates.longContext.rates) : blankRates,
  };
}

function rateFieldsOf(rates: WireTokenRates): TokenRatesFields {
  const text = (rate: number | null) => (rate === null ? "" : formatQuantity(rate));
  return {
    input: text(rates.input),
    output: text(rates.output),
    cacheRead: text(rates.cacheRead),
    cacheWrite: text(rates.cacheWrite),
    reasoning: text(rates.reasoning),
    audioInput: text(rates.audioInput),
    audioOutput: text(rates.audioOutput),
  };
}

/** What 1,000 text tokens in and 1,000 out cost without markup: "$0.0125". */
export function sampleCost({ input, output }: Pick<WireRates, "input" | "output">): string {
  const none = { cacheRead: null, cacheWrite: null, reasoning: null };
  const rates: ModelRates = {
    ...{ ...none, audioInput: null, audioOutput: null, longContext: null },
    input: quantity(input),
    output: quantity(output),
  };
  const noTokens = { cacheRead: zero, cacheWrite: zero, reasoning: zero };
  const thousand = quantity(1000);
  const tokens = { ...noTokens, audioInput: zero, audioOutput: zero };
  return dollars(baseCost(rates, { ...tokens, input: thousand, output: thousand }).toString());
}

/** An amount in dollars with every digit that it has. */
export function dollars(amount: number | string): string {
  return `$${formatQuantity(amount)}`;
}
