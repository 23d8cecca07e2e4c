import { z } from "zod";
import type { FeatureType as FeatureTypeName } from "../core/feature";
import type { FeatureDisplay } from "./catalog";
import { creditSystemOutput } from "./credits/credit-schema";
import { wrongField } from "./wrong-field";

/** The id of a feature or plan on the wire: chosen by the tenant. */
export const Slug = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,256}$/, "An id has 1 to 256 letters, digits, underscores or hyphens.");

/** Looking a feature up takes any text: what cannot be an id is simply not found. */
export const FeatureRef = z.string().min(1).max(256).describe("The feature's id.");

export const Name = z.string().trim().min(1).max(256);

/**
 * Words for a type. The two halves of `metered` have names of their own in older clients and in
 * the guides; they say what `consumable` is.
 */
const TYPES = {
  boolean: { type: "boolean", consumable: undefined },
  metered: { type: "metered", consumable: undefined },
  single_use: { type: "metered", consumable: true },
  continuous_use: { type: "metered", consumable: false },
  feature_flag: { type: "boolean", consumable: undefined },
  seat: { type: "metered", consumable: false },
  credit_system: { type: "credit_system", consumable: true },
  ai_credit_system: { type: "ai_credit_system", consumable: true },
} as const;

type TypeWord = keyof typeof TYPES;

/** What a type word says about a feature. */
export interface FeatureKind {
  readonly type: FeatureTypeName;
  readonly consumable: boolean | undefined;
}

export const FeatureType = z
  .enum(Object.keys(TYPES) as [TypeWord, ...TypeWord[]])
  .transform((word): FeatureKind => TYPES[word])
  .describe(
    "'boolean' is on or off; 'metered' is counted; uses of a credit system's members, and tokens for an AI credit system, are paid in its credits. 'single_use', 'continuous_use', 'feature_flag' and 'seat' are other words for them.",
  );

export const Display = z.object({
  singular: z.string().max(256).nullish(),
  plural: z.string().max(256).nullish(),
});

export const EventNames = z
  .array(z.string().min(1).max(256))
  .max(100)
  .transform((names) => [...new Set(names)])
  .describe("Names of events whose tracks count against this feature.");

export const RollupKeys = z
  .array(z.string().min(1).max(256))
  .transform((keys) => [...new Set(keys)])
  .pipe(z.array(z.string()).max(4, "A feature has at most 4 rollup keys."))
  .describe(
    "Properties of events, at most 4, whose values usage is summed by in advance, so that grouping by them stays fast. For properties with few values, such as a model or a region.",
  );

/** A feature as every operation answers it. */
export const FeatureOutput = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(["boolean", "metered", "credit_system", "ai_credit_system"]),
  consumable: z.boolean(),
  event_names: z.array(z.string()),
  rollup_keys: z.array(z.string()).optional(),
  ...creditSystemOutput,
  display: z.object({ singular: z.string().nullable(), plural: z.string().nullable() }).optional(),
  archived: z.boolean(),
});

/**
 * Settles what a type word and `consumable` say together.
 *
 * @throws `invalid_inputs` when they contradict each other
 */
export function readKind(input: { type: FeatureKind; consumable?: boolean | null | undefined }): {
  type: FeatureKind["type"];
  consumable: boolean;
} {
  const { type, consumable: implied } = input.type;
  const given = input.consumable ?? undefined;
  if (type === "boolean") {
    if (given !== true) return { type, consumable: false };
    throw wrongField("consumable", "A boolean feature is on or off, nothing of it is used up.");
  }
  if (implied !== undefined && given !== undefined && implied !== given) {
    throw wrongField("consumable", "It contradicts 'type'. Leave one of them out.");
  }
  return { type, consumable: implied ?? given ?? true };
}

/** Words for one and many; a half that is not given stays empty. */
export function readDisplay(
  display: z.output<typeof Display> | null | undefined,
): FeatureDisplay | null {
  const singular = display?.singular ?? null;
  const plural = display?.plural ?? null;
  return singular === null && plural === null ? null : { singular, plural };
}
