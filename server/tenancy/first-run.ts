import { admitAttempt, forgiveAttempt } from "../auth/throttle";
import { createUser } from "../auth/users";
import { WindfallError } from "../core/error";
import { wallNow } from "../platform/clock";
import { sameSecret } from "../platform/crypto";
import type { Db, Tx } from "../platform/db";
import { env } from "../platform/env";
import { type Queryable, sql } from "../platform/sql";
import { joinOrganization } from "./join-organization";
import { createOwnedOrganization } from "./organizations";
import { writeOrganizationName } from "./rows";

/** Held while the first owner or organization is made: two requests, or two processes, take turns. */
const FIRST_RUN_LOCK = 6_145_320_117;

/** Waits until nobody else is making the first owner or organization. */
export async function lockFirstRun(tx: Tx): Promise<void> {
  await tx.query(sql`SELECT pg_advisory_xact_lock(${FIRST_RUN_LOCK}::bigint)`);
}

/** Whether this installation belongs to somebody: from then on the first-run page is gone. */
export async function hasOwner(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ exists: boolean }>(
    sql`SELECT EXISTS (SELECT 1 FROM member WHERE role = 'owner') AS exists`,
  );
  return row?.exists === true;
}

/** What the first-run page asks for. */
export interface FirstRun {
  readonly token: string;
  readonly organization: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly address: string | null;
  readonly requestId: string;
}

/**
 * Makes the first owner and their organization, in one transaction. An organization that was made
 * at the first start, and that nobody owns, becomes theirs.
 *
 * @throws `forbidden/wrong_setup_token`, `not_found/already_set_up`, `rate_limited/too_many_attempts`
 */
export async function setUpFirstOwner(db: Db, input: FirstRun): Promise<{ orgSlug: string }> {
  await requireSetupToken(db, input);
  return db.transact(async (tx) => {
    await lockFirstRun(tx);
    if (await hasOwner(tx)) {
      throw new WindfallError(
        "not_found",
        "already_set_up",
        "This installation has an owner already. Sign in, or ask them for an invitation.",
      );
    }
    const { email, name, password, requestId } = input;
    const owner = await createUser(tx, { email, name, password, now: wallNow() });
    const [ownerless] = await tx.query<{ id: number; slug: string }>(
      sql`SELECT id, slug FROM organization ORDER BY id LIMIT 1`,
    );
    if (ownerless === undefined) {
      const { slug } = await createOwnedOrganization(tx, {
        name: input.organization,
        owner,
        requestId,
      });
      return { orgSlug: slug };
    }
    await writeOrganizationName(tx, { orgId: ownerless.id, name: input.organization });
    await joinOrganization(tx, { orgId: ownerless.id, user: owner, role: "owner", requestId });
    return { orgSlug: ownerless.slug };
  });
}

async function requireSetupToken(db: Db, input: FirstRun): Promise<void> {
  const keys = { purpose: "setup", person: "first owner", address: input.address } as const;
  await admitAttempt(db, keys);
  const expected = env().WINDFALL_SETUP_TOKEN;
  if (expected === undefined || !sameSecret(input.token.trim(), expected)) {
    throw new WindfallError(
      "forbidden",
      "wrong_setup_token",
      "This is not the setup token. It was printed where Windfall was started.",
    );
  }
  await forgiveAttempt(db, keys);
}
