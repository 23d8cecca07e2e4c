import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/trpc/root";

type Answers = inferRouterOutputs<AppRouter>;

export type Plan = Answers["api"]["plans"]["list"]["list"][number];
export type Feature = Answers["api"]["features"]["list"]["list"][number];
export type DraftView = Answers["catalog"]["planDraft"];
export type DraftPlan = DraftView["plan"];
export type DraftItem = NonNullable<DraftPlan["items"]>[number];
export type DraftProblem = DraftView["problems"][number];
export type PlanDifference = DraftView["changes"][number];
export type PlanVersion = Answers["catalog"]["versions"][number];

/** A line of the list of plans: a published plan, or one that so far is a draft only. */
export interface ListedPlan {
  readonly key: string;
  readonly href: string;
  readonly name: string;
  /** Missing while a draft has none yet. */
  readonly id: string | null;
  readonly addOn: boolean;
  readonly archived: boolean;
  readonly autoEnable: boolean;
  /** `null` when nobody was ever able to buy it. */
  readonly version: number | null;
  readonly hasDraft: boolean;
  /** "Free", or what it costs and how often. */
  readonly price: string;
  readonly items: readonly string[];
  /** `undefined` until they are counted. */
  readonly customers: { readonly all: number; readonly older: number } | undefined;
}

/** What a plan costs, in the words of its card. */
export function priceWords(plan: Pick<Plan, "price" | "items">): string {
  if (plan.price !== null) {
    const { primary_text, secondary_text } = plan.price.display;
    return secondary_text ? `${primary_text} ${secondary_text}` : primary_text;
  }
  return plan.items.some(({ price }) => price !== null) ? "By use" : "Free";
}

/** What an item gives, in the words of its card. */
export function itemWords({ display }: Plan["items"][number]): string {
  const { primary_text, secondary_text } = display;
  return secondary_text ? `${primary_text} ${secondary_text}` : primary_text;
}
