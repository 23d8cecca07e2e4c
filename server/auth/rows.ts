import type { Queryable } from "../platform/sql";
import { sql } from "../platform/sql";

/** Moves "last seen" of a sign-in forward. */
export async function touchSession(db: Queryable, sessionId: string, at: Date): Promise<void> {
  await db.query(sql`
    UPDATE session SET last_seen_at = ${at} WHERE id = ${sessionId}::uuid AND last_seen_at < ${at}`);
}

/** Inserts a sign-in. */
export async function insertSession(
  db: Queryable,
  row: { id: string; userId: string; userAgent: string | null; at: Date; expiresAt: Date },
): Promise<void> {
  await db.query(sql`
    INSERT INTO session (id, user_id, user_agent, created_at, last_seen_at, expires_at)
    VALUES (${row.id}::uuid, ${row.userId}::uuid, ${row.userAgent}, ${row.at}, ${row.at},
            ${row.expiresAt})`);
}

/** Ends one sign-in of a person; false when it is not theirs or ended before. */
export async function revokeSessionRow(
  db: Queryable,
  row: { id: string; userId: string; at: Date },
): Promise<boolean> {
  const revoked = await db.query(sql`
    UPDATE session SET revoked_at = ${row.at}
    WHERE id = ${row.id}::uuid AND user_id = ${row.userId}::uuid AND revoked_at IS NULL
    RETURNING id`);
  return revoked.length > 0;
}

/** Ends every sign-in of a person, except the one to `keep`. */
export async function revokeOtherSessionRows(
  db: Queryable,
  row: { userId: string; keep: string | null; at: Date },
): Promise<void> {
  await db.query(sql`
    UPDATE session SET revoked_at = ${row.at}
    WHERE user_id = ${row.userId}::uuid AND revoked_at IS NULL
      AND id IS DISTINCT FROM ${row.keep}::uuid`);
}

/** Inserts a person; an e-mail that is taken raises Postgres 23505. `email` is lower case. */
export async function insertUser(
  db: Queryable,
  row: {
    id: string;
    email: string;
    name: string | null;
    passwordHash: string | null;
    imageUrl?: string | null;
    emailVerifiedAt?: Date | null;
    at: Date;
  },
): Promise<void> {
  await db.query(sql`
    INSERT INTO app_user (id, email, name, password_hash, image_url, email_verified_at, created_at)
    VALUES (${row.id}::uuid, ${row.email}, ${row.name}, ${row.passwordHash}, ${row.imageUrl ?? null},
            ${row.emailVerifiedAt ?? null}, ${row.at})`);
}

/** Replaces a person's password hash. */
export async function writePasswordHash(
  db: Queryable,
  row: { userId: string; passwordHash: string },
): Promise<void> {
  await db.query(sql`
    UPDATE app_user SET password_hash = ${row.passwordHash} WHERE id = ${row.userId}::uuid`);
}

/** Records that a person answered a link sent to their address; the first time counts. */
export async function writeEmailVerified(
  db: Queryable,
  row: { userId: string; at: Date },
): Promise<void> {
  await db.query(sql`
    UPDATE app_user SET email_verified_at = COALESCE(email_verified_at, ${row.at})
    WHERE id = ${row.userId}::uuid`);
}

/** Ties a person to their identity at a provider; a second time changes nothing. */
export async function insertAccount(
  db: Queryable,
  row: { provider: string; providerAccountId: string; userId: string; type: string; at: Date },
): Promise<void> {
  await db.query(sql`
    INSERT INTO account (provider, provider_account_id, user_id, type, created_at)
    VALUES (${row.provider}, ${row.providerAccountId}, ${row.userId}::uuid, ${row.type}, ${row.at})
    ON CONFLICT (provider, provider_account_id) DO NOTHING`);
}

/** Keeps the hash of a link that was sent to an address. */
export async function insertVerificationToken(
  db: Queryable,
  row: { identifier: string; tokenHash: Buffer; expiresAt: Date; at: Date },
): Promise<void> {
  await db.query(sql`
    INSERT INTO verification_token (identifier, token_hash, expires_at, created_at)
    VALUES (${row.identifier}, ${row.tokenHash}, ${row.expiresAt}, ${row.at})`);
}

/** Takes a sent link out of the table, so that it works once; gives when it would have expired. */
export async function takeVerificationToken(
  db: Queryable,
  row: { identifier: string; tokenHash: Buffer },
): Promise<Date | null> {
  const [taken] = await db.query<{ expires_at: Date }>(sql`
    DELETE FROM verification_token
    WHERE identifier = ${row.identifier} AND token_hash = ${row.tokenHash}
    RETURNING expires_at`);
  return taken?.expires_at ?? null;
}

/**
 * Counts one attempt against a key and gives the count inside its window. The window starts with
 * its first attempt; counting before the attempt is judged leaves no gap for parallel ones.
 */
export async function countAttempt(
  db: Queryable,
  row: { keyHash: Buffer; at: Date; windowStart: Date },
): Promise<number> {
  const [counted] = await db.query<{ count: number }>(sql`
    INSERT INTO sign_in_throttle AS t (key_hash, count, window_started_at)
    VALUES (${row.keyHash}, 1, ${row.at})
    ON CONFLICT (key_hash) DO UPDATE SET
      count = CASE WHEN t.window_started_at <= ${row.windowStart} THEN 1 ELSE t.count + 1 END,
      window_started_at =
        CASE WHEN t.window_started_at <= ${row.windowStart} THEN ${row.at} ELSE t.window_started_at END
    RETURNING count`);
  return counted?.count ?? 0;
}

/** Forgets the attempts counted against a key. */
export async function clearAttempts(db: Queryable, keyHash: Buffer): Promise<void> {
  await db.query(sql`DELETE FROM sign_in_throttle WHERE key_hash = ${keyHash}`);
}

/** Takes one attempt back, after it proved to be no failure. */
export async function uncountAttempt(db: Queryable, keyHash: Buffer): Promise<void> {
  await db.query(sql`
    UPDATE sign_in_throttle SET count = count - 1 WHERE key_hash = ${keyHash} AND count > 0`);
}
