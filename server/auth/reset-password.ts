import { WindfallError } from "../core/error";
import { wallNow } from "../platform/clock";
import { randomText } from "../platform/crypto";
import type { Db } from "../platform/db";
import { hashPassword } from "./password";
import { revokeOtherSessionRows, writePasswordHash } from "./rows";
import { forgetPerson } from "./session";
import { findUserByEmail } from "./users";

const PASSWORD_LENGTH = 20;

/**
 * Gives a person a new random password, which is returned this once, and ends all their sign-ins.
 * For whoever runs the installation; nobody else can call it.
 *
 * @throws `not_found/user_not_found`
 */
export async function resetPassword(db: Db, email: string): Promise<string> {
  const user = await findUserByEmail(db, email);
  if (user === null) {
    throw new WindfallError("not_found", "user_not_found", `Nobody here signs in as ${email}.`);
  }
  const password = randomText(PASSWORD_LENGTH);
  const passwordHash = await hashPassword(password);
  await db.transact(async (tx) => {
    await writePasswordHash(tx, { userId: user.id, passwordHash });
    await revokeOtherSessionRows(tx, { userId: user.id, keep: null, at: wallNow() });
  });
  forgetPerson(user.id);
  return password;
}
