import { WindfallError } from "../core/error";
import { wallNow } from "../platform/clock";
import type { Db } from "../platform/db";
import { sql } from "../platform/sql";
import { hashPassword, isPassword } from "./password";
import { revokeOtherSessionRows, writePasswordHash } from "./rows";
import { forgetPerson, type SignedIn } from "./session";
import { admitAttempt, forgiveAttempt } from "./throttle";

/**
 * Replaces a person's password, given the current one, and ends their other sign-ins. Somebody who
 * came by a link or a provider has no current one and sets their first.
 *
 * @throws `forbidden/wrong_password`, `rate_limited/too_many_attempts`
 */
export async function changePassword(
  db: Db,
  input: { signedIn: SignedIn; current: string; chosen: string; address: string | null },
): Promise<void> {
  const { userId, sessionId } = input.signedIn;
  const keys = { purpose: "password", person: userId, address: input.address } as const;
  await admitAttempt(db, keys);
  const [row] = await db.query<{ password_hash: string | null }>(
    sql`SELECT password_hash FROM app_user WHERE id = ${userId}::uuid`,
  );
  const stored = row?.password_hash ?? null;
  if (stored !== null && !(await isPassword(stored, input.current))) {
    throw new WindfallError("forbidden", "wrong_password", "This is not your current password.");
  }
  await forgiveAttempt(db, keys);
  const passwordHash = await hashPassword(input.chosen);
  await db.transact(async (tx) => {
    await writePasswordHash(tx, { userId, passwordHash });
    await revokeOtherSessionRows(tx, { userId, keep: sessionId, at: wallNow() });
  });
  forgetPerson(userId);
}
