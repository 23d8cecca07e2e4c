import type { ReadCtx } from "../platform/context";
import { sql } from "../platform/sql";

/** Whether any customer or entity was ever on one of these versions. */
export async function versionsWereHeld(
  ctx: ReadCtx,
  versionIds: readonly bigint[],
): Promise<boolean> {
  const [row] = await ctx.db.query<{ held: boolean }>(sql`
    SELECT EXISTS (SELECT FROM subscription WHERE env_id = ${ctx.tenant.envId}
      AND plan_version_id = ANY(${versionIds.map(String)}::bigint[])) AS held`);
  return row?.held === true;
}

/** Whether any customer or entity is on a plan now, or will be when a scheduled start comes. */
export async function planIsHeld(ctx: ReadCtx, planId: number): Promise<boolean> {
  const [row] = await ctx.db.query<{ held: boolean }>(sql`
    SELECT EXISTS (SELECT FROM subscription WHERE env_id = ${ctx.tenant.envId}
      AND plan_id = ${planId} AND status <> 'ended') AS held`);
  return row?.held === true;
}

/** What already depends on a feature. */
export interface FeatureUse {
  /** A version of some plan has it, as an item or as what an item is counted by. */
  readonly inPlans: boolean;
  /** A customer has or had a grant of it, an entity of its kind, or an event. */
  readonly byCustomers: boolean;
}

export async function featureUse(ctx: ReadCtx, featureId: number): Promise<FeatureUse> {
  const { envId } = ctx.tenant;
  const [row] = await ctx.db.query<{ in_plans: boolean; by_customers: boolean }>(sql`
    SELECT EXISTS (SELECT FROM plan_item WHERE env_id = ${envId}
             AND (feature_id = ${featureId} OR entity_feature_id = ${featureId})) AS in_plans,
           EXISTS (SELECT FROM meter_event WHERE env_id = ${envId} AND feature_id = ${featureId})
        OR EXISTS (SELECT FROM entity WHERE env_id = ${envId} AND feature_id = ${featureId})
        OR EXISTS (SELECT FROM grants WHERE env_id = ${envId} AND feature_id = ${featureId})
             AS by_customers`);
  return { inPlans: row?.in_plans === true, byCustomers: row?.by_customers === true };
}
