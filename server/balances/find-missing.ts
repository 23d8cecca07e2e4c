import { LRUCache } from "lru-cache";
import type { Ctx } from "../platform/context";
import { sharedInProcess } from "../platform/shared-in-process";
import type { PreparedStatement } from "../platform/sql";
import { textArray } from "../platform/sql-array";

const FIND: PreparedStatement = {
  name: "find_subjects",
  text: `
    SELECT i.n, c.id IS NULL
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS i(external_id, entity_external_id, n)
    LEFT JOIN customer c ON c.env_id = $1 AND c.external_id = i.external_id AND c.deleted_at IS NULL
    LEFT JOIN entity en ON en.customer_id = c.id AND en.external_id = i.entity_external_id AND en.deleted_at IS NULL
    WHERE c.id IS NULL OR (i.entity_external_id IS NOT NULL AND en.id IS NULL)`,
};

const MAX_KNOWN = 50_000;

/** Names that were found lately: senders of many uses mostly send those of the same customers. */
const found = () =>
  sharedInProcess("found-subjects", () => new LRUCache<string, true>({ max: MAX_KNOWN }));

/**
 * Says which of some customers and entities do not exist, by their places in the list. One that was
 * deleted within this process's memory passes; whoever reads it for a decision still finds out.
 */
export async function findMissing(
  ctx: Ctx,
  named: readonly { readonly customerId: string; readonly entityId: string | null }[],
): Promise<ReadonlyMap<number, "customer" | "entity">> {
  const known = found();
  const unknown = new Map<string, number[]>();
  named.forEach(({ customerId, entityId }, n) => {
    const key = `${ctx.tenant.envId} ${JSON.stringify([customerId, entityId])}`;
    if (known.get(key)) return;
    const places = unknown.get(key);
    if (places === undefined) unknown.set(key, [n]);
    else places.push(n);
  });
  const missing = new Map<number, "customer" | "entity">();
  if (unknown.size === 0) return missing;
  const groups = [...unknown.entries()];
  const firsts = groups.map(([, [first = 0]]) => named[first]);
  const rows = await ctx.db.hot.texts(FIND, [
    ctx.tenant.envId,
    textArray(firsts.map((one) => one?.customerId ?? null)),
    textArray(firsts.map((one) => one?.entityId ?? null)),
  ]);
  const lacking = new Map(rows.map(([n, noCustomer]) => [Number(n) - 1, noCustomer === "t"]));
  groups.forEach(([key, places], group) => {
    const noCustomer = lacking.get(group);
    if (noCustomer === undefined) known.set(key, true);
    else for (const place of places) missing.set(place, noCustomer ? "customer" : "entity");
  });
  return missing;
}
