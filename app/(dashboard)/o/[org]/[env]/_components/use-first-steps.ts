"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useDisplayClock } from "@/components/display-clock";
import { dateField, instantOf } from "@/components/forms/zoned-time";
import { queryFailure } from "@/components/tables/query-failure";
import { useTRPC } from "@/components/trpc";

const POLL_MS = 3_000;

/** How far the environment has come, asked again every few seconds until its first check. */
export function useFirstSteps() {
  const trpc = useTRPC();
  const { now, zone } = useDisplayClock();
  // The day begins where the reader lives; it is not asked anew with every tick of the clock.
  const today = dateField(now, zone);
  const [opened] = useState(now);
  const since = instantOf(today, zone) ?? opened;
  const steps = useQuery(
    trpc.onboarding.steps.queryOptions(
      { since },
      {
        refetchInterval: ({ state }) =>
          state.data && isComplete(state.data) ? POLL_MS * 10 : POLL_MS,
      },
    ),
  );
  return { steps: steps.data, failure: queryFailure(steps) };
}

type Counted = {
  features: number;
  plans: number;
  customers: number;
  lastEventAt: Date | null;
  firstCheckAt: Date | null;
};

/** Whether every step from the first feature to the first check was done. */
export function isComplete(steps: Counted): boolean {
  const { features, plans, customers, lastEventAt, firstCheckAt } = steps;
  return (
    features > 0 && plans > 0 && customers > 0 && lastEventAt !== null && firstCheckAt !== null
  );
}
