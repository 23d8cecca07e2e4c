import type { z } from "zod";
import type { Catalog } from "../catalog/catalog";
import { customerIdOf } from "../customers/present";
import type { Tenant } from "../platform/context";
import type { EntityOwnOutput } from "./entity-schema";
import type { EntityRow } from "./rows";

/** The entity's own wire fields; plans and balances are added by who knows them. */
export function presentEntity(
  row: EntityRow,
  catalog: Catalog,
  tenant: Tenant,
): z.input<typeof EntityOwnOutput> {
  return {
    id: row.externalId,
    name: row.name,
    customer_id: customerIdOf({ id: row.customerId, externalId: row.customerExternalId }),
    feature_id: catalog.featureById.get(row.featureId)?.slug ?? null,
    created_at: row.createdAt.getTime(),
    env: tenant.envKind,
  };
}
