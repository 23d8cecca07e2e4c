"use client";

import { useRef } from "react";

/** What had the focus; for an entry of a menu that is about to vanish, the menu's button. */
function focusHolder(): HTMLElement | null {
  const holder = document.activeElement;
  const menu = holder?.closest("[role=menu]");
  const button = menu?.getAttribute("aria-labelledby");
  if (button) return document.getElementById(button);
  return holder instanceof HTMLElement ? holder : null;
}

/**
 * Gives the focus back to what had it when a layer opened. Layers know only a trigger of their own,
 * and those that a shortcut, a menu or a link opened have none. On opening, the focus goes to the
 * first field, or to the one marked `data-initial-focus`.
 */
export function useReturnFocus(): {
  onOpenAutoFocus: (event: Event) => void;
  onCloseAutoFocus: (event: Event) => void;
} {
  const opener = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: (event) => {
      opener.current = focusHolder();
      const layer = event.currentTarget;
      const wanted =
        layer instanceof HTMLElement
          ? layer.querySelector<HTMLElement>("[data-initial-focus]")
          : null;
      if (wanted === null) return;
      event.preventDefault();
      wanted.focus();
    },
    onCloseAutoFocus: (event) => {
      if (!opener.current?.isConnected || opener.current === document.body) return;
      event.preventDefault();
      opener.current.focus();
    },
  };
}
