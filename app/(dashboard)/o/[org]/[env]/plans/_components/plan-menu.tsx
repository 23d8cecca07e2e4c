"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Archive, ArchiveRestore, Ellipsis, History, PencilLine, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { ListedPlan } from "./plan-types";
import type { Retirement } from "./retire-plan-dialog";

type PlanMenuProps = {
  plan: ListedPlan;
  /** Why nothing can be changed; `null` when it can. */
  refusal: string | null;
  onRetire: (retirement: Retirement) => void;
};

/** What can be done with one plan of the list. */
export function PlanMenu({ plan, refusal, onRetire }: PlanMenuProps) {
  const router = useRouter();
  const restore = useRestorePlan(plan);
  const forbidden = refusal !== null;
  const published = plan.version !== null;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${plan.name}`}>
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {forbidden ? (
          <DropdownMenuLabel className="max-w-64 whitespace-normal">{refusal}</DropdownMenuLabel>
        ) : null}
        <DropdownMenuItem onSelect={() => router.push(plan.href)}>
          <PencilLine aria-hidden /> {forbidden ? "Look at it" : "Edit"}
        </DropdownMenuItem>
        {published ? (
          <DropdownMenuItem onSelect={() => router.push(`${plan.href}/versions`)}>
            <History aria-hidden /> Versions
          </DropdownMenuItem>
        ) : null}
        {published && !plan.archived ? (
          <DropdownMenuItem
            disabled={forbidden}
            onSelect={() => onRetire({ plan, how: "archive" })}
          >
            <Archive aria-hidden /> Archive…
          </DropdownMenuItem>
        ) : null}
        {plan.archived ? (
          <DropdownMenuItem disabled={forbidden} onSelect={restore}>
            <ArchiveRestore aria-hidden /> Restore
          </DropdownMenuItem>
        ) : null}
        {published ? (
          <DropdownMenuItem disabled={forbidden} onSelect={() => onRetire({ plan, how: "delete" })}>
            <Trash2 aria-hidden /> Delete…
          </DropdownMenuItem>
        ) : null}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function useRestorePlan(plan: ListedPlan): () => void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const update = useMutation(
    trpc.api.plans.update.mutationOptions({
      onSuccess: async ({ name }) => {
        await queryClient.invalidateQueries();
        toast.success(`${name} restored`);
      },
      onError: (error) => toast.error(callErrorOf(error).message),
    }),
  );
  return () => update.mutate({ plan_id: plan.id ?? "", archived: false });
}
