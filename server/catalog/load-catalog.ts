import { LRUCache } from "lru-cache";
import type { Db } from "../platform/db";
import { processWide } from "../platform/process-wide";
import type { Catalog } from "./catalog";
import { readCatalog } from "./read-catalog";

export type {
  Catalog,
  CatalogFeature,
  CatalogItem,
  CatalogPlan,
  CatalogPlanVersion,
} from "./catalog";

const MAX_CACHED = 500;

interface CatalogCache {
  readonly compiled: LRUCache<number, Catalog>;
  readonly loading: Map<number, Promise<Catalog>>;
}

function cache(): CatalogCache {
  return processWide("catalogs", () => ({
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
