import { invariant } from "../core/invariant";
import type { Ctx } from "../platform/context";
import type { PreparedStatement } from "../platform/sql";
import { textArray } from "../platform/sql-array";

const FIND: PreparedStatement = {
  name: "find_subjects",
  text: `
    SELECT e.catalog_version, i.n, c.id IS NULL, c.id IS NOT NULL AND (i.entity_external_id IS NULL OR en.id IS NOT NULL)
    FROM environment e
    LEFT JOIN unnest($2::text[], $3::text[]) WITH ORDINALITY AS i(external_id, entity_external_id, n) ON true
    LEFT JOIN customer c ON c.env_id = e.id AND c.external_id = i.external_id AND c.deleted_at IS NULL
    LEFT JOIN entity en ON en.customer_id = c.id AND en.external_id = i.entity_external_id AND en.deleted_at IS NULL
    WHERE e.id = $1 AND (i.n = 1 OR c.id IS NULL OR (i.entity_external_id IS NOT NULL AND en.id IS NULL))`,
};

/**
 * Says which of some customers and entities do not exist, by their places in the list, which is not
 * empty, and which version the environment's catalog has.
 */
export async function findSubjects(
  ctx: Ctx,
  named: readonly { readonly customerId: string; readonly entityId: string | null }[],
): Promise<{ catalogVersion: number; missing: ReadonlyMap<number, "customer" | "entity"> }> {
  const places = new Map<string, number[]>();
  named.forEach(({ customerId, entityId }, n) => {
    const key = JSON.stringify([customerId, entityId]);
    const known = places.get(key);
    if (known === undefined) places.set(key, [n]);
    else known.push(n);
  });
  const distinct = [...places.values()].map(([first = 0]) => named[first]);
  const rows = await ctx.db.hot.texts(FIND, [
    ctx.tenant.envId,
    textArray(distinct.map((one) => one?.customerId ?? null)),
    textArray(distinct.map((one) => one?.entityId ?? null)),
  ]);
  const [first] = rows;
  invariant(first !== undefined, "The first of the names is always answered.");
  const groups = [...places.values()];
  const missing = new Map<number, "customer" | "entity">();
  for (const [, n, noCustomer, isThere] of rows) {
    if (isThere === "t") continue;
    for (const place of groups[Number(n) - 1] ?? []) {
      missing.set(place, noCustomer === "t" ? "customer" : "entity");
    }
  }
  return { catalogVersion: Number(first[0]), missing };
}
