import type { Catalog } from "../catalog/catalog";
import { catalogAt } from "../catalog/load-catalog";
import type { Ctx } from "../platform/context";
import { sql } from "../platform/sql";

/**
 * The catalog as it is now: the compiled one of this process, once the environment's number
 * confirms it. Call it before a transaction is opened: inside one it would wait for a second
 * connection while it holds the first.
 */
export async function currentCatalog(ctx: Ctx): Promise<Catalog> {
  const { envId } = ctx.tenant;
  const [row] = await ctx.db.query<{ version: number }>(sql`
    SELECT catalog_version AS version FROM environment WHERE id = ${envId}`);
  return catalogAt(ctx.db, envId, row?.version ?? 0);
}
