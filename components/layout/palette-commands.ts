import type { LucideIcon } from "lucide-react";
import { createRegistry, useRegistered } from "@/components/layout/registry";

/** Something the palette can do or open. */
export type PaletteCommand = {
  id: string;
  label: string;
  /** A quieter second text: an e-mail address, an id. */
  hint?: string | undefined;
  /** Other words that find it. */
  keywords?: string | undefined;
  icon?: LucideIcon | undefined;
  /** The shortcut that does the same, written beside it. */
  keys?: string | undefined;
  run: () => void;
};

export type PaletteGroup = { heading: string; commands: readonly PaletteCommand[] };

/** A record found on the server, with the page that shows it. */
export type PaletteRecord = {
  /** "Customer", "Plan", "Feature". */
  kind: string;
  id: string;
  label: string;
  hint?: string | undefined;
  href: string;
};

/** Finds records of this organization and environment only; rejects when the search failed. */
export type PaletteSearch = (query: string, signal: AbortSignal) => Promise<PaletteRecord[]>;

export const paletteRegistry = createRegistry<PaletteGroup>();

/** Puts a page's own commands first in the palette while the page is open. */
export function usePaletteCommands(group: PaletteGroup | null): void {
  useRegistered(paletteRegistry, group);
}
