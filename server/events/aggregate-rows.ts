import type { Tx } from "../platform/db";
import { empty, join, type Sql, sql } from "../platform/sql";
import { type EventFilter, narrowed } from "./event-filter";
import { propertyGroup } from "./property-group";
import type { Span, Spans } from "./span";

/** By what the events of a bin are told apart. */
export type Grouping =
  | { readonly by: "customer" | "entity" | "plan" | "feature" }
  | { readonly by: "property"; readonly key: string };

/** A question about sums. `filter.from` and `filter.to` are those of the window. */
export interface SumsWanted {
  readonly filter: EventFilter & {
    readonly featureIds: readonly number[];
    readonly from: Date;
    readonly to: Date;
  };
  /** When each bin begins, in order; the first holds `filter.from`. */
  readonly bins: readonly Date[];
  /** The window as rollups can answer for it. */
  readonly spans: Spans;
  readonly grouping: Grouping | null;
  /** The groups with the greatest sums of each feature keep their name. */
  readonly maxGroups: number;
}

/** The sum of one feature in one bin and group. */
export interface SumRow {
  /** Index into the bins. */
  readonly bin: number;
  readonly featureId: number;
  /** "" for events without the property, entity or plan, null for the groups that were folded. */
  readonly groupKey: string | null;
  readonly groupName: string | null;
  readonly total: string;
  readonly events: bigint;
}

/** `entity_id` of what the customer itself used. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * Tracked values summed by bin, feature and group. One statement; the database folds what is beyond
 * `maxGroups` before anything travels.
 *
 * Sums of a whole environment, of a customer and of its entities come from rollups that are written
 * with each event, groups by a property from those that a job folds, as far as it has come. The rest
 * is read from the events: filters by a property, groups by customer and by plan. (For groups by
 * customer the rollup by customer is no shorter than the events, unless each has many in a quarter.)
 */
export function loadSums(tx: Tx, wanted: SumsWanted): Promise<SumRow[]> {
  const { grouping } = wanted;
  return tx.query<SumRow>(sql`
    WITH ${hits(wanted)},
    cell AS MATERIALIZED (
      SELECT bin, feature_id, grp, sum(total) AS total, sum(events) AS events
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
    FROM folded f ${groupJoin(wanted)}`);
}

/** The set `hit (bin, feature_id, grp, total, events)`: parts that sum to what is asked for. */
function hits(wanted: SumsWanted): Sql {
  const { filter, grouping, spans } = wanted;
  const { quarters, ragged } = spans;
  const whole = [{ from: filter.from, to: filter.to }];
  const isNarrow = Object.keys(filter.properties).length > 0;
  if (quarters === null || isNarrow) return sql`hit AS (${ofEvents(wanted, whole)})`;
  const ends = ragged.length === 0 ? empty : sql`UNION ALL ${ofEvents(wanted, ragged)}`;
  switch (grouping?.by) {
    case undefined:
    case "feature":
    case "entity":
      break;
    case "customer":
      if (filter.customerId === null) return sql`hit AS (${ofEvents(wanted, whole)})`;
      break;
    case "property":
      if (filter.customerId !== null) return sql`hit AS (${ofEvents(wanted, whole)})`;
      return sql`${foldedSets(wanted, grouping.key, quarters)},
        hit AS (${ofFolded(wanted)} ${ends})`;
    case "plan":
      return sql`hit AS (${ofEvents(wanted, whole)})`;
    default:
      return grouping satisfies undefined;
  }
  const summed =
    filter.customerId === null
      ? ofEnvironment(wanted, quarters)
      : ofCustomer(wanted, filter.customerId, quarters);
  return sql`hit AS (${summed} ${ends})`;
}

function ofEnvironment(wanted: SumsWanted, quarters: Span): Sql {
  const { envId, featureIds } = wanted.filter;
  return sql`
    SELECT ${binOf(wanted, sql`r.bucket_at`)} AS bin, r.feature_id, ${featureOrNone(wanted)} AS grp,
      sum(r.tracked) AS total, sum(r.count) AS events
    FROM usage_rollup_env r
    WHERE r.env_id = ${envId} AND r.feature_id = ANY(${featureIds}::int[]) AND ${within(quarters)}
    GROUP BY 1, 2, 3`;
}

