import { LRUCache } from "lru-cache";
import { invariant } from "../core/invariant";
import type { Ctx } from "../platform/context";
import type { Db } from "../platform/db";
import { sharedInProcess } from "../platform/shared-in-process";
import { sql } from "../platform/sql";
import type { Catalog } from "./catalog";
import { readCatalog } from "./read-catalog";

const MAX_CACHED = 500;

interface CatalogCache {
  readonly compiled: LRUCache<number, Catalog>;
  readonly loading: Map<number, Promise<Catalog>>;
}

function cache(): CatalogCache {
  return sharedInProcess("catalogs", () => ({
    compiled: new LRUCache<number, Catalog>({ max: MAX_CACHED }),
    loading: new Map(),
  }));
}

/**
 * The compiled catalog that this process holds, or null. It may be old: compare its `version` with
 * `environment.catalog_version` of the read that the decision rests on, and reload when they differ.
 */
export function cachedCatalog(envId: number): Catalog | null {
  return cache().compiled.get(envId) ?? null;
}

/**
 * Reads and compiles the catalog from one snapshot and keeps it for `cachedCatalog`. Callers at the
 * same moment share one read.
 *
 * It takes a `Db` and not a transaction on purpose: what an open transaction sees may be rolled
 * back and must never be cached. Inside one, use `readCatalog`.
 */
export async function loadCatalog(db: Db, envId: number): Promise<Catalog> {
  const { compiled, loading } = cache();
  const underway = loading.get(envId);
  if (underway !== undefined) return underway;
  const load = readCatalog(db, envId)
    .then((catalog) => {
      // A slower, older read must not replace what a newer one left.
      const known = compiled.peek(envId);
      if (known === undefined || known.version <= catalog.version) compiled.set(envId, catalog);
      return catalog;
    })
    .finally(() => loading.delete(envId));
  loading.set(envId, load);
  return load;
}

/**
 * The catalog at `version` or newer, where `version` came with the snapshot of a hot read: the
 * cached one when the numbers agree, else a fresh one.
 */
export async function catalogAt(db: Db, envId: number, version: number): Promise<Catalog> {
  const cached = cachedCatalog(envId);
  if (cached !== null && cached.version >= version) return cached;
  const loaded = await loadCatalog(db, envId);
  // A shared read may have begun before the write that made `version`.
  return loaded.version >= version ? loaded : loadCatalog(db, envId);
}

/**
 * The catalog of the call's environment as it is now, for reads that have no snapshot of their own.
 * Call it before a transaction is opened: inside one it would wait for a second connection while it
 * holds the first.
 */
export async function currentCatalog(ctx: Ctx): Promise<Catalog> {
  const { envId } = ctx.tenant;
  const [row] = await ctx.db.query<{ catalog_version: number }>(sql`
    SELECT catalog_version FROM environment WHERE id = ${envId}`);
  invariant(row !== undefined, `Environment ${envId} does not exist.`);
  return catalogAt(ctx.db, envId, row.catalog_version);
}
