import { z } from "zod";
import { formatQuantity } from "@/components/format";
import { parseQuantity } from "@/components/forms/parse-quantity";
import { quantitySchema } from "@/components/forms/quantity-schema";
import type { Feature } from "../feature-types";

const FREE = -100;

const tooCheap = "A markup is −100 (free) or more.";

const Percent = quantitySchema({ allowNegative: true }).refine(
  (percent) => Number(percent) >= FREE,
  tooCheap,
);

/** A number, or nothing: then what is said elsewhere counts. */
function optionalNumber(allowNegative: boolean) {
  return z.string().transform((text, context): number | null => {
    if (text.trim() === "") return null;
    const parsed = parseQuantity(text, { allowNegative });
    if (parsed.ok) return Number(parsed.value);
    context.addIssue({ code: "custom", message: parsed.message });
    return z.NEVER;
  });
}

const ProviderValues = z.object({
  provider: z
    .string()
    .trim()
    .regex(/^[^/\s]+$/, "Write the provider alone, such as openai."),
  percent: Percent,
});

const ModelValues = z
  .object({
    model: z
      .string()
      .trim()
      .regex(/^[^/\s]+\/\S+$/, "Write provider/model, such as openai/gpt-4o."),
    percent: optionalNumber(true).refine((percent) => (percent ?? 0) >= FREE, tooCheap),
    input: optionalNumber(false),
    output: optionalNumber(false),
  })
  .superRefine(({ model, input, output }, context) => {
    const message = model.startsWith("custom/")
      ? "A model of your own needs both costs."
      : "Give both costs, or neither.";
    const needed = model.startsWith("custom/") || input !== null || output !== null;
    if (needed && input === null) context.addIssue({ code: "custom", path: ["input"], message });
    if (needed && output === null) context.addIssue({ code: "custom", path: ["output"], message });
  });

/** The markups of an AI credit system as typed. */
export const MarkupValues = z.object({
  fallback: Percent,
  providers: z.array(ProviderValues).superRefine((providers, context) => {
    refuseRepeats(
      providers.map(({ provider }) => provider),
      { context, field: "provider" },
    );
  }),
  models: z.array(ModelValues).superRefine((models, context) => {
    refuseRepeats(
      models.map(({ model }) => model),
      { context, field: "model" },
    );
  }),
});

function refuseRepeats(
  names: readonly string[],
  { context, field }: { context: z.RefinementCtx; field: string },
): void {
  for (const [n, name] of names.entries()) {
    if (names.indexOf(name) === n) continue;
    context.addIssue({ code: "custom", path: [n, field], message: "It has a markup already." });
  }
}

export type MarkupFields = z.input<typeof MarkupValues>;

export const blankProvider: MarkupFields["providers"][number] = { provider: "", percent: "0" };
export const blankModel: MarkupFields["models"][number] = {
  model: "",
  percent: "",
  input: "",
  output: "",
};

/** The fields of markups that are there already. */
export function markupFieldsOf(feature: Feature | undefined): MarkupFields {
  return {
    fallback: formatQuantity(feature?.default_markup ?? 0),
    providers: Object.entries(feature?.provider_markups ?? {}).map(([provider, { markup }]) => ({
      provider,
      percent: formatQuantity(markup),
    })),
    models: Object.entries(feature?.model_markups ?? {}).map(([model, one]) => ({
      model,
      percent: textOf(one.markup),
      input: textOf(one.input_cost),
      output: textOf(one.output_cost),
    })),
  };
}

function textOf(number: number | undefined): string {
  return number === undefined ? "" : formatQuantity(number);
}

/** What checked markups are called by the operations. */
export function wireMarkups(markups: z.output<typeof MarkupValues>) {
  return {
    default_markup: Number(markups.fallback),
    provider_markups: Object.fromEntries(
      markups.providers.map(({ provider, percent }) => [provider, { markup: Number(percent) }]),
    ),
    model_markups: Object.fromEntries(
      markups.models.map(({ model, percent, input, output }) => [
        model,
        { markup: percent, input_cost: input, output_cost: output },
      ]),
    ),
  };
}
