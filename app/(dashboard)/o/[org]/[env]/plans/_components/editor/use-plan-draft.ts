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

/**
 * A plan while it is edited: what stands on screen, and the draft that follows it a moment later.
 * Saves go out one after the other, each over the revision that the one before made.
 */
export function usePlanDraft(start: DraftView) {
  const client = useTRPCClient();
  const [plan, setPlan] = useState(start.plan);
  const [stored, setStored] = useState(start);
  const [saving, setSaving] = useState<SaveState>({ kind: "saved" });
  /** What the timer and the running save read, which outlive a render. */
  const now = useRef({ plan: start.plan, stored: start, dirty: false, blocked: false });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<Promise<boolean> | null>(null);

  const saveOnce = useCallback(async (): Promise<boolean> => {
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
      now.current.dirty = true;
      now.current.blocked = GONE.has(reason ?? "");
      setSaving(
        now.current.blocked
          ? { kind: "conflict", message }
          : { kind: "failed", message, requestId: requestId ?? undefined },
      );
      return false;
    }
  }, [client]);

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

  const change = useCallback(
    (patch: Partial<DraftPlan>) => {
      now.current.plan = { ...now.current.plan, ...patch };
      now.current.dirty = true;
      setPlan(now.current.plan);
      if (now.current.blocked) return;
      setSaving({ kind: "pending" });
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), PAUSE_MS);
    },
    [flush],
  );

  /** Puts another state of the plan on screen, in place of what was typed. */
  const show = useCallback((view: DraftView) => {
    clearTimeout(timer.current);
    now.current = { plan: view.plan, stored: view, dirty: false, blocked: false };
    setPlan(view.plan);
    setStored(view);
    setSaving({ kind: "saved" });
  }, []);

  /** Settles a conflict in favour of what is on screen: it is saved over the other's. */
  const keepOver = useCallback(
    (theirs: DraftView) => {
      now.current = { ...now.current, stored: theirs, dirty: true, blocked: false };
      setStored(theirs);
      void flush();
    },
    [flush],
  );

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

  return { plan, stored, saving, change, flush, show, keepOver };
}

export type PlanDraft = ReturnType<typeof usePlanDraft>;
