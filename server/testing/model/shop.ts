import type { RolloverRule } from "./account";
import type { Step } from "./calendar";

/** A feature of the shop that the commands run in. */
export interface ShopFeature {
  readonly id: string;
  readonly kind: "used" | "held" | "credits";
  readonly events?: readonly string[];
  /** What one unit of a member costs. */
  readonly costs?: Readonly<Record<string, number>>;
}

export interface ShopItem {
  readonly feature: string;
  readonly included?: number;
  readonly unlimited?: boolean;
  readonly step?: Step;
  readonly rollover?: RolloverRule;
}

export interface ShopPlan {
  readonly id: string;
  readonly addOn: boolean;
  readonly items: readonly ShopItem[];
}

export const features: readonly ShopFeature[] = [
  { id: "messages", kind: "used", events: ["sent"] },
  { id: "words", kind: "used", events: ["sent"] },
  { id: "seats", kind: "held" },
  { id: "images", kind: "used" },
  { id: "credits", kind: "credits", costs: { images: 4, words: 0.25 } },
];

export const plans: readonly ShopPlan[] = [
  {
    id: "starter",
    addOn: false,
    items: [
      {
        ...{ feature: "messages", included: 100, step: { unit: "month", count: 1 } },
        rollover: { max: 150, maxPercentage: null, months: 2 },
      },
      { feature: "seats", included: 2 },
    ],
  },
  {
    id: "team",
    addOn: false,
    items: [
      {
        ...{ feature: "messages", included: 250, step: { unit: "month", count: 1 } },
        rollover: { max: null, maxPercentage: 40, months: null },
      },
      { feature: "words", included: 60, step: { unit: "week", count: 2 } },
      { feature: "seats", included: 5 },
    ],
  },
  {
    id: "boost",
    addOn: true,
    items: [
      { feature: "messages", included: 20, step: { unit: "day", count: 1 } },
      { feature: "words", included: 30 },
      { feature: "credits", included: 80, step: { unit: "month", count: 1 } },
    ],
  },
  { id: "open", addOn: true, items: [{ feature: "words", unlimited: true }] },
];

export function planNamed(id: string): ShopPlan {
  const plan = plans.find((candidate) => candidate.id === id);
  if (plan === undefined) throw new Error(`The shop has no plan ${id}.`);
  return plan;
}

/** Whether units are held, as seats are, and not used up. */
export function isHeld(feature: string): boolean {
  return features.some(({ id, kind }) => id === feature && kind === "held");
}

/** The credit systems that pay for a feature, in the order of the catalog. */
export function costsOf(feature: string): { system: string; cost: number }[] {
  return features.flatMap(({ id, costs }) => {
    const cost = costs?.[feature];
    return cost === undefined ? [] : [{ system: id, cost }];
  });
}
