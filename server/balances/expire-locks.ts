import { wallNow } from "../platform/clock";
import type { Tenant } from "../platform/context";
import type { Db } from "../platform/db";
import type { Logger } from "../platform/log";
import { decideAlone } from "./hot/batch";
import { closingOf, closingsOfDueLocks, type DueLock, findDueLocks } from "./hot/due-locks";
import type { UsageRequest } from "./hot/subject";
import { closeLocksOfDeletedCustomers } from "./rows";

/**
 * Closes the held locks of a customer that fell due: each is released as of its expiry, or lapses
 * when it was made without one. Due work of the customer up to that instant is applied first.
 *
 * @param customerId the customer's row id.
 * @returns how many locks it closed; at once with another call, each lock is closed by one of them.
 */
export async function expireLocks(db: Db, tenant: Tenant, customerId: string): Promise<number> {
  const of = { envId: tenant.envId, customerId, now: wallNow() };
  return closeAll(await closingsOfDueLocks(db, of));
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
