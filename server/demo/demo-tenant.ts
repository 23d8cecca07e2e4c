import { WindfallError } from "../core/error";
import { wallNow } from "../platform/clock";
import type { Tenant } from "../platform/context";
import type { Db } from "../platform/db";
import { type Queryable, sql } from "../platform/sql";
import { bootstrapFromEnv } from "../tenancy/bootstrap";
import { lockFirstRun } from "../tenancy/first-run";
import { createOrganization } from "../tenancy/organizations";

/** Where the demo is wanted; what is left out is chosen if there is only one choice. */
export interface WantedPlace {
  readonly organization: string | undefined;
  readonly environment: string | undefined;
}

/**
 * The environment to load the demo into: the sandbox of the only organization unless others are
 * named. An installation without any gets the organization `default`, which belongs to whoever sets
 * the installation up.
 *
 * @throws `not_found/organization_not_found`, `invalid_request/organization_unclear`
 */
export async function findDemoTenant(db: Db, wanted: WantedPlace): Promise<Tenant> {
  await bootstrapFromEnv(db);
  if (wanted.organization === undefined) await ensureOrganization(db);
  const environment = wanted.environment ?? "sandbox";
  const places = await listPlaces(db);
  const fitting = places.filter(
    ({ orgSlug, envSlug }) =>
      envSlug === environment &&
      (wanted.organization === undefined || orgSlug === wanted.organization),
  );
  const [only, ...others] = fitting;
  const names = places.map(({ orgSlug, envSlug }) => `${orgSlug}/${envSlug}`).join(", ");
  if (only === undefined) {
    throw new WindfallError(
      "not_found",
      "organization_not_found",
      `There is no such environment. There are: ${names}.`,
    );
  }
  if (others.length > 0) {
    throw new WindfallError(
      "invalid_request",
      "organization_unclear",
      `Say which organization, for example --org ${only.orgSlug}. There are: ${names}.`,
    );
  }
  const { orgSlug: _, ...tenant } = only;
  return tenant;
}

function listPlaces(db: Queryable): Promise<(Tenant & { readonly orgSlug: string })[]> {
  return db.query(sql`
    SELECT o.slug AS "orgSlug", o.id AS "orgId", e.id AS "envId", e.slug AS "envSlug",
      e.kind AS "envKind"
    FROM organization o JOIN environment e ON e.org_id = o.id ORDER BY o.id, e.id LIMIT 200`);
}

async function ensureOrganization(db: Db): Promise<void> {
  await db.transact(async (tx) => {
    await lockFirstRun(tx);
    const known = await tx.query(sql`SELECT 1 FROM organization LIMIT 1`);
    if (known.length > 0) return;
    await createOrganization(tx, { slug: "default", name: "Default", now: wallNow() });
  });
}
