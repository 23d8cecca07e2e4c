import { type PlanDifference, planDifferences } from "../core/plan-diff";
import type { Ctx } from "../platform/context";
import { sql } from "../platform/sql";
import type { CatalogPlan } from "./catalog";
import { DEFAULT_CURRENCY } from "./default-currency";
import { currentCatalog } from "./load-catalog";
import { planNamed, versionNumbered } from "./named";
import { type PlanWire, presentPlan } from "./present";

/** One line of a plan's history. */
export interface PlanVersionLine {
  readonly version: number;
  readonly active: boolean;
  readonly publishedAt: Date;
  /** Who published it, as the audit log remembers. */
  readonly author: string | null;
  /** Customers who are on it now, and how many ever were. */
  readonly customers: number;
  readonly customersEver: number;
  /** What it changed against the version before, in words. */
  readonly changes: readonly PlanDifference[];
  readonly plan: PlanWire;
}

/**
 * A plan's history, newest version first.
 *
 * @throws `product_not_found`
 */
export async function listPlanVersions(ctx: Ctx, planSlug: string): Promise<PlanVersionLine[]> {
  const plan = planNamed(await currentCatalog(ctx), planSlug);
  const [holders, authors] = await Promise.all([countHolders(ctx, plan), findAuthors(ctx, plan)]);
  const lines = plan.versions.map((version, n) => {
    const held = holders.get(version.id);
    return {
      version: version.version,
      active: version.id === plan.active.id,
      publishedAt: version.publishedAt,
      author: authors.get(String(version.id)) ?? null,
      customers: held?.now ?? 0,
      customersEver: held?.ever ?? 0,
      changes: planDifferences(plan.versions[n - 1] ?? null, version, DEFAULT_CURRENCY),
      plan: presentPlan(plan, version, ctx.tenant),
    };
  });
  return lines.reverse();
}

/**
 * What separates any two versions of a plan, in words.
 *
 * @throws `product_not_found`
 */
export async function comparePlanVersions(
  ctx: Ctx,
  compared: { readonly planId: string; readonly from: number; readonly to: number },
): Promise<PlanDifference[]> {
  const plan = planNamed(await currentCatalog(ctx), compared.planId);
  return planDifferences(
    versionNumbered(plan, compared.from),
    versionNumbered(plan, compared.to),
    DEFAULT_CURRENCY,
  );
}

/** How many customers each version of a plan has now, and ever had; unheld versions are left out. */
export async function countHolders(
  ctx: Ctx,
  plan: CatalogPlan,
): Promise<Map<bigint, { now: number; ever: number }>> {
  const rows = await ctx.db.query<{ plan_version_id: bigint; now: number; ever: number }>(sql`
    SELECT plan_version_id, count(DISTINCT customer_id)::int AS ever,
           (count(DISTINCT customer_id) FILTER (WHERE status <> 'ended'))::int AS now
    FROM subscription WHERE env_id = ${ctx.tenant.envId} AND plan_id = ${plan.id}
    GROUP BY plan_version_id`);
  return new Map(rows.map((row) => [row.plan_version_id, row]));
}

async function findAuthors(ctx: Ctx, plan: CatalogPlan): Promise<Map<string, string>> {
  const ids = plan.versions.map((version) => String(version.id));
  const rows = await ctx.db.query<{ version_id: string; label: string }>(sql`
    SELECT DISTINCT ON (after->>'version_id') after->>'version_id' AS version_id,
           actor_label AS label
    FROM audit_entry
    WHERE org_id = ${ctx.tenant.orgId} AND env_id = ${ctx.tenant.envId} AND target_type = 'plan'
      AND after->>'version_id' = ANY(${ids}::text[])
    ORDER BY after->>'version_id', created_at, id`);
  return new Map(rows.map((row) => [row.version_id, row.label]));
}
