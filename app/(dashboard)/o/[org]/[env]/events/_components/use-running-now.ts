"use client";

import { useEffect, useState } from "react";
import { useDisplayClock } from "@/components/display-clock";

/** The display clock, read each second while `running`, for distances that are told in seconds. */
export function useRunningNow(running: boolean): number {
  const { now } = useDisplayClock();
  const [read, setRead] = useState(now);

  useEffect(() => {
    if (!running) return;
    const start = performance.now();
    const timer = setInterval(() => setRead(now + performance.now() - start), 1_000);
    return () => clearInterval(timer);
  }, [now, running]);

  return running ? Math.max(now, read) : now;
}
