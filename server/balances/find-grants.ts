import type { Catalog } from "../catalog/catalog";
import type { Grant } from "../core/balances/grant";
import { bringDue } from "../core/balances/reset";
import type { ReadCtx } from "../platform/context";
import { newId } from "../platform/id";
import { sql } from "../platform/sql";
import { type GrantRow, selectGrant, toGrant } from "./grant-row";

/** Grants by row id, ended ones included, with what fell due since applied: for showing, not for writing. */
export async function findGrants(
  ctx: ReadCtx,
  catalog: Catalog,
  wanted: readonly { readonly customerId: string; readonly grantId: string }[],
): Promise<Map<string, Grant>> {
  const distinct = [...new Map(wanted.map((one) => [one.grantId, one])).values()];
  if (distinct.length === 0) return new Map();
  const rows = await ctx.db.query<GrantRow>(sql`
    SELECT ${selectGrant}
    FROM unnest(${distinct.map(({ customerId }) => customerId)}::uuid[],
                ${distinct.map(({ grantId }) => grantId)}::uuid[]) AS i(customer_id, id)
    JOIN grants g ON g.customer_id = i.customer_id AND g.id = i.id
    WHERE g.env_id = ${ctx.tenant.envId}`);
  const planSlugOf = (itemId: bigint) => catalog.planSlugByItem.get(itemId) ?? null;
  const { grants } = bringDue(
    rows.map((row) => toGrant(row, planSlugOf)),
    ctx.now,
    { newId, ...catalog.settings },
  );
  return new Map(grants.map((grant) => [grant.id, grant]));
}
