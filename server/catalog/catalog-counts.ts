import type { Ctx } from "../platform/context";
import { sql } from "../platform/sql";
import { currentCatalog } from "./load-catalog";

const DAY_MS = 86_400_000;

/** Who is on a plan, for the list of plans. */
export interface PlanCount {
  readonly planId: string;
  readonly customers: number;
  /** Of these, on another version than the active one. */
  readonly onOlderVersions: number;
}

/** How many customers each plan has now; plans without any are left out. */
export async function countPlanHolders(ctx: Ctx): Promise<PlanCount[]> {
  const catalog = await currentCatalog(ctx);
  const rows = await ctx.db.query<{ plan_id: number; customers: number; on_older: number }>(sql`
    SELECT s.plan_id, count(DISTINCT s.customer_id)::int AS customers,
           (count(DISTINCT s.customer_id) FILTER (WHERE v.version <> p.active_version))::int AS on_older
    FROM subscription s
    JOIN plan p ON p.env_id = s.env_id AND p.id = s.plan_id
    JOIN plan_version v ON v.env_id = s.env_id AND v.id = s.plan_version_id
    WHERE s.env_id = ${ctx.tenant.envId} AND s.status <> 'ended'
    GROUP BY s.plan_id`);
  return rows.flatMap((row) => {
    const plan = catalog.planById.get(row.plan_id);
    if (plan === undefined) return [];
    return [{ planId: plan.slug, customers: row.customers, onOlderVersions: row.on_older }];
  });
}

/** Where a feature is used, for the list of features. */
export interface FeatureUsage {
  readonly featureId: string;
  /** Plans whose active version has it. */
  readonly plans: readonly { readonly id: string; readonly name: string }[];
  /** Events of the last 24 hours, reported and happened in them: a dead meter shows as 0. */
  readonly events24h: number;
}

/** Where every feature is used, archived ones too. */
export async function listFeatureUsage(ctx: Ctx): Promise<FeatureUsage[]> {
  const catalog = await currentCatalog(ctx);
  const since = new Date(ctx.now.getTime() - DAY_MS);
  const rows = await ctx.db.query<{ feature_id: number; events: number }>(sql`
    SELECT feature_id, count(*)::int AS events FROM meter_event
    WHERE env_id = ${ctx.tenant.envId} AND feature_id = ANY(${[...catalog.featureById.keys()]}::int[])
      AND occurred_at > ${since} AND recorded_at > ${since}
    GROUP BY feature_id`);
  const events = new Map(rows.map((row) => [row.feature_id, row.events]));
  const plans = [...catalog.planById.values()].filter((plan) => !plan.archived);
  return [...catalog.featureById.values()].map((feature) => ({
    featureId: feature.slug,
    plans: plans
      .filter((plan) => plan.active.items.some((item) => item.feature.id === feature.id))
      .map((plan) => ({ id: plan.slug, name: plan.name })),
    events24h: events.get(feature.id) ?? 0,
  }));
}