function ofCustomer(wanted: SumsWanted, customerId: string, quarters: Span): Sql {
  const { envId, featureIds, entityId } = wanted.filter;
  const ofEntity = entityId === null ? empty : sql`AND r.entity_id = ${entityId}::uuid`;
  return sql`
    SELECT ${binOf(wanted, sql`r.bucket_at`)} AS bin, r.feature_id, ${rollupGroup(wanted)} AS grp,
      sum(r.tracked) AS total, sum(r.count) AS events
    FROM usage_rollup r
    WHERE r.env_id = ${envId} AND r.customer_id = ${customerId}::uuid
      AND r.feature_id = ANY(${featureIds}::int[]) AND ${within(quarters)} ${ofEntity}
    GROUP BY 1, 2, 3`;
}

/**
 * What a job has folded by the values of a property, and where it has not: a quarter is folded when
 * the fold counts as many events as the rollup that is written with them. Events are only ever
 * added, so equal counts mean the same events. `open` joins neighbours into one range each.
 */
function foldedSets(wanted: SumsWanted, key: string, quarters: Span): Sql {
  const { envId, featureIds } = wanted.filter;
  const where = sql`r.feature_id = ANY(${featureIds}::int[]) AND ${within(quarters)}`;
  return sql`
    fold AS MATERIALIZED (
      SELECT r.feature_id, r.bucket_at, r.value, r.tracked, r.count FROM usage_rollup_key r
      WHERE r.env_id = ${envId} AND ${where} AND r.key = ${key}),
    quarter AS MATERIALIZED (
      SELECT h.feature_id, h.bucket_at, coalesce(f.events = h.events, false) AS is_folded
      FROM (SELECT r.feature_id, r.bucket_at, sum(r.count) AS events FROM usage_rollup_env r
            WHERE r.env_id = ${envId} AND ${where} GROUP BY 1, 2) h
      LEFT JOIN (SELECT feature_id, bucket_at, sum(count) AS events FROM fold GROUP BY 1, 2) f
        ON f.feature_id = h.feature_id AND f.bucket_at = h.bucket_at),
    open AS MATERIALIZED (
      SELECT feature_id, min(bucket_at) AS from_at, max(bucket_at) + interval '15 minutes' AS to_at
      FROM (SELECT *, row_number() OVER (PARTITION BY feature_id ORDER BY bucket_at)
              - row_number() OVER (PARTITION BY feature_id, is_folded ORDER BY bucket_at) AS island
            FROM quarter) q
      WHERE NOT is_folded GROUP BY feature_id, island)`;
}

function ofFolded(wanted: SumsWanted): Sql {
  const { filter, grouping } = wanted;
  return sql`
    SELECT ${binOf(wanted, sql`d.bucket_at`)} AS bin, d.feature_id, d.value AS grp,
      d.tracked AS total, d.count AS events
    FROM fold d JOIN quarter q ON q.feature_id = d.feature_id AND q.bucket_at = d.bucket_at
    WHERE q.is_folded
    UNION ALL
    SELECT ${binOf(wanted, sql`e.occurred_at`)}, e.feature_id, ${groupKey(grouping)}, e.value, 1
    FROM open o JOIN meter_event e ON e.env_id = ${filter.envId} AND e.feature_id = o.feature_id
      AND e.occurred_at >= o.from_at AND e.occurred_at < o.to_at`;
}

function ofEvents(wanted: SumsWanted, spans: readonly Span[]): Sql {
  const { filter, grouping } = wanted;
  const parts = spans.map(
    ({ from, to }) => sql`
      SELECT ${binOf(wanted, sql`e.occurred_at`)} AS bin, e.feature_id, ${groupKey(grouping)} AS grp,
        sum(e.value) AS total, count(*) AS events
      FROM meter_event e ${planJoin(grouping)}
      WHERE e.env_id = ${filter.envId} ${narrowed({ ...filter, from, to })}
      GROUP BY 1, 2, ${groupColumn(grouping)}`,
  );
  return join(parts, " UNION ALL ");
}

