"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { useRegistered } from "@/components/layout/registry";
import { leaveGuards } from "@/components/leave-guard";

type UnsavedChanges = {
  /** Runs `leave` at once, or after the user agreed to lose the changes. */
  guard: (leave: () => void) => void;
  /** Must stand somewhere in the rendered tree. */
  dialog: ReactNode;
};

/** The address that a click leads to within this app, if it leads away from the page. */
function destination(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement)) return null;
  if (link.target === "_blank" || link.hasAttribute("download")) return null;
  if (link.origin !== location.origin) return null;
  if (link.pathname === location.pathname && link.search === location.search) return null;
  return `${link.pathname}${link.search}${link.hash}`;
}

/**
 * Keeps changes from being lost unasked: by a link, a shortcut, the palette, closing the sheet
 * (through `guard`), or closing the tab.
 */
export function useUnsavedChanges(dirty: boolean): UnsavedChanges {
  const router = useRouter();
  const [waiting, setWaiting] = useState<(() => void) | null>(null);
  const guard = useCallback(
    (leave: () => void) => {
      if (dirty) setWaiting(() => leave);
      else leave();
    },
    [dirty],
  );
  useRegistered(leaveGuards, dirty ? guard : null);

  useEffect(() => {
    if (!dirty) return;
    function onBeforeUnload(event: BeforeUnloadEvent): void {
      event.preventDefault();
    }
    function onClick(event: MouseEvent): void {
      const href = destination(event);
      if (href === null) return;
      event.preventDefault();
      event.stopPropagation();
      guard(() => router.push(href));
    }
    window.addEventListener("beforeunload", onBeforeUnload);
    document.addEventListener("click", onClick, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", onBeforeUnload);
      document.removeEventListener("click", onClick, { capture: true });
    };
  }, [dirty, guard, router]);

  const dialog = (
    <ConfirmDialog
      open={waiting !== null}
      onOpenChange={(open) => {
        if (!open) setWaiting(null);
      }}
      title="Discard your changes?"
      description="They have not been saved."
      verb="Discard changes"
      cancel="Keep editing"
      tone="danger"
      onConfirm={() => {
        setWaiting(null);
        waiting?.();
      }}
    />
  );
  return { guard, dialog };
}
