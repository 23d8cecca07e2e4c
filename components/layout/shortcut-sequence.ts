/** The binding that a press completes, if any, and the keys of a sequence begun but not ended. */
export type SequenceStep = { matched: string | null; pending: readonly string[] };

/**
 * Feeds one key into the sequence typed so far. Bindings are keys with spaces between: `"g c"`,
 * `"?"`. A key that leads nowhere starts a new sequence of its own.
 */
export function stepSequence(
  pending: readonly string[],
  key: string,
  bindings: readonly string[],
): SequenceStep {
  const typed = [...pending, key].join(" ");
  if (bindings.includes(typed)) return { matched: typed, pending: [] };
  if (bindings.some((binding) => binding.startsWith(`${typed} `))) {
    return { matched: null, pending: [...pending, key] };
  }
  if (pending.length > 0) return stepSequence([], key, bindings);
  return { matched: null, pending: [] };
}
