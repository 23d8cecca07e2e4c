import { LRUCache } from "lru-cache";
import { isRole, type Role } from "../core/role";
import { wallNow } from "../platform/clock";
import type { Caller } from "../platform/context";
import type { Db } from "../platform/db";
import { sharedInProcess } from "../platform/shared-in-process";
import { sql } from "../platform/sql";
import { touchSession } from "./rows";
import { scopesOf } from "./scopes";

/** How long another process may still trust a session or a role that was taken away. */
const TRUST_MS = 5_000;
/** "Last seen" is shown to people; a few minutes' precision spares most requests a write. */
const SEEN_PRECISION_MS = 5 * 60_000;

/** A person with a running sign-in. */
export interface SignedIn {
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly sessionId: string;
}

/** What a signed-in person is in the organization and environment that a page shows. */
export interface Membership {
  readonly org: { readonly id: number; readonly slug: string; readonly name: string };
  readonly env: {
    readonly id: number;
    readonly slug: string;
    readonly name: string;
    readonly kind: "live" | "sandbox";
  };
  readonly role: Role;
  readonly caller: Caller;
}

/** The organization and environment of a page's address. */
export interface Place {
  readonly org: string;
  readonly env: string;
}

const sessions = () =>
  sharedInProcess("sessions", () => new LRUCache<string, SignedIn>({ max: 5_000, ttl: TRUST_MS }));
const memberships = () =>
  sharedInProcess(
    "memberships",
    () => new LRUCache<string, Membership>({ max: 5_000, ttl: TRUST_MS }),
  );

interface SessionRow {
  user_id: string;
  email: string;
  name: string | null;
  last_seen_at: Date;
}

/** The person behind a session id; `null` once it expired or was revoked. */
export async function findSignedIn(db: Db, sessionId: string): Promise<SignedIn | null> {
  const known = sessions().get(sessionId);
  if (known !== undefined) return known;
  const now = wallNow();
  const [row] = await db.query<SessionRow>(sql`
    SELECT s.user_id, u.email, u.name, s.last_seen_at
    FROM session s JOIN app_user u ON u.id = s.user_id
    WHERE s.id = ${sessionId}::uuid AND s.revoked_at IS NULL AND s.expires_at > ${now}`);
  if (row === undefined) return null;
  if (now.getTime() - row.last_seen_at.getTime() > SEEN_PRECISION_MS) {
    await touchSession(db, sessionId, now);
  }
  const signedIn = { userId: row.user_id, email: row.email, name: row.name, sessionId };
  sessions().set(sessionId, signedIn);
  return signedIn;
}

interface MembershipRow {
  role: string;
  org_id: number;
  org_slug: string;
  org_name: string;
  env_id: number;
  env_slug: string;
  env_name: string;
  env_kind: "live" | "sandbox";
}

/**
 * The person's role where a page stands; `null` for strangers and for places that do not exist
 * alike, so that nobody can find out which organizations there are.
 */
export async function findMembership(
  db: Db,
  signedIn: SignedIn,
  place: Place,
): Promise<Membership | null> {
  const cacheKey = `${signedIn.userId}\n${place.org}\n${place.env}`;
  const known = memberships().get(cacheKey);
  if (known !== undefined) return known;
  const [row] = await db.query<MembershipRow>(sql`
    SELECT m.role, o.id AS org_id, o.slug AS org_slug, o.name AS org_name,
           e.id AS env_id, e.slug AS env_slug, e.name AS env_name, e.kind AS env_kind
    FROM member m
    JOIN organization o ON o.id = m.org_id
    JOIN environment e ON e.org_id = o.id
    WHERE m.user_id = ${signedIn.userId}::uuid AND o.slug = ${place.org} AND e.slug = ${place.env}`);
  if (row === undefined || !isRole(row.role)) return null;
  const membership = membershipOf(row, row.role, signedIn);
  memberships().set(cacheKey, membership);
  return membership;
}

function membershipOf(row: MembershipRow, role: Role, signedIn: SignedIn): Membership {
  return {
    org: { id: row.org_id, slug: row.org_slug, name: row.org_name },
    env: { id: row.env_id, slug: row.env_slug, name: row.env_name, kind: row.env_kind },
    role,
    caller: {
      tenant: {
        orgId: row.org_id,
        envId: row.env_id,
        envSlug: row.env_slug,
        envKind: row.env_kind,
      },
      actor: { kind: "user", id: signedIn.userId, label: signedIn.email },
      scopes: scopesOf(role),
      publishable: false,
    },
  };
}

/** Drops what this process remembers of a person, after a sign-in ended or a role changed. */
export function forgetPerson(userId: string): void {
  for (const [id, signedIn] of sessions().entries()) {
    if (signedIn.userId === userId) sessions().delete(id);
  }
  for (const key of memberships().keys()) {
    if (key.startsWith(`${userId}\n`)) memberships().delete(key);
  }
}
