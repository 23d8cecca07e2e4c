import { z } from "zod";
import { WindfallError } from "../core/error";
import { isFree } from "../core/plan";
import type { Catalog, CatalogPlan, PlanContent } from "./catalog";
import { readContent } from "./content/read-content";
import { type PlanFieldsInput, planFields } from "./plan-schema";

/** Every part of a shape may be missing or empty, however deep, while somebody is typing. */
type Unfinished<T> = T extends readonly (infer Item)[]
  ? Unfinished<Item>[]
  : T extends object
    ? { [Key in keyof T]?: Unfinished<T[Key]> | null | undefined }
    : T;

const PlanFields = z.object(planFields);

/** A plan as it stands in a draft: the body of `plans.create`, possibly unfinished. */
export type DraftPlan = Unfinished<z.input<typeof PlanFields>>;

/** Why a draft cannot be published yet; `path` is the field, such as `items.0.price.tiers`. */
export interface DraftProblem {
  readonly path: string;
  readonly message: string;
}

/** A draft that was looked through: publishable when there are no problems. */
export interface ReadDraft {
  readonly problems: readonly DraftProblem[];
  /** Both null when there are problems. */
  readonly plan: PlanFieldsInput | null;
  readonly content: PlanContent | null;
}

/**
 * Looks a draft through and names everything that is wrong with it at once, so that an editor can
 * show each problem at its field.
 *
 * @param published the plan that the draft changes; null for one that was never published
 */
export function readDraft(
  catalog: Catalog,
  draft: DraftPlan,
  published: CatalogPlan | null,
): ReadDraft {
  const parsed = PlanFields.safeParse(draft);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => ({
      path: issue.path.join("."),
      message: issue.message,
    }));
    return { problems, plan: null, content: null };
  }
  const plan = parsed.data;
  const before = published?.active ?? { price: null, items: [] };
  const itemProblems = plan.items.flatMap((item, n) =>
    problemsOf(() => readContent(catalog, { items: [item] }, before)).map((problem) => ({
      ...problem,
      path: problem.path.replace(/^items\.0\b/, `items.${n}`),
    })),
  );
  const change = { price: plan.price ?? null, items: plan.items };
  // What is wrong with the items together only shows once each of them is right.
  const problems = [
    ...placeProblems(catalog, plan, published),
    ...(itemProblems.length > 0
      ? [
          ...itemProblems,
          ...problemsOf(() => readContent(catalog, { ...change, items: [] }, before)),
        ]
      : problemsOf(() => readContent(catalog, change, before))),
  ];
  if (problems.length > 0) return { problems, plan: null, content: null };
  const content = readContent(catalog, change, before);
  if (plan.auto_enable && !isFree(content)) {
    const message = "Only a plan without a price is given to every new customer.";
    return { problems: [{ path: "auto_enable", message }], plan: null, content: null };
  }
  return { problems, plan, content };
}

function placeProblems(
  catalog: Catalog,
  plan: PlanFieldsInput,
  published: CatalogPlan | null,
): DraftProblem[] {
  const holder = catalog.planBySlug.get(plan.plan_id);
  if (holder === undefined || holder.id === published?.id) return [];
  return [{ path: "plan_id", message: `Plan '${plan.plan_id}' already exists.` }];
}

function problemsOf(read: () => unknown): DraftProblem[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof WindfallError)) throw error;
    const { path, problem } = error.details ?? {};
    return [{ path: String(path ?? ""), message: String(problem ?? error.message) }];
  }
}
