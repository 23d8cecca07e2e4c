import { emailAddress } from "../auth/email-address";
import { createUser } from "../auth/users";
import { wallNow } from "../platform/clock";
import type { Db } from "../platform/db";
import { env } from "../platform/env";
import { log } from "../platform/log";
import { SCOPES } from "../platform/scope";
import { sql } from "../platform/sql";
import { createApiKey } from "./api-keys";
import { lockFirstRun } from "./first-run";
import { joinOrganization } from "./join-organization";
import { createOrganization } from "./organizations";

/**
 * On the first start of an empty database, makes the organization `default` with the sandbox key
 * and the owner that the environment names, so that installs and tests can be scripted. Does
 * nothing once there is any organization, and nothing twice when two processes start at once.
 */
export async function bootstrapFromEnv(db: Db): Promise<void> {
  const {
    WINDFALL_BOOTSTRAP_SECRET_KEY: key,
    WINDFALL_BOOTSTRAP_OWNER_EMAIL: email,
    WINDFALL_BOOTSTRAP_OWNER_PASSWORD: password,
  } = env();
  if (key === undefined && email === undefined) return;
  const created = await db.transact(async (tx) => {
    await lockFirstRun(tx);
    const known = await tx.query(sql`SELECT 1 FROM organization LIMIT 1`);
    if (known.length > 0) return false;
    const now = wallNow();
    const { orgId, sandboxEnvId } = await createOrganization(tx, {
      slug: "default",
      name: "Default",
      now,
    });
    if (key !== undefined) {
      const request = {
        envId: sandboxEnvId,
        envKind: "sandbox",
        kind: "secret",
        name: "First key",
        scopes: SCOPES,
        createdBy: null,
        now,
      } as const;
      await createApiKey(tx, request, key);
    }
    if (email !== undefined && password !== undefined) {
      const user = await createUser(tx, {
        email: emailAddress.parse(email),
        name: null,
        password,
        now,
      });
      await joinOrganization(tx, { orgId, user, role: "owner", requestId: "first start" });
    }
    return true;
  });
  if (created) log.info("made the organization 'default' from the environment");
}
