import { z } from "zod";
import { formatQuantity } from "@/components/format";
import { quantitySchema } from "@/components/forms/quantity-schema";
import type { Feature } from "../feature-types";
import { blankRate, RateValues, rateFieldsOf } from "./rate-values";

type WireMember = NonNullable<Feature["credit_schema"]>[number];

const MAX_EXCEPTIONS = 100;
const tooMany = `Use at most ${MAX_EXCEPTIONS}.`;

/** `size = large`, one property a line, as the properties that an event must have. */
const MatchText = z.string().transform((text, context): Record<string, string> => {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf("=");
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
  if (lines.length === 0 || !lines.every((line) => /^\s*[^=\s][^=]*=/.test(line))) {
    context.addIssue({ code: "custom", message: "Write property = value, one a line." });
  }
  return Object.fromEntries(pairs);
});

const Name = z.string().trim().min(1, "Give it a name.").max(256, "Use at most 256 characters.");

const DimensionValues = z.object({
  name: Name,
  match: MatchText,
  priority: z
    .string()
    .trim()
    .regex(/^-?\d{1,9}$/, "Write a whole number."),
  rate: RateValues,
});

const MultiplierValues = z.object({
  name: Name,
  match: MatchText,
  factor: quantitySchema(),
  add: quantitySchema({ allowNegative: true }),
});

/** One member of a credit system as typed, and what it costs. */
export const MemberValues = z
  .object({
    feature: z.string().min(1, "Choose a feature."),
    per: quantitySchema({ zeroMessage: "Use a number above 0." }),
    rate: RateValues,
    dimensions: z.array(DimensionValues).max(MAX_EXCEPTIONS, tooMany),
    multipliers: z.array(MultiplierValues).max(MAX_EXCEPTIONS, tooMany),
  })
  .superRefine((member, context) => {
    for (const list of ["dimensions", "multipliers"] as const) {
      for (const n of repeated(member[list].map(({ name }) => name))) {
        const message = "Another one has this name.";
        context.addIssue({ code: "custom", path: [list, n, "name"], message });
      }
    }
  });

export type MemberFields = z.input<typeof MemberValues>;

/** The positions at which a value stands that stood before. */
function repeated(values: readonly string[]): number[] {
  return values.flatMap((value, n) => (values.indexOf(value) < n ? [n] : []));
}

/** A credit system's members: at least one, each feature once. */
export const MembersValues = z
  .array(MemberValues)
  .min(1, "Add at least one feature that the credits pay for.")
  .superRefine((members, context) => {
    for (const n of repeated(members.map(({ feature }) => feature))) {
      const message = "This feature has a cost already.";
      context.addIssue({ code: "custom", path: [n, "feature"], message });
    }
  });

export const blankMember: MemberFields = {
  feature: "",
  per: "1",
  rate: blankRate,
  dimensions: [],
  multipliers: [],
};

export const blankDimension: MemberFields["dimensions"][number] = {
  name: "",
  match: "",
  priority: "0",
  rate: blankRate,
};

export const blankMultiplier: MemberFields["multipliers"][number] = {
  name: "",
  match: "",
  factor: "1",
  add: "0",
};

/** The fields of a member that is there already. */
export function memberFieldsOf(member: WireMember): MemberFields {
  return {
    feature: member.metered_feature_id,
    per: formatQuantity(member.billing_units ?? 1),
    rate: rateFieldsOf(member),
    dimensions: Object.entries(member.dimensions ?? {}).map(([name, dimension]) => ({
      name,
      match: matchText(dimension.match),
      priority: String(dimension.priority),
      rate: rateFieldsOf(dimension),
    })),
    multipliers: Object.entries(member.multipliers ?? {}).map(([name, multiplier]) => ({
      name,
      match: matchText(multiplier.match),
      factor: formatQuantity(multiplier.factor ?? 1),
      add: formatQuantity(multiplier.add ?? 0),
    })),
  };
}

function matchText(match: Readonly<Record<string, string>>): string {
  return Object.entries(match)
    .map(([property, value]) => `${property} = ${value}`)
    .join("\n");
}

/** What a checked member is called by the operations. */
export function wireMember(member: z.output<typeof MemberValues>) {
  return {
    metered_feature_id: member.feature,
    billing_units: Number(member.per),
    ...member.rate,
    dimensions: Object.fromEntries(
      member.dimensions.map(({ name, match, priority, rate }) => [
        name,
        { match, priority: Number(priority), ...rate },
      ]),
    ),
    multipliers: Object.fromEntries(
      member.multipliers.map(({ name, match, factor, add }) => [
        name,
        { match, factor: Number(factor), add: Number(add) },
      ]),
    ),
  };
}
