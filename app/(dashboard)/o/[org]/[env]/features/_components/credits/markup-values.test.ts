import { describe, expect, it } from "vitest";
import {
  blankModel,
  type MarkupFields,
  MarkupValues,
  markupFieldsOf,
  wireMarkups,
} from "./markup-values";

const feature = {
  id: "ai",
  name: "AI",
  type: "ai_credit_system" as const,
  consumable: true,
  event_names: [],
  archived: false,
  default_markup: -12.5,
  provider_markups: { openai: { markup: 10 } },
  model_markups: {
    "openai/gpt-4o": { markup: 0 },
    "custom/a/b": { input_cost: 1, output_cost: 0 },
  },
};

const problems = (more: Partial<MarkupFields>) => {
  const { error } = MarkupValues.safeParse({ ...markupFieldsOf(undefined), ...more });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
};
const model = (more: Partial<MarkupFields["models"][number]>) => ({
  ...blankModel,
  model: "openai/gpt-4o",
  ...more,
});

describe("markups as typed", () => {
  it("give back what they were made of; an empty markup is none of the model's own", () => {
    expect(wireMarkups(MarkupValues.parse(markupFieldsOf(feature)))).toEqual({
      default_markup: -12.5,
      provider_markups: { openai: { markup: 10 } },
      model_markups: {
        "openai/gpt-4o": { markup: 0, input_cost: null, output_cost: null },
        "custom/a/b": { markup: null, input_cost: 1, output_cost: 0 },
      },
    });
  });

  it.each([
    [{ fallback: "-101" }, "fallback: A markup is −100 (free) or more."],
    [
      { providers: [{ provider: "a/b", percent: "1" }] },
      "providers.0.provider: Write the provider",
    ],
    [{ models: [model({ model: "gpt" })] }, "models.0.model: Write provider/model"],
    [{ models: [model({ model: "custom/a" })] }, "models.0.input: A model of your own needs both"],
    [{ models: [model({ input: "1" })] }, "models.0.output: Give both costs, or neither."],
    [{ models: [model({ percent: "-100.1" })] }, "models.0.percent: A markup is −100"],
    [{ models: [model({}), model({})] }, "models.1.model: It has a markup already."],
  ])("say what is wrong at its field: %j", (more, start) => {
    expect(problems(more)[0]).toContain(start);
  });
});
