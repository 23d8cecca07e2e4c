"use client";

import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { GuardedButton } from "@/components/guarded-button";
import { useShortcut } from "@/components/layout/shortcuts";
import { announce } from "@/components/live-region";
import { Card, CardActions, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { DraftItem, DraftProblem, Feature, Plan } from "../plan-types";
import { draftItemWords } from "./draft-words";
import { ItemRow } from "./item-row";
import { ItemSheet } from "./item-sheet";
import { keyedItems } from "./keyed-items";

type ItemsSectionProps = {
  items: readonly DraftItem[];
  onChange: (items: DraftItem[]) => void;
  features: readonly Feature[];
  published: Plan | undefined;
  problems: readonly DraftProblem[];
  /** Why nothing can be changed; `null` when it can. */
  refusal: string | null;
};

/** The features of the plan, in the order of the card. */
export function ItemsSection(props: ItemsSectionProps) {
  const { items, onChange, features, published, problems, refusal } = props;
  /** The place of the item in the sheet; `"new"` adds one. */
  const [edited, setEdited] = useState<number | "new" | null>(null);
  const focusLater = useFocusLater();
  const add = () => setEdited("new");
  useItemKeys(refusal === null ? add : null);
  const keyed = keyedItems(items);

  function move(from: number, to: number): void {
    const moved = keyed[from];
    if (moved === undefined || to < 0 || to >= items.length) return;
    const rest = items.toSpliced(from, 1);
    onChange(rest.toSpliced(to, 0, moved.item));
    focusLater(moved.key, to < from ? "up" : "down");
    const { primary } = draftItemWords(moved.item, features, published);
    announce(`${primary} moved to place ${to + 1} of ${items.length}`);
  }
  function remove(at: number): void {
    const removed = items[at];
    onChange(items.toSpliced(at, 1));
    if (removed === undefined) return;
    announce(`${draftItemWords(removed, features, published).primary} removed`);
    focusLater("add", "add");
  }
  function save(item: DraftItem): void {
    onChange(edited === "new" ? [...items, item] : items.with(edited ?? 0, item));
  }

  return (
    <Card aria-labelledby="items">
      <CardHeader>
        <CardTitle id="items">Features</CardTitle>
        <CardActions>
          <GuardedButton reason={refusal} onClick={add} data-focus="add add">
            <Plus aria-hidden />
            Add feature
          </GuardedButton>
        </CardActions>
      </CardHeader>
      {items.length === 0 ? (
        <CardContent className="text-muted-foreground">
          This plan includes nothing yet. Add the features that its customers get.
        </CardContent>
      ) : (
        <ol>
          {keyed.map(({ key, item }, index) => (
            <ItemRow
              key={key}
              focusKey={key}
              words={draftItemWords(item, features, published)}
              item={item}
              place={index + 1}
              count={items.length}
              problems={problems.filter(({ path }) => isOfItem(path, index))}
              refusal={refusal}
              onEdit={() => setEdited(index)}
              onMove={(by) => move(index, index + by)}
              onRemove={() => remove(index)}
            />
          ))}
        </ol>
      )}
      <ItemSheet
        open={edited !== null}
        onClose={() => setEdited(null)}
        features={features}
        item={typeof edited === "number" ? items[edited] : undefined}
        onSave={save}
      />
    </Card>
  );
}

function isOfItem(path: string, index: number): boolean {
  return path === `items.${index}` || path.startsWith(`items.${index}.`);
}

/** Keeps the focus with an item that moved, or hands it on when the item is gone. */
function useFocusLater() {
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    document.querySelector<HTMLElement>(`[data-focus="${CSS.escape(wanted.current)}"]`)?.focus();
    wanted.current = null;
  });
  return (key: string, which: "up" | "down" | "add") => {
    wanted.current = `${key} ${which}`;
  };
}

/** `n` adds a feature; `e` edits the one that has the focus; ⌥↑ and ⌥↓ move it. */
function useItemKeys(add: (() => void) | null): void {
  const group = "On this page" as const;
  useShortcut(add ? { keys: "n", label: "Add a feature", group, run: add } : null);
  useShortcut(
    add
      ? {
          keys: "e",
          label: "Edit the feature in focus",
          group,
          run: () =>
            document.activeElement
              ?.closest("[data-item]")
              ?.querySelector<HTMLElement>("[data-edit]")
              ?.click(),
        }
      : null,
  );
}
