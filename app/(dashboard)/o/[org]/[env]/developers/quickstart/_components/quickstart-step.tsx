"use client";

import { CircleCheck, LoaderCircle } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { announce } from "@/components/live-region";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";

type QuickstartStepProps = {
  id: string;
  /** From 1. */
  place: number;
  title: string;
  /** Whether it has happened, watched live; `null` for a step that leaves no trace, or not known yet. */
  mark: { done: boolean; waiting: string } | null | undefined;
  doneNote?: ReactNode;
  hint?: ReactNode;
  children: ReactNode;
};

/** One call, and whether the server has seen it. */
export function QuickstartStep(props: QuickstartStepProps) {
  const { id, place, title, mark, doneNote, hint, children } = props;
  useFlipAnnouncement(title, mark?.done);
  return (
    <li id={id} className="scroll-mt-16">
      <Card aria-labelledby={`${id}-title`}>
        <CardHeader>
          <CardTitle id={`${id}-title`}>
            {place}. {title}
          </CardTitle>
          {mark ? (
            <p className="flex min-h-6 items-center gap-1.5 text-sm" data-done={mark.done}>
              {mark.done ? (
                <>
                  <CircleCheck className="size-4 shrink-0 text-success" aria-hidden />
                  <span>{doneNote}</span>
                </>
              ) : (
                <>
                  <LoaderCircle
                    className="size-4 shrink-0 animate-spin text-muted-foreground"
                    aria-hidden
                  />
                  <span className="text-muted-foreground">{mark.waiting}</span>
                </>
              )}
            </p>
          ) : null}
        </CardHeader>
        <CardContent className="grid gap-3">
          {hint ? <div className="text-muted-foreground">{hint}</div> : null}
          {children}
        </CardContent>
      </Card>
    </li>
  );
}

/** Says it when a step that was waited for has happened. */
function useFlipAnnouncement(title: string, done: boolean | undefined): void {
  const before = useRef(done);
  useEffect(() => {
    if (before.current === false && done === true) announce(`${title}: it has happened`);
    before.current = done;
  }, [title, done]);
}
