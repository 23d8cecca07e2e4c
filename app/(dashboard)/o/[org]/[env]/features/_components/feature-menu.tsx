"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Archive, ArchiveRestore, Ellipsis, PencilLine, Trash2 } from "lucide-react";
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
import type { ListedFeature } from "./feature-types";
import type { Retirement } from "./retire-feature-dialog";

type FeatureMenuProps = {
  feature: ListedFeature;
  /** Why nothing can be changed; `null` when it can. */
  refusal: string | null;
  onEdit: () => void;
  onRetire: (retirement: Retirement) => void;
};

/** What can be done with one feature of the list. */
export function FeatureMenu({ feature, refusal, onEdit, onRetire }: FeatureMenuProps) {
  const restore = useRestoreFeature(feature);
  const forbidden = refusal !== null;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${feature.name}`}>
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {forbidden ? (
          <DropdownMenuLabel className="max-w-64 whitespace-normal">{refusal}</DropdownMenuLabel>
        ) : null}
        <DropdownMenuItem onSelect={onEdit}>
          <PencilLine aria-hidden /> {forbidden ? "Look at it" : "Edit"}
        </DropdownMenuItem>
        {feature.archived ? (
          <DropdownMenuItem disabled={forbidden} onSelect={restore}>
            <ArchiveRestore aria-hidden /> Restore
          </DropdownMenuItem>
        ) : (
          <DropdownMenuItem
            disabled={forbidden}
            onSelect={() => onRetire({ feature, how: "archive" })}
          >
            <Archive aria-hidden /> Archive…
          </DropdownMenuItem>
        )}
        <DropdownMenuItem
          disabled={forbidden}
          onSelect={() => onRetire({ feature, how: "delete" })}
        >
          <Trash2 aria-hidden /> Delete…
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function useRestoreFeature(feature: ListedFeature): () => void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const update = useMutation(
    trpc.api.features.update.mutationOptions({
      onSuccess: async ({ name }) => {
        await queryClient.invalidateQueries();
        toast.success(`${name} restored`);
      },
      onError: (error) => toast.error(callErrorOf(error).message),
    }),
  );
  return () => update.mutate({ feature_id: feature.id, archived: false });
}
