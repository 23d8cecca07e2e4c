import { WindfallError } from "../core/error";
import { newId } from "../platform/id";
import { type Queryable, sql } from "../platform/sql";
import { hashPassword } from "./password";
import { insertUser } from "./rows";
import type { User } from "./sign-in-with-password";

/**
 * Creates a person who signs in with a password.
 *
 * @throws `conflict/email_taken`
 */
export async function createUser(
  db: Queryable,
  input: { email: string; name: string | null; password: string; now: Date },
): Promise<User> {
  if ((await findUserByEmail(db, input.email)) !== null) {
    throw new WindfallError(
      "conflict",
      "email_taken",
      "There is an account with this e-mail already. Sign in with it.",
    );
  }
  const id = newId();
  await insertUser(db, {
    id,
    email: input.email,
    name: input.name,
    passwordHash: await hashPassword(input.password),
    at: input.now,
  });
  return { id, email: input.email, name: input.name };
}

/** The person with an e-mail address in its stored form. */
export async function findUserByEmail(db: Queryable, email: string): Promise<User | null> {
  const [row] = await db.query<User>(
    sql`SELECT id, email, name FROM app_user WHERE email = ${email}`,
  );
  return row ?? null;
}
