import type { Tx } from "../platform/db";
import { empty, raw, type Sql, sql } from "../platform/sql";
import { type EventFilter, narrowed } from "./event-filter";
import type { BinSize, Window } from "./window";

/** By what the events of a bin are told apart. */
export type Grouping =
  | { readonly by: "customer" }
  | { readonly by: "entity" }
  | { readonly by: "property"; readonly key: string };

/** A question about sums. `filter.from` and `filter.to` are those of the window. */
export interface SumsWanted {
  readonly filter: EventFilter & { readonly featureIds: readonly number[] };
  readonly window: Window;
  readonly binSize: BinSize;
  /** IANA name of the zone whose hours, days, weeks and months are meant. */
  readonly timeZone: string;
  readonly grouping: Grouping | null;
  /** The groups with the greatest sums of each feature keep their name. */
  readonly maxGroups: number;
}

/** The sum of one feature in one bin and group, or, without a feature, a bin that exists. */
export type SumRow =
  | { readonly bin: Date; readonly featureId: null }
  | {
      readonly bin: Date;
      readonly featureId: number;
      /** "" for events without the property or entity, null for the groups that were folded. */
      readonly groupKey: string | null;
      readonly groupName: string | null;
      readonly total: string;
      readonly events: bigint;
    };

/** Steps short enough to meet every bin, in every zone and across its clock changes. */
const STEP = { hour: "30 minutes", day: "12 hours", week: "24 hours", month: "24 hours" } as const;

/**
 * Tracked values summed by bin, feature and group, with the bins in which nothing happened. One
 * statement; the database folds what is beyond `maxGroups` before anything travels.
 */
export function loadSums(tx: Tx, wanted: SumsWanted): Promise<SumRow[]> {
  const { filter, grouping } = wanted;
  return tx.query<SumRow>(sql`
    WITH hit AS (
      SELECT ${binOf(wanted, sql`e.occurred_at`)} AS bin, e.feature_id, ${groupKey(grouping)} AS grp,
        e.value
      FROM meter_event e WHERE e.env_id = ${filter.envId} ${narrowed(filter)}),
    cell AS MATERIALIZED (
      SELECT bin, feature_id, grp, sum(value) AS total, count(*) AS events
      FROM hit GROUP BY bin, feature_id, grp),
    place AS (
      SELECT feature_id, grp, row_number() OVER (
        PARTITION BY feature_id ORDER BY abs(sum(total)) DESC, sum(events) DESC, grp) AS place
      FROM cell GROUP BY feature_id, grp),
    folded AS (
      SELECT c.bin, c.feature_id, CASE WHEN p.place <= ${wanted.maxGroups} THEN c.grp END AS grp,
        sum(c.total) AS total, sum(c.events)::bigint AS events
      FROM cell c JOIN place p ON p.feature_id = c.feature_id AND p.grp = c.grp
      GROUP BY 1, 2, 3)
    SELECT f.bin, f.feature_id AS "featureId", f.grp AS "groupKey",
      ${groupName(grouping)} AS "groupName", f.total, f.events
    FROM folded f ${groupJoin(filter, grouping)}
    UNION ALL
    SELECT b.bin, NULL, NULL, NULL, NULL, NULL FROM (${bins(wanted)}) b`);
}

/** What balances gave in a bin: of a feature as a whole, of one balance, or of one group. */
export interface DeductionRow {
  readonly bin: Date;
  readonly featureId: number;
  readonly level: "feature" | "balance" | "group";
  /** Of the balance: the customer and one of its grants, which stands for its plan item. */
  readonly customerId: string | null;
  readonly setId: string | null;
  readonly grantId: string | null;
  readonly entityExternalId: string | null;
  /** As in `SumRow`; only at the level of groups. */
  readonly groupKey: string | null;
  readonly deducted: string;
  readonly events: bigint;
}

/**
 * What was taken from balances, by bin and feature, and within these by balance and by group.
 *
 * @param shown the groups that kept their name in `loadSums`, by feature
 * @param limit rows; one more shows that there are more
 */