/** The plan behind the balance that an event drew on first. */
function planJoin(grouping: Grouping | null): Sql {
  if (grouping?.by !== "plan") return empty;
  return sql`
    LEFT JOIN grants g ON g.customer_id = e.customer_id AND g.id = e.ded_grants[1]
    LEFT JOIN plan_item i ON i.env_id = g.env_id AND i.id = g.plan_item_id
    LEFT JOIN plan_version v ON v.env_id = i.env_id AND v.id = i.plan_version_id`;
}

/** The index of the bin that an instant falls into. */
export function binOf({ bins }: Pick<SumsWanted, "bins">, instant: Sql): Sql {
  return sql`(width_bucket(${instant}, ${bins}::timestamptz[]) - 1)`;
}

function within({ from, to }: Span): Sql {
  return sql`r.bucket_at >= ${from} AND r.bucket_at < ${to}`;
}

function featureOrNone({ grouping }: SumsWanted): Sql {
  return grouping?.by === "feature" ? sql`r.feature_id::text` : sql`''`;
}

function rollupGroup(wanted: SumsWanted): Sql {
  if (wanted.grouping?.by === "customer") return sql`r.customer_id::text`;
  if (wanted.grouping?.by !== "entity") return featureOrNone(wanted);
  return sql`CASE WHEN r.entity_id = ${NOBODY}::uuid THEN '' ELSE r.entity_id::text END`;
}

/** The group of event `e`: always a text that is not null, so that groups are joined by equality. */
export function groupKey(grouping: Grouping | null): Sql {
  switch (grouping?.by) {
    case undefined:
      return sql`''`;
    case "customer":
      return sql`e.customer_id::text`;
    case "entity":
      return sql`coalesce(e.entity_id::text, '')`;
    case "plan":
      return sql`coalesce(v.plan_id::text, '')`;
    case "feature":
      return sql`e.feature_id::text`;
    case "property":
      return propertyGroup(grouping.key);
    default:
      return grouping satisfies never;
  }
}

/** What groups of events are gathered by: ids as they are, which is quicker than by their text. */
function groupColumn(grouping: Grouping | null): Sql {
  switch (grouping?.by) {
    case "customer":
      return sql`e.customer_id`;
    case "entity":
      return sql`e.entity_id`;
    case "plan":
      return sql`v.plan_id`;
    case undefined:
    case "feature":
    case "property":
      return sql`3`;
    default:
      return grouping satisfies never;
  }
}

/** The name of group `f.grp`, behind `groupJoin`. */
export function groupName(grouping: Grouping | null): Sql {
  switch (grouping?.by) {
    case "customer":
    case "entity":
      return sql`n.external_id`;
    case "plan":
    case "feature":
      return sql`n.slug`;
    case undefined:
    case "property":
      return sql`f.grp`;
    default:
      return grouping satisfies never;
  }
}

export function groupJoin({ filter, grouping }: Pick<SumsWanted, "filter" | "grouping">): Sql {
  const { envId, customerId } = filter;
  switch (grouping?.by) {
    case "customer":
      return sql`LEFT JOIN customer n ON n.env_id = ${envId} AND n.id = f.grp::uuid`;
    case "entity":
      return sql`LEFT JOIN entity n
        ON n.customer_id = ${customerId}::uuid AND n.id = nullif(f.grp, '')::uuid`;
    case "plan":
      return sql`LEFT JOIN plan n ON n.env_id = ${envId} AND n.id = nullif(f.grp, '')::int`;
    case "feature":
      return sql`LEFT JOIN feature n ON n.env_id = ${envId} AND n.id = f.grp::int`;
    case undefined:
    case "property":
      return empty;
    default:
      return grouping satisfies never;
  }
}
