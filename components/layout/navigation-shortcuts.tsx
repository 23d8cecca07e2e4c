"use client";

import { useRouter } from "next/navigation";
import { type NavigationEntry, navigation } from "@/components/layout/navigation";
import { useShortcut } from "@/components/layout/shortcuts";
import { requestLeave } from "@/components/leave-guard";

type NavigationShortcutsProps = {
  /** The path that the pages stand below. */
  base: string;
  onToggleSidebar: () => void;
  onSearch: () => void;
};

/** The shortcuts that the shell offers on every page; a page's own `/` comes before this one. */
export function NavigationShortcuts({ base, onToggleSidebar, onSearch }: NavigationShortcutsProps) {
  useShortcut({
    keys: "[",
    label: "Fold or unfold the sidebar",
    group: "Everywhere",
    run: onToggleSidebar,
  });
  useShortcut({ keys: "/", label: "Search", group: "Everywhere", run: onSearch });
  return navigation
    .flatMap((group) => group.entries)
    .map((entry) => <GoTo key={entry.key} entry={entry} base={base} />);
}

function GoTo({ entry, base }: { entry: NavigationEntry; base: string }) {
  const router = useRouter();
  useShortcut({
    keys: entry.keys,
    label: entry.label,
    group: "Go to",
    run: () => requestLeave(() => router.push(`${base}/${entry.path}`)),
  });
  return null;
}
