import { WindfallError } from "../core/error";
import { wallNow } from "../platform/clock";
import type { Db } from "../platform/db";
import { newId } from "../platform/id";
import { type Queryable, sql } from "../platform/sql";
import { insertSession, revokeSessionRow } from "./rows";
import { forgetPerson, type SignedIn } from "./session";

/** A sign-in lasts this long, however often it is used. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60;

/** Starts a sign-in and gives its id, which the signed cookie carries. */
export async function startSession(
  db: Queryable,
  input: { userId: string; userAgent: string | null },
): Promise<string> {
  const id = newId();
  const at = wallNow();
  await insertSession(db, {
    id,
    userId: input.userId,
    userAgent: input.userAgent?.slice(0, 400) ?? null,
    at,
    expiresAt: new Date(at.getTime() + SESSION_SECONDS * 1000),
  });
  return id;
}

/** One running sign-in, as its person sees it. */
export interface RunningSession {
  readonly id: string;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly isThisOne: boolean;
}

/** The running sign-ins of a person, the last used first. */
export async function listSessions(db: Db, signedIn: SignedIn): Promise<RunningSession[]> {
  const rows = await db.query<{
    id: string;
    user_agent: string | null;
    created_at: Date;
    last_seen_at: Date;
  }>(sql`
    SELECT id, user_agent, created_at, last_seen_at FROM session
    WHERE user_id = ${signedIn.userId}::uuid AND revoked_at IS NULL AND expires_at > ${wallNow()}
    ORDER BY last_seen_at DESC, id DESC LIMIT 100`);
  return rows.map((row) => ({
    id: row.id,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    isThisOne: row.id === signedIn.sessionId,
  }));
}

/**
 * Ends one sign-in of a person: the cookie that carries it is worth nothing from now on.
 *
 * @throws `not_found/session_not_found`
 */
export async function revokeSession(db: Db, input: { userId: string; id: string }): Promise<void> {
  const revoked = await revokeSessionRow(db, { ...input, at: wallNow() });
  forgetPerson(input.userId);
  if (revoked) return;
  throw new WindfallError("not_found", "session_not_found", "This sign-in has ended already.");
}
