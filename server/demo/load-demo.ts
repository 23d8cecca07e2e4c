import { operationNamed } from "../api/operations";
import { loadCatalog } from "../catalog/load-catalog";
import { WindfallError } from "../core/error";
import { invariant } from "../core/invariant";
import { wallNow } from "../platform/clock";
import type { Ctx, Tenant } from "../platform/context";
import { type Db, joinTransaction } from "../platform/db";
import { sql } from "../platform/sql";
import { systemContext } from "../platform/system-context";
import { demoFeatures, demoPlans, secondTeamVersion } from "./demo-catalog";
import { OLDEST_DAYS, writeStories } from "./demo-customers";
import { type Act, type Body, daysAfter, type Story } from "./story";

/** Since when the second version of the plan `team` is the active one. */
const SECOND_VERSION_DAYS = 45;

/** What was loaded, for people. */
export interface LoadedDemo {
  readonly features: number;
  readonly plans: number;
  readonly customers: number;
  readonly entities: number;
  readonly events: number;
}

/**
 * Fills a sandbox with a believable demo: a catalog, customers and three months of their history.
 * Every row comes from the operations that clients call, each at an instant of the past, so that
 * balances, ledger and events agree as anybody's do. What exists under one of the demo's ids stays
 * as it is. The customers are stored in one transaction: all of them or none.
 *
 * @param choice.force also into an environment that is in use already
 * @throws `forbidden/sandbox_only`, `conflict/environment_in_use`
 */
export async function loadDemo(
  db: Db,
  tenant: Tenant,
  choice: { readonly force?: boolean } = {},
): Promise<LoadedDemo> {
  if (tenant.envKind !== "sandbox") throw sandboxOnly();
  if (choice.force !== true && (await isInUse(db, tenant))) throw inUse();
  const now = wallNow();
  const ctx = systemContext(db, tenant, "demo");
  const made = await loadDemoCatalog(ctx, now);
  const catalog = await loadCatalog(db, tenant.envId);
  const known = await knownCustomers(db, tenant);
  const stories = writeStories(now).filter(({ customerId }) => !known.has(customerId));
  const versionAt = (planId: string, at: Date) => {
    const versions = catalog.planBySlug.get(planId)?.versions ?? [];
    return (versions.findLast(({ publishedAt }) => publishedAt <= at) ?? versions[0])?.version;
  };
  const acts = stories.flatMap((story) => story.acts);
  await db.transact(async (tx) => {
    // The planner does not see the tables grow within this transaction and would scan them whole.
    await tx.query(sql`SELECT set_config('enable_seqscan', 'off', true),
      set_config('plan_cache_mode', 'force_generic_plan', true)`);
    const joined = { ...ctx, db: joinTransaction(db, tx) };
    // All customers at once: what they use at the same moment is decided and written in one batch.
    await Promise.all(stories.map((story) => tell(joined, story, versionAt)));
  });
  return {
    ...made,
    customers: stories.length,
    entities: acts.filter(({ operation }) => operation === "entities.create").length,
    events: acts.filter(({ operation }) => operation === "balances.track").length,
  };
}

function sandboxOnly(): WindfallError {
  return new WindfallError(
    "forbidden",
    "sandbox_only",
    "The demo is loaded into a sandbox, never into live.",
  );
}

function inUse(): WindfallError {
  return new WindfallError(
    "conflict",
    "environment_in_use",
    "This environment has features, plans or customers already. Load the demo into an empty sandbox, or run `npm run demo -- --force` to add it to what is there.",
  );
}

async function isInUse(db: Db, { envId }: Tenant): Promise<boolean> {
  const [row] = await db.query<{ used: boolean }>(sql`
    SELECT EXISTS (SELECT 1 FROM customer WHERE env_id = ${envId} AND deleted_at IS NULL)
      OR EXISTS (SELECT 1 FROM feature WHERE env_id = ${envId})
      OR EXISTS (SELECT 1 FROM plan WHERE env_id = ${envId}) AS used`);
  return row?.used === true;
}

async function knownCustomers(db: Db, { envId }: Tenant): Promise<Set<string>> {
  const rows = await db.query<{ externalId: string }>(sql`
    SELECT external_id AS "externalId" FROM customer
    WHERE env_id = ${envId} AND external_id IS NOT NULL AND deleted_at IS NULL`);
  return new Set(rows.map(({ externalId }) => externalId));
}

async function loadDemoCatalog(
  ctx: Ctx,
  now: Date,
): Promise<{ readonly features: number; readonly plans: number }> {
  const before = await loadCatalog(ctx.db, ctx.tenant.envId);
  const features = demoFeatures.filter(
    (body) => !before.featureBySlug.has(String(body.feature_id)),
  );
  const plans = demoPlans.filter((body) => !before.planBySlug.has(String(body.plan_id)));
  const madeAt = daysAfter(now, -OLDEST_DAYS - 1);
  for (const body of features)
    await callAt(ctx, { at: madeAt, operation: "features.create", body });
  for (const body of plans) await callAt(ctx, { at: madeAt, operation: "plans.create", body });
  if (plans.some(({ plan_id: id }) => id === secondTeamVersion.plan_id)) {
    const at = daysAfter(now, -SECOND_VERSION_DAYS);
    await callAt(ctx, { at, operation: "plans.update", body: secondTeamVersion });
  }
  return { features: features.length, plans: plans.length };
}

/** Repeats a customer's history, each act at its own time, in the order in which it happened. */
async function tell(
  ctx: Ctx,
  { acts }: Story,
  versionAt: (planId: string, at: Date) => number | undefined,
): Promise<void> {
  let usage: Promise<void>[] = [];
  for (const act of acts) {
    // Uses in a row wait together, and so are read and written together; they keep their order.
    if (act.operation === "balances.track") {
      usage.push(callAt(ctx, act));
      continue;
    }
    await Promise.all(usage);
    usage = [];
    const attaches = act.operation === "billing.attach";
    const version = attaches ? { version: versionAt(String(act.body.plan_id), act.at) } : {};
    await callAt(ctx, { ...act, body: { ...act.body, ...version } });
  }
  await Promise.all(usage);
}

/** Calls an operation as if at that instant: it decides by that time, and is stored as of then. */
async function callAt(ctx: Ctx, { at, operation, body }: Act): Promise<void> {
  const called = operationNamed(operation);
  invariant(called !== null, `There is no operation ${operation}.`);
  const input = called.spec.input.parse(body satisfies Body);
  await called({ ...ctx, now: at, storedAt: at }, input as never);
}
