import type { Round } from "./scenario";

/**
 * Finds a shorter list of rounds that still fails, by leaving out ever smaller stretches. A round
 * that goes hands the time it moved on to the next, unless the failure survives without it too.
 */
export async function shrink(
  rounds: readonly Round[],
  fails: (rounds: readonly Round[]) => Promise<boolean>,
  attempts: number,
): Promise<readonly Round[]> {
  let best = rounds;
  let left = attempts;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = Math.max(0, best.length - size - 1); from >= 0 && left > 0; from -= size) {
      const shorter = without(best, from, size);
      left -= 1;
      if (await fails(shorter)) best = shorter;
      if (from > 0 && from < size) break;
    }
  }
  return best;
}

function without(rounds: readonly Round[], from: number, size: number): readonly Round[] {
  const gone = rounds.slice(from, from + size);
  const moved = gone.reduce((sum, { advance }) => sum + advance, 0);
  const [next, ...rest] = rounds.slice(from + size);
  const kept = rounds.slice(0, from);
  return next === undefined ? kept : [...kept, { ...next, advance: next.advance + moved }, ...rest];
}