export function loadDeductions(
  tx: Tx,
  wanted: SumsWanted,
  shown: readonly { readonly featureId: number; readonly groupKey: string }[],
  limit: number,
): Promise<DeductionRow[]> {
  const { filter, grouping } = wanted;
  return tx.query<DeductionRow>(sql`
    WITH part AS (
      SELECT ${binOf(wanted, sql`e.occurred_at`)} AS bin, e.feature_id, ${groupKey(grouping)} AS grp,
        e.id, e.customer_id, g.id AS grant_id, g.set_id, g.entity_id, d.value
      FROM meter_event e
      CROSS JOIN LATERAL unnest(e.ded_grants, e.ded_values) AS d(grant_id, value)
      JOIN grants g ON g.customer_id = e.customer_id AND g.id = d.grant_id
      WHERE e.env_id = ${filter.envId} ${narrowed(filter)}),
    named AS (
      SELECT p.*, s.grp AS shown FROM part p
      LEFT JOIN unnest(${shown.map(({ featureId }) => featureId)}::int[],
                       ${shown.map(({ groupKey: key }) => key)}::text[]) AS s(feature_id, grp)
        ON s.feature_id = p.feature_id AND s.grp = p.grp),
    summed AS (
      SELECT bin, feature_id, customer_id, set_id, entity_id, shown,
        GROUPING(set_id) = 0 AS is_balance, GROUPING(shown) = 0 AS is_group,
        max(grant_id::text) AS grant_id, sum(value) AS deducted, count(DISTINCT id) AS events
      FROM named
      GROUP BY GROUPING SETS ((bin, feature_id), (bin, feature_id, customer_id, set_id, entity_id),
                              (bin, feature_id, shown))
      LIMIT ${limit + 1})
    SELECT s.bin, s.feature_id AS "featureId", s.customer_id AS "customerId", s.set_id AS "setId",
      CASE WHEN s.is_balance THEN 'balance' WHEN s.is_group THEN 'group' ELSE 'feature' END AS level,
      s.grant_id AS "grantId", en.external_id AS "entityExternalId", s.shown AS "groupKey",
      s.deducted, s.events
    FROM summed s LEFT JOIN entity en ON en.customer_id = s.customer_id AND en.id = s.entity_id`);
}

function binOf({ binSize, timeZone }: SumsWanted, instant: Sql): Sql {
  return sql`date_trunc(${binSize}::text, ${instant}, ${timeZone}::text)`;
}

function bins(wanted: SumsWanted): Sql {
  const last = new Date(wanted.window.shownUntil.getTime() - 1);
  return sql`
    SELECT ${binOf(wanted, sql`t`)} AS bin
    FROM generate_series(${wanted.window.start}::timestamptz, ${last}::timestamptz,
                         ${raw(`interval '${STEP[wanted.binSize]}'`)}) AS t
    UNION SELECT ${binOf(wanted, sql`${last}::timestamptz`)}`;
}

/** Always a text that is not null, so that groups can be joined by equality. */
function groupKey(grouping: Grouping | null): Sql {
  switch (grouping?.by) {
    case undefined:
      return sql`''`;
    case "customer":
      return sql`e.customer_id::text`;
    case "entity":
      return sql`coalesce(e.entity_id::text, '')`;
    case "property":
      return sql`left(coalesce(e.properties ->> ${grouping.key}::text, ''), 256)`;
    default:
      return grouping satisfies never;
  }
}

function groupName(grouping: Grouping | null): Sql {
  const isNamed = grouping?.by === "customer" || grouping?.by === "entity";
  return isNamed ? sql`n.external_id` : sql`f.grp`;
}

function groupJoin(filter: EventFilter, grouping: Grouping | null): Sql {
  if (grouping?.by === "customer") {
    return sql`LEFT JOIN customer n ON n.env_id = ${filter.envId} AND n.id = f.grp::uuid`;
  }
  if (grouping?.by === "entity") {
    return sql`LEFT JOIN entity n
      ON n.customer_id = ${filter.customerId}::uuid AND n.id = nullif(f.grp, '')::uuid`;
  }
  return empty;
}
