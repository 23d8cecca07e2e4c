import { wallNow } from "../platform/clock";
import type { Ctx } from "../platform/context";
import type { Db } from "../platform/db";
import type { Logger } from "../platform/log";
import { decideAlone, decideInBatch } from "./hot/batch";
import {
  closingOf,
  closingsOfDueLocks,
  type DueLock,
  findDueLocks,
  type LockHolders,
} from "./hot/due-locks";
import type { UsageRequest } from "./hot/subject";
import { closeLocksOfDeletedCustomers } from "./rows";

/**
 * Closes the held locks of some customers that fell due: each is released as of its expiry, or
 * lapses when it was made without one. Due work of the customer up to that instant is applied first.
 * Whatever decides on a customer's balances or shows them outside the hot path calls this before its
 * transaction; where nothing is due that is one read.
 *
 * @returns how many locks it closed; at once with another call, each lock is closed by one of them.
 */
export async function expireLocks(
  { db, tenant }: Pick<Ctx, "db" | "tenant">,
  whose: LockHolders,
): Promise<number> {
  const closings = await closingsOfDueLocks(db, { envId: tenant.envId, now: wallNow() }, whose);
  // Together, since a page of customers may have many; a batch keeps the order of each customer's.
  const closed = await Promise.all(closings.map(decideInBatch));
  return closed.filter((one) => one === 1).length;
}

/**
 * Closes every held lock that fell due, of all customers. Decisions do the same in passing; this
 * keeps the stored figures close to the clock for customers that nobody asks about.
 *
 * @returns how many locks it closed; a second run at the same time finds none.
 */
export async function expireDueLocks(
  db: Db,
  log: Logger,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const now = wallNow();
  let closed = await closeLocksOfDeletedCustomers(db, now);
  let after: DueLock | undefined;
  do {
    signal.throwIfAborted();
    const due = await findDueLocks(db, now, after);
    closed += await closeAll(due.map((lock) => closingOf(db, lock)));
    after = due.at(-1);
  } while (after !== undefined);
  if (closed > 0) log.info({ locks: closed }, "due locks closed");
  return closed;
}

/** One after the other: the locks of a customer close in the order in which they fell due. */
async function closeAll(closings: readonly UsageRequest[]): Promise<number> {
  let closed = 0;
  for (const closing of closings) closed += (await decideAlone(closing)) === 1 ? 1 : 0;
  return closed;
}
