"use client";

import { createRegistry, useRegistered } from "@/components/layout/registry";

export type Shortcut = {
  /** One key (`"n"`, `"Escape"`) or several in a row (`"g c"`). */
  keys: string;
  /** What it does, for the help dialog: "New feature". */
  label: string;
  group: "Go to" | "On this page" | "Everywhere";
  run: () => void;
};

export const shortcutRegistry = createRegistry<Shortcut>();

/** Offers a shortcut while the calling component is mounted; the last one to mount wins. */
export function useShortcut(shortcut: Shortcut | null): void {
  useRegistered(shortcutRegistry, shortcut);
}

/**
 * Which shortcut each key leads to: a page's own comes before the shell's, and of two the later one.
 */
export function activeShortcuts(entries: readonly Shortcut[]): ReadonlyMap<string, Shortcut> {
  const onPage = entries.filter((shortcut) => shortcut.group === "On this page");
  return new Map([...entries, ...onPage].map((shortcut) => [shortcut.keys, shortcut]));
}
