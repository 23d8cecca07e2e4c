import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/trpc/root";

type Answers = inferRouterOutputs<AppRouter>;

export type Feature = Answers["api"]["features"]["list"]["list"][number];
type FeatureUse = Answers["catalog"]["featureUsage"][number];

/** A feature with where it is used; `use` is missing until that is known. */
export type ListedFeature = Feature & { readonly use: FeatureUse | undefined };

export const featureKinds = ["consumable", "held", "boolean", "credits", "tokens"] as const;

/** What a feature can be; the wire says it with two fields. */
export type FeatureKind = (typeof featureKinds)[number];

type KindWords = { label: string; hint: string };

export const kindWords: Readonly<Record<FeatureKind, KindWords>> = {
  consumable: {
    label: "Metered: used up",
    hint: "Counted down and renewed. Messages, API calls, images.",
  },
  held: {
    label: "Metered: held",
    hint: "In use until given back. Seats, projects, gigabytes stored.",
  },
  boolean: {
    label: "Boolean",
    hint: "A plan has it or not. Single sign-on, audit log, priority support.",
  },
  credits: {
    label: "Credit system",
    hint: "A currency that pays for several features: 1 image = 4 credits.",
  },
  tokens: {
    label: "AI credit system",
    hint: "A currency that pays for tokens of language models at their price and a markup.",
  },
};

export function kindOf({ type, consumable }: Pick<Feature, "type" | "consumable">): FeatureKind {
  if (type === "credit_system") return "credits";
  if (type === "ai_credit_system") return "tokens";
  if (type === "boolean") return "boolean";
  return consumable ? "consumable" : "held";
}

/** What the operations call a kind. */
export function wireKind(kind: FeatureKind) {
  if (kind === "credits") return { type: "credit_system" as const };
  if (kind === "tokens") return { type: "ai_credit_system" as const };
  if (kind === "boolean") return { type: "boolean" as const };
  return { type: "metered" as const, consumable: kind === "consumable" };
}

/** Whether a kind is one of credits; such a feature never becomes another, nor another it. */
export function isCreditKind(kind: FeatureKind): boolean {
  return kind === "credits" || kind === "tokens";
}
