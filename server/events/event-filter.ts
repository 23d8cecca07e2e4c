import { z } from "zod";
import type { Catalog, CatalogFeature } from "../catalog/catalog";
import { WindfallError } from "../core/error";
import { requireCustomer } from "../customers/rows";
import { requireEntityOf } from "../entities/require-entity-of";
import type { ReadCtx } from "../platform/context";
import { empty, join, type Sql, sql } from "../platform/sql";
import { slug } from "../platform/wire";

const MAX_FEATURES = 50;
const MAX_PROPERTIES = 5;

/** One feature or several; their order decides nothing. */
export const featureChoice = z.union([slug, z.array(slug).min(1).max(MAX_FEATURES)]);

/** Events whose properties have these values, compared as text. */
export const propertyFilter = z
  .record(z.string().min(1).max(256), z.string().max(1024))
  .refine((filter) => Object.keys(filter).length <= MAX_PROPERTIES, {
    message: `filter by at most ${MAX_PROPERTIES} properties at once`,
  });

/** Which events a question is about. Row ids; `null` does not narrow. */
export interface EventFilter {
  readonly envId: number;
  readonly featureIds: readonly number[] | null;
  readonly customerId: string | null;
  readonly entityId: string | null;
  /** Of `occurred_at`; the first belongs to the range, the second does not. */
  readonly from: Date | null;
  readonly to: Date | null;
  readonly properties: Readonly<Record<string, string>>;
}

/** What narrows events `e` further, behind the condition on their environment. */
export function narrowed(filter: EventFilter): Sql {
  const { featureIds, customerId, entityId, from, to } = filter;
  return join(
    [
      featureIds === null ? empty : sql`AND e.feature_id = ANY(${featureIds}::int[])`,
      customerId === null ? empty : sql`AND e.customer_id = ${customerId}::uuid`,
      entityId === null ? empty : sql`AND e.entity_id = ${entityId}::uuid`,
      from === null ? empty : sql`AND e.occurred_at >= ${from}`,
      to === null ? empty : sql`AND e.occurred_at < ${to}`,
      ...Object.entries(filter.properties).map(
        ([key, value]) => sql`AND e.properties ->> ${key}::text = ${value}`,
      ),
    ],
    " ",
  );
}

/**
 * The features that a request names; archived ones keep their history.
 *
 * @throws `not_found/feature_not_found`
 */
export function featuresNamed(
  catalog: Catalog,
  choice: z.output<typeof featureChoice>,
): CatalogFeature[] {
  const slugs = new Set(typeof choice === "string" ? [choice] : choice);
  return [...slugs].map((one) => {
    const feature = catalog.featureBySlug.get(one);
    if (feature !== undefined) return feature;
    throw new WindfallError("not_found", "feature_not_found", `Feature ${one} not found`);
  });
}

/**
 * The customer and the entity that a request names, as row ids. An entity names its customer too.
 *
 * @throws `customer_not_found`, `entity_not_found`
 */
export async function subjectNamed(
  ctx: ReadCtx,
  named: {
    readonly customer_id?: string | null | undefined;
    readonly entity_id?: string | null | undefined;
  },
): Promise<{ customerId: string | null; entityId: string | null }> {
  const { customer_id, entity_id } = named;
  if (entity_id) {
    const entity = await requireEntityOf(ctx, { customer_id, entity_id });
    return { customerId: entity.customerId, entityId: entity.id };
  }
  if (!customer_id) return { customerId: null, entityId: null };
  return { customerId: (await requireCustomer(ctx, customer_id)).id, entityId: null };
}
