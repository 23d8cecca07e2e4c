import type { Tx } from "../platform/db";
import { empty, sql } from "../platform/sql";
import { binOf, groupJoin, groupKey, groupName, type SumsWanted } from "./aggregate-rows";
import { narrowed } from "./event-filter";

/**
 * What balances of a feature gave in a bin, in the units of that feature: of the feature as a whole,
 * of one balance, or of one group of events.
 */
export interface DeductionRow {
  /** Index into the bins. */
  readonly bin: number;
  /** The feature of the balances: the tracked one, or a credit system that paid for it. */
  readonly featureId: number;
  /** What was tracked, when everything in this row is of one feature. */
  readonly trackedFeatureId: number | null;
  readonly level: "feature" | "balance" | "group";
  /** Of the balance: the customer and one of its grants, which stands for its plan item. */
  readonly customerId: string | null;
  readonly setId: string | null;
  readonly grantId: string | null;
  readonly entityExternalId: string | null;
  /** As in `SumRow`; only at the level of groups. */
  readonly groupKey: string | null;
  readonly groupName: string | null;
  readonly deducted: string;
  readonly events: bigint;
}

/**
 * What was taken from balances, by bin and feature of the balance, and within these by balance and
 * by group. Groups that took most from the balances of a feature keep their name.
 *
 * @param creditSystemIds those among the features asked for: what any event drew on them counts
 * @param limit rows; one more shows that there are more
 */
export function loadDeductions(
  tx: Tx,
  wanted: SumsWanted,
  creditSystemIds: readonly number[],
  limit: number,
): Promise<DeductionRow[]> {
  const { filter, grouping } = wanted;
  const isOfAnyFeature = creditSystemIds.length > 0;
  const narrowedFilter = isOfAnyFeature ? { ...filter, featureIds: null } : filter;
  const ofWanted = isOfAnyFeature
    ? sql`AND (e.feature_id = ANY(${filter.featureIds}::int[])
        OR g.feature_id = ANY(${creditSystemIds}::int[]))`
    : empty;
  const planJoin =
    grouping?.by === "plan"
      ? sql`LEFT JOIN plan_item i ON i.env_id = g.env_id AND i.id = g.plan_item_id
        LEFT JOIN plan_version v ON v.env_id = i.env_id AND v.id = i.plan_version_id`
      : empty;
  return tx.query<DeductionRow>(sql`
    WITH part AS MATERIALIZED (
      SELECT ${binOf(wanted, sql`e.occurred_at`)} AS bin, g.feature_id, ${groupKey(grouping)} AS grp,
        e.feature_id AS tracked_id, e.id, e.customer_id, g.id AS grant_id, g.set_id, g.entity_id,
        d.value
      FROM meter_event e
      CROSS JOIN LATERAL unnest(e.ded_grants, e.ded_values) AS d(grant_id, value)
      JOIN grants g ON g.customer_id = e.customer_id AND g.id = d.grant_id ${planJoin}
      WHERE e.env_id = ${filter.envId} ${narrowed(narrowedFilter)} ${ofWanted}),
    place AS (
      SELECT feature_id, grp, row_number() OVER (
        PARTITION BY feature_id ORDER BY abs(sum(value)) DESC, count(*) DESC, grp) AS place
      FROM part GROUP BY feature_id, grp),
    named AS (
      SELECT p.*, CASE WHEN o.place <= ${wanted.maxGroups} THEN p.grp END AS shown
      FROM part p JOIN place o ON o.feature_id = p.feature_id AND o.grp = p.grp),
    f AS (
      SELECT bin, feature_id, customer_id, set_id, entity_id, shown AS grp,
        GROUPING(set_id) = 0 AS is_balance, GROUPING(shown) = 0 AS is_group,
        CASE WHEN min(tracked_id) = max(tracked_id) THEN min(tracked_id) END AS tracked_id,
        max(grant_id::text) AS grant_id, sum(value) AS deducted, count(DISTINCT id) AS events
      FROM named
      GROUP BY GROUPING SETS ((bin, feature_id), (bin, feature_id, customer_id, set_id, entity_id),
                              (bin, feature_id, shown))
      LIMIT ${limit + 1})
    SELECT f.bin, f.feature_id AS "featureId", f.tracked_id AS "trackedFeatureId",
      CASE WHEN f.is_balance THEN 'balance' WHEN f.is_group THEN 'group' ELSE 'feature' END AS level,
      f.customer_id AS "customerId", f.set_id AS "setId", f.grant_id AS "grantId",
      en.external_id AS "entityExternalId", f.grp AS "groupKey",
      ${groupName(grouping)} AS "groupName", f.deducted, f.events
    FROM f LEFT JOIN entity en ON en.customer_id = f.customer_id AND en.id = f.entity_id
    ${groupJoin(wanted)}`);
}
