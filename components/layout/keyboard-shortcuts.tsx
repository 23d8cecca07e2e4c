"use client";

import { useEffect, useRef } from "react";
import { ShortcutHelp } from "@/components/layout/shortcut-help";
import { stepSequence } from "@/components/layout/shortcut-sequence";
import { activeShortcuts, shortcutRegistry, useShortcut } from "@/components/layout/shortcuts";
import { useLocalSetting } from "@/components/layout/use-local-setting";

/** Whether single keys act; people who speak to their computer need them off (WCAG 2.1.4). */
function useShortcutsEnabled(): [enabled: boolean, setEnabled: (enabled: boolean) => void] {
  const [value, set] = useLocalSetting("windfall:shortcuts", "on");
  return [value === "on", (enabled) => set(enabled ? "on" : "off")];
}

const sequencePauseMs = 1500;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role=textbox]") !== null)
  );
}

function hasOpenLayer(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}

function isForShortcuts(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return !isTyping(event.target) && !hasOpenLayer();
}

type KeyboardShortcutsProps = { helpOpen: boolean; onHelpOpenChange: (open: boolean) => void };

/** Listens for the registered shortcuts, and shows them on `?`. */
export function KeyboardShortcuts({ helpOpen, onHelpOpenChange }: KeyboardShortcutsProps) {
  const [enabled, setEnabled] = useShortcutsEnabled();
  const pending = useRef<readonly string[]>([]);

  useShortcut({
    keys: "?",
    label: "Show the keyboard shortcuts",
    group: "Everywhere",
    run: () => onHelpOpenChange(true),
  });

  useEffect(() => {
    if (!enabled) return;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function onKeyDown(event: KeyboardEvent): void {
      if (!isForShortcuts(event)) return;
      const shortcuts = activeShortcuts(shortcutRegistry.entries());
      const step = stepSequence(pending.current, event.key, [...shortcuts.keys()]);
      pending.current = step.pending;
      clearTimeout(timer);
      timer = setTimeout(() => {
        pending.current = [];
      }, sequencePauseMs);
      const shortcut = step.matched === null ? undefined : shortcuts.get(step.matched);
      if (!shortcut) return;
      event.preventDefault();
      shortcut.run();
    }

    window.addEventListener("keydown", onKeyDown);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("keydown", onKeyDown);
    };
  }, [enabled]);

  return (
    <ShortcutHelp
      open={helpOpen}
      onOpenChange={onHelpOpenChange}
      enabled={enabled}
      onEnabledChange={setEnabled}
    />
  );
}
