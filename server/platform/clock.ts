/**
 * The only reader of the wall clock. Everything else takes `ctx.now`, so that a test, and later a
 * sandbox customer's own clock, can decide what time it is.
 */
let frozenAt: Date | null = null;

/** The current instant, or the frozen one. */
export function wallNow(): Date {
  return frozenAt === null ? new Date() : new Date(frozenAt);
}

/** Freezes the clock for a test; `null` lets it run again. */
export function freezeClock(at: Date | null): void {
  frozenAt = at;
}

/** Milliseconds on a clock that never goes back, for durations only. */
export function elapsedMs(): number {
  return performance.now();
}
