import { Check } from "lucide-react";
import type { DraftPlan, Feature, Plan } from "../plan-types";
import { priceWords } from "../plan-types";
import { draftItemWords } from "./draft-words";
import { keyedItems } from "./keyed-items";

type PlanCardProps = {
  plan: DraftPlan;
  features: readonly Feature[];
  /** The version that is live, for the words of its prices. */
  published: Plan | undefined;
};

/** The plan as a customer sees it, at every keystroke. */
export function PlanCard({ plan, features, published }: PlanCardProps) {
  const items = plan.items ?? [];
  const price = plan.price && published ? priceWords(published) : "Free";
  return (
    <article
      aria-label="Preview of the price card"
      className="grid gap-4 rounded-lg border bg-surface p-5"
    >
      <div className="grid gap-1">
        <p className="break-words font-semibold text-lg">{plan.name || "Unnamed plan"}</p>
        {plan.description ? (
          <p className="whitespace-pre-line break-words text-muted-foreground">
            {plan.description}
          </p>
        ) : null}
      </div>
      <p className="font-semibold text-2xl">{price}</p>
      {items.length === 0 ? (
        <p className="text-muted-foreground">Nothing is included yet.</p>
      ) : (
        <ul className="grid gap-2">
          {keyedItems(items).map(({ key, item }) => {
            const { primary, secondary } = draftItemWords(item, features, published);
            return (
              <li key={key} className="flex gap-2">
                <Check className="mt-0.5 size-4 shrink-0 text-accent" aria-hidden />
                <span className="min-w-0 break-words">
                  {primary}
                  {secondary ? <span className="text-muted-foreground"> {secondary}</span> : null}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <p className="border-t pt-3 text-muted-foreground text-sm">
        {plan.add_on === true ? "Added to the customer's plan." : "The customer's plan."}
        {plan.auto_enable === true ? " Given to every new customer." : ""}
      </p>
    </article>
  );
}
