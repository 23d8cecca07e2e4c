import { Layers } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/empty-state";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { type Status, StatusBadge } from "@/components/status-badge";
import { Timestamp } from "@/components/timestamp";
import { Badge } from "@/components/ui/badge";
import { Card, CardActions, CardHeader, CardTitle } from "@/components/ui/card";
import type { Subscription } from "../../_components/customer-types";
import type { CustomerScope } from "./use-customer-scope";

type PlansCardProps = {
  scope: CustomerScope;
  catalog: CatalogNames;
  /** The button that attaches a plan. */
  action: ReactNode;
};

/** The plans of the scope, with their state. */
export function PlansCard({ scope, catalog, action }: PlansCardProps) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Plans</CardTitle>
        <CardActions>{action}</CardActions>
      </CardHeader>
      {scope.subscriptions.length === 0 ? (
        <EmptyState icon={Layers} title="No plan" className="py-6">
          A plan gives balances and features. Without one, only what was granted by hand counts.
        </EmptyState>
      ) : (
        <ul aria-label="Plans">
          {scope.subscriptions.map((subscription) => (
            <PlanRow
              key={`${subscription.id} ${subscription.entity_id}`}
              subscription={subscription}
              name={subscription.plan?.name ?? catalog.planName(subscription.plan_id)}
              inherited={scope.entity !== null && subscription.entity_id === null}
            />
          ))}
        </ul>
      )}
    </Card>
  );
}

function statusOf(subscription: Subscription): Status {
  if (subscription.status === "scheduled") return "scheduled";
  if (subscription.past_due) return "past_due";
  return subscription.canceled_at === null ? "active" : "canceling";
}

type PlanRowProps = {
  subscription: Subscription;
  name: string;
  /** Shown to an entity, but the customer's. */
  inherited: boolean;
};

function PlanRow({ subscription, name, inherited }: PlanRowProps) {
  const { plan, add_on, entity_id, expires_at, started_at } = subscription;
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 last:border-b-0">
      <span className="font-medium">{name}</span>
      {plan ? <span className="text-muted-foreground">v{plan.version}</span> : null}
      <StatusBadge
        status={statusOf(subscription)}
        detail={
          expires_at === null ? undefined : (
            <>
              ends <Timestamp at={expires_at} show="day" />
            </>
          )
        }
      />
      {add_on ? <Badge tone="outline">Add-on</Badge> : null}
      {entity_id && !inherited ? <Badge tone="info">For {entity_id}</Badge> : null}
      {inherited ? <Badge tone="outline">From the customer</Badge> : null}
      <span className="ml-auto text-muted-foreground">
        since <Timestamp at={started_at} show="day" />
      </span>
    </li>
  );
}
