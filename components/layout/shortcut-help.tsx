"use client";

import { useSyncExternalStore } from "react";
import { Kbd } from "@/components/kbd";
import { activeShortcuts, type Shortcut, shortcutRegistry } from "@/components/layout/shortcuts";
import {
  Dialog,
  DialogContent,
  DialogDescription,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { Label } from "@/components/ui/label";
import { Switch } from "@/components/ui/switch";

const groups: readonly Shortcut["group"][] = ["On this page", "Go to", "Everywhere"];
const none: readonly Shortcut[] = [];

type ShortcutHelpProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  enabled: boolean;
  onEnabledChange: (enabled: boolean) => void;
};

/** The list of shortcuts that work on this page, with the switch that turns single keys off. */
export function ShortcutHelp(props: ShortcutHelpProps) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange}>
      <DialogContent className="max-w-lg">
        <DialogHeader>
          <DialogTitle>Keyboard shortcuts</DialogTitle>
          <DialogDescription>
            Single keys are ignored while you type in a field. Ctrl+K or ⌘K always works.
          </DialogDescription>
        </DialogHeader>
        <ShortcutGroups />
        <div className="flex items-center justify-between gap-4 border-t pt-4">
          <Label htmlFor="shortcuts-enabled">Single-key shortcuts</Label>
          <Switch
            id="shortcuts-enabled"
            checked={props.enabled}
            onCheckedChange={props.onEnabledChange}
          />
        </div>
      </DialogContent>
    </Dialog>
  );
}

function ShortcutGroups() {
  const shortcuts = useSyncExternalStore(
    shortcutRegistry.subscribe,
    shortcutRegistry.entries,
    () => none,
  );
  const active = [...activeShortcuts(shortcuts).values()];
  return (
    <div className="grid gap-4">
      {groups.map((group) => {
        const listed = active.filter((shortcut) => shortcut.group === group);
        if (listed.length === 0) return null;
        return (
          <section key={group} className="grid gap-1">
            <h3 className="font-medium text-muted-foreground text-xs">{group}</h3>
            <dl className="grid gap-x-6 sm:grid-cols-2">
              {listed.map((shortcut) => (
                <div
                  key={shortcut.keys}
                  className="flex min-h-8 items-center justify-between gap-3"
                >
                  <dt>{shortcut.label}</dt>
                  <dd className="flex shrink-0 gap-1">
                    {shortcut.keys.split(" ").map((key) => (
                      <Kbd key={key}>{key === "Escape" ? "Esc" : key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </div>
  );
}
