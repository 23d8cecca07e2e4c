import type { UseQueryResult } from "@tanstack/react-query";
import { CirclePlus, CircleX } from "lucide-react";
import { ErrorPanel } from "@/components/error-panel";
import type { Plan } from "@/components/pickers/use-catalog";
import { queryFailure } from "@/components/tables/query-failure";
import { Skeleton } from "@/components/ui/skeleton";
import type { AttachPreviewAnswer } from "../../../_components/customer-types";

type AttachPreviewProps = {
  plan: Plan | undefined;
  preview: UseQueryResult<AttachPreviewAnswer, unknown>;
  planName: (id: string) => string;
};

/** What attaching would start and end, as the server decides it, and what the plan gives. */
export function AttachPreview({ plan, preview, planName }: AttachPreviewProps) {
  const failure = queryFailure(preview);
  if (failure) return <ErrorPanel title="This plan cannot be attached here" {...failure} />;
  if (!preview.data) return <Skeleton className="h-32" />;
  const { incoming, outgoing } = preview.data;
  return (
    <section aria-label="Preview" className="grid gap-3 rounded-md border bg-raised p-3">
      <h3 className="font-medium text-sm">Preview</h3>
      <ul className="grid gap-1">
        {incoming.map(({ plan_id }) => (
          <li key={plan_id} className="flex items-center gap-2">
            <CirclePlus className="size-4 text-success" aria-hidden />
            <span>
              <strong className="font-medium">{planName(plan_id)}</strong> starts now
            </span>
          </li>
        ))}
        {outgoing.map(({ plan_id }) => (
          <li key={plan_id} className="flex items-center gap-2">
            <CircleX className="size-4 text-danger" aria-hidden />
            <span>
              <strong className="font-medium">{planName(plan_id)}</strong> ends now, with the
              balances that it gives
            </span>
          </li>
        ))}
      </ul>
      {plan && plan.items.length > 0 ? (
        <div className="grid gap-1">
          <h4 className="text-muted-foreground text-xs">{plan.name} gives</h4>
          <ul className="list-disc pl-4">
            {plan.items.map(({ feature_id, display }) => (
              <li key={`${feature_id} ${display.primary_text}`}>
                {display.primary_text}
                {display.secondary_text ? (
                  <span className="text-muted-foreground"> {display.secondary_text}</span>
                ) : null}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <p className="text-muted-foreground">Nothing to pay: the plan has no price.</p>
    </section>
  );
}
