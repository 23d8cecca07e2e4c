"use client";

import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let spoken = "";

/**
 * Has a screen reader say a sentence that is visible, or becomes visible, on the page.
 * Toasts speak for themselves and need no second announcement.
 */
export function announce(sentence: string): void {
  // The same sentence twice in a row would be no change, and would stay silent.
  spoken = sentence === spoken ? `${sentence}\u00a0` : sentence;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The one polite live region; it stands in the root layout. */
export function LiveRegion() {
  const sentence = useSyncExternalStore(
    subscribe,
    () => spoken,
    () => "",
  );
  return (
    <div role="status" aria-live="polite" className="sr-only" data-live-region>
      {sentence}
    </div>
  );
}
