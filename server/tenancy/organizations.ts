import type { SignedIn } from "../auth/session";
import type { User } from "../auth/sign-in-with-password";
import type { Role } from "../core/role";
import { wallNow } from "../platform/clock";
import type { Db, Tx } from "../platform/db";
import { type Queryable, sql } from "../platform/sql";
import { joinOrganization } from "./join-organization";
import { insertEnvironment, insertOrganization } from "./rows";

/** An organization with the two environments that every one has. */
export interface CreatedOrganization {
  readonly orgId: number;
  readonly sandboxEnvId: number;
  readonly liveEnvId: number;
}

/**
 * Creates an organization with its `sandbox` and `live` environments. Call it inside the
 * transaction that also makes its owner, so that no organization is ever without one.
 */
export async function createOrganization(
  db: Queryable,
  input: { slug: string; name: string; now: Date },
): Promise<CreatedOrganization> {
  const orgId = await insertOrganization(db, {
    slug: input.slug,
    name: input.name,
    createdAt: input.now,
  });
  const shared = { orgId, createdAt: input.now };
  const sandboxEnvId = await insertEnvironment(db, {
    ...shared,
    slug: "sandbox",
    name: "Sandbox",
    kind: "sandbox",
  });
  const liveEnvId = await insertEnvironment(db, {
    ...shared,
    slug: "live",
    name: "Live",
    kind: "live",
  });
  return { orgId, sandboxEnvId, liveEnvId };
}

/** Creates an organization that belongs to a person, under a slug made from its name. */
export async function createOwnedOrganization(
  tx: Tx,
  input: { name: string; owner: User; requestId: string },
): Promise<{ slug: string }> {
  const slug = await freeSlug(tx, input.name);
  const { orgId } = await createOrganization(tx, { slug, name: input.name, now: wallNow() });
  await joinOrganization(tx, {
    orgId,
    user: input.owner,
    role: "owner",
    requestId: input.requestId,
  });
  return { slug };
}

async function freeSlug(db: Queryable, name: string): Promise<string> {
  const base = slugOf(name);
  const taken = await db.query<{ slug: string }>(sql`
    SELECT slug FROM organization WHERE slug = ${base} OR slug LIKE ${`${base}-%`}`);
  const slugs = new Set(taken.map((row) => row.slug));
  if (!slugs.has(base)) return base;
  let suffix = 2;
  while (slugs.has(`${base}-${suffix}`)) suffix += 1;
  return `${base}-${suffix}`;
}

function slugOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return plain === "" ? "organization" : plain;
}

/** An organization of the signed-in person, with the environments it can be opened in. */
export interface ListedOrganization {
  readonly slug: string;
  readonly name: string;
  readonly role: Role;
  readonly environments: readonly {
    readonly slug: string;
    readonly name: string;
    readonly kind: "live" | "sandbox";
  }[];
}

/** The organizations that a person is a member of, by name. */
export async function listOrganizations(db: Db, signedIn: SignedIn): Promise<ListedOrganization[]> {
  return db.query<ListedOrganization>(sql`
    SELECT o.slug, o.name, m.role,
           (SELECT json_agg(json_build_object('slug', e.slug, 'name', e.name, 'kind', e.kind)
                            ORDER BY e.id)
            FROM environment e WHERE e.org_id = o.id) AS environments
    FROM member m JOIN organization o ON o.id = m.org_id
    WHERE m.user_id = ${signedIn.userId}::uuid
    ORDER BY lower(o.name), o.id LIMIT 200`);
}
