"use client";

import type { inferRouterOutputs } from "@trpc/server";
import { ArrowRight, CircleCheck, CircleDashed } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { usePlacePath } from "@/components/layout/use-place-path";
import { announce } from "@/components/live-region";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import type { AppRouter } from "@/server/trpc/root";

export type FirstSteps = inferRouterOutputs<AppRouter>["onboarding"]["steps"];

type Step = { title: string; why: string; action: string; path: string; done: boolean };

function stepsOf(steps: FirstSteps): readonly Step[] {
  return [
    {
      title: "Create a feature",
      why: "What your customers use, and your code asks about: messages, seats, single sign-on.",
      action: "New feature",
      path: "features?sheet=create",
      done: steps.features > 0,
    },
    {
      title: "Publish a plan",
      why: "How much of each feature a customer gets, and how often it is renewed.",
      action: "New plan",
      path: "plans/new",
      done: steps.plans > 0,
    },
    {
      title: "Create a customer",
      why: "Your code does it when somebody signs up; here you can do it by hand.",
      action: "New customer",
      path: "customers?sheet=create",
      done: steps.customers > 0,
    },
    {
      title: "Track usage",
      why: "Tell Windfall what was used. The first event ticks this step.",
      action: "Show the code",
      path: "developers/quickstart#track",
      done: steps.lastEventAt !== null,
    },
    {
      title: "Check access",
      why: "Ask before you serve: is there any left?",
      action: "Show the code",
      path: "developers/quickstart#check",
      done: steps.firstCheckAt !== null,
    },
  ];
}

/** The steps of a new environment; each ticks when it has really happened. */
export function Checklist({ steps }: { steps: FirstSteps }) {
  const base = usePlacePath();
  const list = stepsOf(steps);
  const done = list.filter((step) => step.done).length;
  const next = list.find((step) => !step.done);
  useAnnouncedProgress(done, list.length);
  return (
    <Card aria-labelledby="first-steps" className="max-w-200">
      <CardHeader>
        <div>
          <CardTitle id="first-steps">First steps</CardTitle>
          <CardDescription>
            {done} of {list.length} done
          </CardDescription>
        </div>
        <progress
          className="h-1.5 w-40 overflow-hidden rounded-full bg-neutral-soft [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-neutral-soft [&::-webkit-progress-value]:bg-accent"
          aria-label="First steps done"
          value={done}
          max={list.length}
        />
      </CardHeader>
      <ol>
        {list.map((step) => (
          <li
            key={step.title}
            data-done={step.done}
            className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-3 last:border-b-0"
          >
            {step.done ? (
              <CircleCheck className="size-5 shrink-0 text-success" aria-hidden />
            ) : (
              <CircleDashed className="size-5 shrink-0 text-muted-foreground" aria-hidden />
            )}
            <div className="min-w-0 flex-1 basis-48">
              <p className="font-medium text-base">
                {step.title}
                <span className="sr-only">{step.done ? ": done" : ": to do"}</span>
              </p>
              <p className="text-muted-foreground">{step.why}</p>
            </div>
            <Button asChild size="sm" variant={step === next ? "primary" : "secondary"}>
              <Link href={`${base}/${step.path}`}>
                {step.action}
                <ArrowRight aria-hidden />
                <span className="sr-only">to {step.title.toLowerCase()}</span>
              </Link>
            </Button>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function useAnnouncedProgress(done: number, all: number): void {
  const before = useRef(done);
  useEffect(() => {
    if (before.current === done) return;
    before.current = done;
    announce(`${done} of ${all} first steps done`);
  }, [done, all]);
}
