/** Raised when our own code is wrong; never for bad input. It becomes a 500 and is logged. */
class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Asserts something that only a bug of ours can break. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
