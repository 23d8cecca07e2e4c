import { randomUUID } from "node:crypto";
import { insertGate } from "../balances/rows";
import { wallNow } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { testCtx } from "./ctx";

/** A feature of the tenant, for tests that are not about the catalog. */
export async function givenFeature(
  tenant: Tenant,
  feature: { slug: string; type?: "boolean" | "metered"; consumable?: boolean; events?: string[] },
): Promise<void> {
  await db().query(sql`
    WITH bump AS (UPDATE environment SET catalog_version = catalog_version + 1
                  WHERE id = ${tenant.envId})
    INSERT INTO feature (env_id, slug, name, type, consumable, event_names)
    VALUES (${tenant.envId}, ${feature.slug}, ${feature.slug}, ${feature.type ?? "metered"},
            ${feature.type === "boolean" ? false : (feature.consumable ?? true)},
            ${feature.events ?? []})`);
}

/** A customer of the tenant without any plan; gives its row id. */
export async function givenCustomer(tenant: Tenant, externalId: string): Promise<string> {
  const id = randomUUID();
  await db().query(sql`
    INSERT INTO customer (env_id, id, external_id, created_at)
    VALUES (${tenant.envId}, ${id}::uuid, ${externalId}, ${wallNow()})`);
  await db().transact((tx) => insertGate({ ...testCtx(tenant), db: tx }, id));
  return id;
}
