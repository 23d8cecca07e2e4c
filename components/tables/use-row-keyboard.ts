"use client";

import { type RefObject, useRef } from "react";
import { useShortcut } from "@/components/layout/shortcuts";

const rowLink = "[data-row-link]";

/**
 * Lets `j` and `k` walk the rows of a table and `o` open one. The row's link takes the focus, so
 * Enter, ⌘-click and the screen reader treat it as the link that it is.
 */
export function useRowKeyboard(enabled: boolean): RefObject<HTMLTableElement | null> {
  const table = useRef<HTMLTableElement>(null);

  function move(by: 1 | -1): void {
    const links = [...(table.current?.querySelectorAll<HTMLElement>(rowLink) ?? [])];
    const row = document.activeElement?.closest("tr");
    const from = links.findIndex((link) => link.closest("tr") === row);
    const to = from === -1 ? 0 : Math.min(links.length - 1, Math.max(0, from + by));
    links[to]?.focus();
  }

  function open(): void {
    const row = document.activeElement?.closest("tr");
    if (row && table.current?.contains(row)) row.querySelector<HTMLElement>(rowLink)?.click();
  }

  const group = "On this page" as const;
  useShortcut(enabled ? { keys: "j", label: "Next row", group, run: () => move(1) } : null);
  useShortcut(enabled ? { keys: "k", label: "Previous row", group, run: () => move(-1) } : null);
  useShortcut(enabled ? { keys: "o", label: "Open the row", group, run: open } : null);
  return table;
}
