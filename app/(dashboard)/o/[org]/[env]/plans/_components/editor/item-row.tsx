"use client";

import { ArrowDown, ArrowUp, CircleAlert, PencilLine, Trash2 } from "lucide-react";
import type { KeyboardEvent } from "react";
import { GuardedButton } from "@/components/guarded-button";
import { Button } from "@/components/ui/button";
import type { DraftItem, DraftProblem } from "../plan-types";
import type { ItemWords } from "./draft-words";

type ItemRowProps = {
  /** Names the row's buttons for the focus, which stays with an item that moves. */
  focusKey: string;
  words: ItemWords;
  item: DraftItem;
  /** From 1. */
  place: number;
  count: number;
  problems: readonly DraftProblem[];
  refusal: string | null;
  onEdit: () => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
};

const PRICED = "Its price is set through the API for now, so it is kept here as it is.";

/** One feature of the plan, with what can be done to it. */
export function ItemRow(props: ItemRowProps) {
  const { words, item, place, count, problems, refusal, focusKey, onEdit, onMove, onRemove } =
    props;
  const { primary, secondary, rules } = words;
  function onKeyDown(event: KeyboardEvent): void {
    if (refusal !== null || !event.altKey) return;
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    onMove(event.key === "ArrowUp" ? -1 : 1);
  }
  return (
    <li
      data-item
      onKeyDown={onKeyDown}
      className="grid gap-1 border-b px-4 py-2 last:border-b-0 focus-within:bg-raised"
    >
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 basis-40 break-words">
          <span className="font-medium">{primary}</span>
          {secondary ? <span className="text-muted-foreground"> {secondary}</span> : null}
          {rules ? <span className="text-muted-foreground">, {rules}</span> : null}
          <span className="block font-mono text-muted-foreground text-xs">{item.feature_id}</span>
        </p>
        <div className="flex items-center gap-1">
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Move ${primary} up`}
            aria-disabled={place === 1 || refusal !== null}
            data-focus={`${focusKey} up`}
            onClick={() => onMove(-1)}
          >
            <ArrowUp aria-hidden />
          </Button>
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Move ${primary} down`}
            aria-disabled={place === count || refusal !== null}
            data-focus={`${focusKey} down`}
            onClick={() => onMove(1)}
          >
            <ArrowDown aria-hidden />
          </Button>
          <GuardedButton
            variant="ghost"
            size="sm"
            reason={refusal ?? (item.price ? PRICED : null)}
            aria-label={`Edit ${primary}`}
            data-edit
            onClick={onEdit}
          >
            <PencilLine aria-hidden />
            Edit
          </GuardedButton>
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Remove ${primary}`}
            aria-disabled={refusal !== null}
            onClick={onRemove}
          >
            <Trash2 aria-hidden />
          </Button>
        </div>
      </div>
      {item.price ? <p className="text-muted-foreground text-sm">{PRICED}</p> : null}
      {problems.map(({ path, message }) => (
        <p key={`${path} ${message}`} className="flex gap-1.5 text-danger text-sm">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>{message}</span>
        </p>
      ))}
    </li>
  );
}
