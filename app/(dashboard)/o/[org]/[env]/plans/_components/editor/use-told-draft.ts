"use client";

import { useEffect, useRef } from "react";

/** Tells the page once that a new plan now has a draft, so that the address can name it. */
export function useToldDraft(
  draftId: string | null,
  tell: ((draftId: string) => void) | undefined,
): void {
  const told = useRef(draftId);
  useEffect(() => {
    if (draftId === null || draftId === told.current) return;
    told.current = draftId;
    tell?.(draftId);
  }, [draftId, tell]);
}
