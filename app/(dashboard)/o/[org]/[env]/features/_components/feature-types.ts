import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/trpc/root";

type Answers = inferRouterOutputs<AppRouter>;

export type Feature = Answers["api"]["features"]["list"]["list"][number];
type FeatureUse = Answers["catalog"]["featureUsage"][number];

/** A feature with where it is used; `use` is missing until that is known. */
export type ListedFeature = Feature & { readonly use: FeatureUse | undefined };

export const featureKinds = ["consumable", "held", "boolean"] as const;

/** The three things that a feature can be; the wire says them with two fields. */
export type FeatureKind = (typeof featureKinds)[number];

type KindWords = { label: string; hint: string };

export const kindWords: Readonly<Record<FeatureKind, KindWords>> = {
  consumable: {
    label: "Metered: used up",
    hint: "Counted down and renewed. Messages, API calls, credits.",
  },
  held: {
    label: "Metered: held",
    hint: "In use until given back. Seats, projects, gigabytes stored.",
  },
  boolean: {
    label: "Boolean",
    hint: "A plan has it or not. Single sign-on, audit log, priority support.",
  },
};

export function kindOf({ type, consumable }: Pick<Feature, "type" | "consumable">): FeatureKind {
  if (type === "boolean") return "boolean";
  return consumable ? "consumable" : "held";
}

/** What the operations call a kind. */
export function wireKind(kind: FeatureKind): { type: "boolean" | "metered"; consumable: boolean } {
  return {
    type: kind === "boolean" ? "boolean" : "metered",
    consumable: kind === "consumable",
  };
}
