import type { Ctx, TxCtx } from "./context";
import { claimKey, completeKey } from "./idempotency";

const ATTEMPTS = 4;
const RETRYABLE = new Set(["40001", "40P01"]);

/**
 * Runs a command's effects in one transaction. With an idempotency key, the key is claimed first
 * and the returned value, which is the wire answer, is stored with the effect; hence a command ends
 * with `return inTransaction(ctx, …)`. Serialization failures and deadlocks are retried, at most
 * three times.
 */
export async function inTransaction<T>(ctx: Ctx, run: (ctx: TxCtx) => Promise<T>): Promise<T> {
  const request = ctx.idempotency;
  return inPlainTransaction(ctx, async (inner) => {
    if (request === null) return run(inner);
    await claimKey(inner, request);
    const answer = await run(inner);
    await completeKey(inner, request, { status: 200, body: JSON.stringify(answer) });
    return answer;
  });
}

/** A transaction for a step of a command that is not its answer, such as making a customer. */
export async function inPlainTransaction<T>(ctx: Ctx, run: (ctx: TxCtx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ctx.db.transact((tx) => run({ ...ctx, db: tx }));
    } catch (error) {
      if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
    }
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && "code" in error && RETRYABLE.has(String(error.code));
}
