"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { callErrorOf, useTRPCClient } from "@/components/trpc";
import type { DraftPlan, DraftView } from "../plan-types";

/** How long after the last change a draft is saved. */
const PAUSE_MS = 600;

export type SaveState =
  | { readonly kind: "saved" | "pending" | "saving" }
  /** What was typed stays on screen; the next change, or a press, tries again. */
  | { readonly kind: "failed"; readonly message: string; readonly requestId: string | undefined }
  /** Somebody else saved, published or discarded it; nothing is saved until that is settled. */
  | { readonly kind: "conflict"; readonly message: string };

const GONE = new Set(["draft_conflict", "draft_not_found"]);

/** What the timer and a running save read, which outlive a render. */
interface Unsaved {
  plan: DraftPlan;
  /** The draft that the next save replaces. */
  stored: DraftView;
  dirty: boolean;
  /** In a conflict: nothing is saved until it is settled. */
  blocked: boolean;
}

/**
 * Saves a draft a moment after it changed. Saves go out one after the other, each over the revision
 * that the one before made.
 */
export function useDraftSaver(start: DraftView) {
  const [stored, setStored] = useState(start);
  const [saving, setSaving] = useState<SaveState>({ kind: "saved" });
  const now = useRef<Unsaved>({ plan: start.plan, stored: start, dirty: false, blocked: false });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<Promise<boolean> | null>(null);
  const saveOnce = useSaveOnce(now, { setStored, setSaving });

  /** Saves what is not saved yet; false when that failed. */
  const flush = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    while (running.current !== null) await running.current;
    if (!now.current.dirty) return true;
    if (now.current.blocked) return false;
    running.current = saveOnce();
    const saved = await running.current;
    running.current = null;
    return saved && now.current.dirty ? flush() : saved;
  }, [saveOnce]);

  /** Notes the plan as it stands, to be saved after a pause. */
  const saveLater = useCallback(
    (plan: DraftPlan) => {
      now.current = { ...now.current, plan, dirty: true };
      if (now.current.blocked) return;
      setSaving({ kind: "pending" });
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), PAUSE_MS);
    },
    [flush],
  );

  /** Begins anew from a draft as the server has it; `plan` is what the next save would send. */
  const startOver = useCallback((view: DraftView, plan: DraftPlan, dirty: boolean) => {
    clearTimeout(timer.current);
    now.current = { plan, stored: view, dirty, blocked: false };
    setStored(view);
    setSaving({ kind: "saved" });
  }, []);

  useEffect(() => {
    const saveHidden = () => {
      if (document.visibilityState === "hidden") void flush();
    };
    document.addEventListener("visibilitychange", saveHidden);
    return () => {
      document.removeEventListener("visibilitychange", saveHidden);
      void flush();
    };
  }, [flush]);

  return { stored, saving, saveLater, flush, startOver };
}

type Told = {
  setStored: (view: DraftView) => void;
  setSaving: (state: SaveState) => void;
};

/** One save of what is unsaved; false when it failed. */
function useSaveOnce(now: { current: Unsaved }, { setStored, setSaving }: Told) {
  const client = useTRPCClient();
  return useCallback(async (): Promise<boolean> => {
    now.current.dirty = false;
    setSaving({ kind: "saving" });
    const { draftId, planId, revision, baseVersion } = now.current.stored;
    try {
      const sent = { draftId, planId, revision, baseVersion, plan: now.current.plan };
      const saved = await client.catalog.saveDraft.mutate(sent);
      now.current.stored = saved;
      setStored(saved);
      setSaving({ kind: now.current.dirty ? "pending" : "saved" });
      return true;
    } catch (error) {
      const { message, reason, requestId } = callErrorOf(error);
      const blocked = GONE.has(reason ?? "");
      now.current = { ...now.current, dirty: true, blocked };
      setSaving(
        blocked
          ? { kind: "conflict", message }
          : { kind: "failed", message, requestId: requestId ?? undefined },
      );
      return false;
    }
  }, [client, now, setStored, setSaving]);
}
