import { CircleCheck } from "lucide-react";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { Timestamp } from "@/components/timestamp";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import type { CustomerScope } from "./use-customer-scope";

type FlagsCardProps = { scope: CustomerScope; catalog: CatalogNames };

/** The features that are on or off; what is missing here is off. */
export function FlagsCard({ scope, catalog }: FlagsCardProps) {
  const flags = Object.values(scope.flags);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Flags</CardTitle>
      </CardHeader>
      {flags.length === 0 ? (
        <p className="px-4 py-3 text-muted-foreground">No feature is switched on.</p>
      ) : (
        <ul aria-label="Flags">
          {flags.map(({ id, feature_id, plan_id, expires_at }) => (
            <li
              key={id}
              className="flex min-h-9 flex-wrap items-center gap-x-2 border-b px-4 py-1.5 last:border-b-0"
            >
              <CircleCheck className="size-4 text-success" aria-hidden />
              <span className="font-medium">{catalog.featureName(feature_id)}</span>
              <span className="text-muted-foreground">
                on, {plan_id === null ? "granted" : `from ${catalog.planName(plan_id)}`}
                {expires_at === null ? null : (
                  <>
                    , expires <Timestamp at={expires_at} show="day" />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
