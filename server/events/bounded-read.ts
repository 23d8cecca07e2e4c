import { WindfallError } from "../core/error";
import type { Ctx } from "../platform/context";
import type { Tx } from "../platform/db";
import { sql } from "../platform/sql";

const QUERY_CANCELED = "57014";

/**
 * Runs reads over raw events on one snapshot, read-only, and gives up after five seconds: a question
 * that reads millions of rows must not take the database away from those who check and track.
 *
 * @throws `invalid_request` that says how to ask for less
 */
export async function boundedRead<Result>(
  ctx: Ctx,
  read: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  try {
    return await ctx.db.transact(async (tx) => {
      await tx.query(sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`);
      await tx.query(sql`SET LOCAL statement_timeout = 5000`);
      return read(tx);
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === QUERY_CANCELED)) throw error;
    throw new WindfallError(
      "invalid_request",
      "invalid_request",
      "This covers more events than can be read in 5 seconds. Ask for a shorter range, fewer features or one customer.",
    );
  }
}
