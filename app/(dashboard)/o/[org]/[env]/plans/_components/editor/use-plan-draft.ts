"use client";

import { useCallback, useRef, useState } from "react";
import type { DraftPlan, DraftView } from "../plan-types";
import { useDraftSaver } from "./use-draft-saver";

/** A plan while it is edited: what stands on screen, and the draft that follows it a moment later. */
export function usePlanDraft(start: DraftView) {
  const [plan, setPlan] = useState(start.plan);
  const shown = useRef(start.plan);
  const { stored, saving, saveLater, flush, startOver } = useDraftSaver(start);

  const change = useCallback(
    (patch: Partial<DraftPlan>) => {
      shown.current = { ...shown.current, ...patch };
      setPlan(shown.current);
      saveLater(shown.current);
    },
    [saveLater],
  );

  /** Puts another state of the plan on screen, in place of what was typed. */
  const show = useCallback(
    (view: DraftView) => {
      shown.current = view.plan;
      setPlan(view.plan);
      startOver(view, view.plan, false);
    },
    [startOver],
  );

  /** Settles a conflict in favour of what is on screen: it is saved over the other's. */
  const keepOver = useCallback(
    (theirs: DraftView) => {
      startOver(theirs, shown.current, true);
      void flush();
    },
    [startOver, flush],
  );

  return { plan, stored, saving, change, flush, show, keepOver };
}

export type PlanDraft = ReturnType<typeof usePlanDraft>;
