import type { Db } from "../platform/db";
import { sql } from "../platform/sql";
import { isPassword } from "./password";
import { admitAttempt, forgiveAttempt } from "./throttle";

/** A person as sign-in knows them. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
}

/**
 * Finds the person behind an e-mail and a password; `null` when they do not fit. A wrong password,
 * an unknown e-mail and a person without a password look alike, also by the clock.
 *
 * @throws `rate_limited/too_many_attempts`
 */
export async function signInWithPassword(
  db: Db,
  attempt: { email: string; password: string; address: string | null },
): Promise<User | null> {
  const keys = { purpose: "sign-in", person: attempt.email, address: attempt.address } as const;
  await admitAttempt(db, keys);
  const [row] = await db.query<User & { password_hash: string | null }>(sql`
    SELECT id, email, name, password_hash FROM app_user WHERE email = ${attempt.email}`);
  if (!(await isPassword(row?.password_hash ?? null, attempt.password)) || row === undefined) {
    return null;
  }
  await forgiveAttempt(db, keys);
  return { id: row.id, email: row.email, name: row.name };
}
