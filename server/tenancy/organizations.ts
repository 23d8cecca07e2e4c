import type { Queryable } from "../platform/sql";
import { insertEnvironment, insertOrganization } from "./rows";

/** An organization with the two environments that every one has. */
export interface NewOrganization {
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
): Promise<NewOrganization> {
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
