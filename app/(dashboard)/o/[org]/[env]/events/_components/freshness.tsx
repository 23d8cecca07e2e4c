"use client";

import { Radio } from "lucide-react";
import { formatRelative } from "@/components/format";
import { useRunningNow } from "./use-running-now";

type FreshnessProps = {
  /** When the newest event that the filters leave happened; null when there is none. */
  latest: number | null;
  live: boolean;
};

/** How old the newest event is, so that silence is noticed. */
export function Freshness({ latest, live }: FreshnessProps) {
  const now = useRunningNow(live);
  return (
    <p className="flex items-center gap-1.5 text-muted-foreground">
      {live ? <Radio className="size-4 text-success" aria-hidden /> : null}
      {latest === null
        ? "No event in this range yet"
        : `Latest event ${now - latest < 1_000 ? "just now" : formatRelative(latest, now)}`}
      {live ? " · refreshed every 5 seconds" : ""}
    </p>
  );
}
