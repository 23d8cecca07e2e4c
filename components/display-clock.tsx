"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

type DisplayClock = { now: number; zone: string; setZone: (zone: string) => void };

const DisplayClockContext = createContext<DisplayClock | null>(null);

type DisplayClockProviderProps = {
  /** The server's time when it rendered, in Unix milliseconds. */
  now: number;
  /** An IANA zone name or "UTC". */
  zone: string;
  /** Keeps the zone that the user chose for the next visit. */
  rememberZone: (zone: string) => Promise<void>;
  children: ReactNode;
};

/**
 * Says what time it is and in which zone times are shown.
 *
 * The server's clock is the only one: the page carries its reading and lets it run on, so an
 * operator's wrong laptop clock cannot turn "in 2 days" into "yesterday", and the first render in
 * the browser equals the one on the server.
 */
export function DisplayClockProvider({
  now,
  zone,
  rememberZone,
  children,
}: DisplayClockProviderProps) {
  const [elapsed, setElapsed] = useState(0);
  const [chosenZone, setChosenZone] = useState(zone);

  useEffect(() => {
    const start = performance.now();
    const timer = setInterval(() => setElapsed(performance.now() - start), 15_000);
    return () => clearInterval(timer);
  }, []);

  const clock = useMemo(
    () => ({
      now: now + elapsed,
      zone: chosenZone,
      setZone: (next: string) => {
        setChosenZone(next);
        void rememberZone(next);
      },
    }),
    [now, elapsed, chosenZone, rememberZone],
  );
  return <DisplayClockContext.Provider value={clock}>{children}</DisplayClockContext.Provider>;
}

/** The current time in Unix milliseconds and the zone to show it in. */
export function useDisplayClock(): DisplayClock {
  const clock = useContext(DisplayClockContext);
  if (clock === null) throw new Error("useDisplayClock needs a <DisplayClockProvider> above it.");
  return clock;
}
