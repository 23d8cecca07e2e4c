import { Clock } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { Subscription } from "./customer-types";

type PlanChipsProps = {
  subscriptions: readonly Subscription[];
  planName: (id: string) => string;
};

/** The plans a customer is on; one that several entities have is shown once, with their number. */
export function PlanChips({ subscriptions, planName }: PlanChipsProps) {
  const chips = new Map<string, { subscription: Subscription; count: number }>();
  for (const subscription of subscriptions) {
    const key = `${subscription.plan_id} ${subscription.status}`;
    const count = (chips.get(key)?.count ?? 0) + 1;
    chips.set(key, { subscription, count });
  }
  if (chips.size === 0) return <span className="text-muted-foreground">No plan</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {[...chips].map(([key, { subscription, count }]) => {
        const scheduled = subscription.status === "scheduled";
        return (
          <Badge
            key={key}
            tone={scheduled ? "scheduled" : subscription.add_on ? "outline" : "neutral"}
          >
            {scheduled ? <Clock aria-hidden /> : null}
            {planName(subscription.plan_id)}
            {scheduled ? <span className="font-normal">scheduled</span> : null}
            {count > 1 ? <span className="font-normal">×{count}</span> : null}
          </Badge>
        );
      })}
    </span>
  );
}
