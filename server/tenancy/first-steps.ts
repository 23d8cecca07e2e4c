import type { Ctx } from "../platform/context";
import { sql } from "../platform/sql";

/** How far an environment has come from nothing to its first answered check. */
export interface FirstSteps {
  /** Features and plans that are not archived. */
  readonly features: number;
  readonly plans: number;
  readonly customers: number;
  /** Events that happened since the asked instant. */
  readonly events: number;
  /** When the last of all events happened, and when access was first checked; null for never. */
  readonly lastEventAt: Date | null;
  readonly firstCheckAt: Date | null;
}

/**
 * Counts what there is, for the home page and for the marks of the quickstart.
 *
 * @param since where the events to count begin, such as midnight where the reader lives
 */
export async function firstSteps(ctx: Ctx, since: Date): Promise<FirstSteps> {
  const { envId } = ctx.tenant;
  const [row] = await ctx.db.query<{
    features: number;
    plans: number;
    customers: number;
    events: number;
    last_event_at: Date | null;
    first_check_at: Date | null;
  }>(sql`
    SELECT (SELECT count(*)::int FROM feature f WHERE f.env_id = e.id AND f.archived_at IS NULL) AS features,
           (SELECT count(*)::int FROM plan p WHERE p.env_id = e.id AND p.archived_at IS NULL) AS plans,
           (SELECT count(*)::int FROM customer c WHERE c.env_id = e.id AND c.deleted_at IS NULL) AS customers,
           (SELECT count(*)::int FROM feature f JOIN meter_event m
              ON m.env_id = f.env_id AND m.feature_id = f.id AND m.occurred_at >= ${since}
            WHERE f.env_id = e.id) AS events,
           (SELECT max(last.at) FROM feature f CROSS JOIN LATERAL (
              SELECT m.occurred_at AS at FROM meter_event m
              WHERE m.env_id = f.env_id AND m.feature_id = f.id
              ORDER BY m.occurred_at DESC LIMIT 1) last
            WHERE f.env_id = e.id) AS last_event_at,
           e.first_check_at
    FROM environment e WHERE e.id = ${envId}`);
  return {
    features: row?.features ?? 0,
    plans: row?.plans ?? 0,
    customers: row?.customers ?? 0,
    events: row?.events ?? 0,
    lastEventAt: row?.last_event_at ?? null,
    firstCheckAt: row?.first_check_at ?? null,
  };
}
