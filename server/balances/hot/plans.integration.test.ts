import { beforeAll, expect, it } from "vitest";
import { db } from "../../platform/db";
import type { PreparedStatement, Queryable } from "../../platform/sql";
import { raw, sql } from "../../platform/sql";
import { balanceDesk } from "../../testing/balance-desk";
import { testCtx } from "../../testing/ctx";
import { featuresToTrack, trackUses } from "../track-usage";
import { usageEffects } from "../usage-effects";
import { decideBatch } from "./decide-batch";
import type { UsageRequest } from "./subject";
import { writeBatch } from "./write-batch";

const { customer, desk, track } = balanceDesk();

/** As one plan tells it: what it does, on what, and the steps below. */
interface Step {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly Step[];
}

beforeAll(async () => {
  await customer({ messages: 10 });
  await track({});
  // As many rows as a small installation has, so that the planner has a choice to make.
  await db().query(sql`
    WITH made AS (
      INSERT INTO customer (env_id, id, external_id)
      SELECT ${desk.tenant.envId}, gen_random_uuid(), 'many-' || n FROM generate_series(1, 20000) n
      RETURNING id),
    heads AS (
      INSERT INTO customer_head (customer_id, env_id, recorded_at)
      SELECT id, ${desk.tenant.envId}, now() FROM made)
    INSERT INTO grants (customer_id, id, env_id, feature_id, kind, set_id, included, balance, starts_at, last_seq)
    SELECT made.id, u.id, ${desk.tenant.envId}, f.id, 'manual', u.id, 0, 0, now(), 0
    FROM made CROSS JOIN feature f CROSS JOIN LATERAL (SELECT gen_random_uuid() AS id, made.id AS own) u
    WHERE f.env_id = ${desk.tenant.envId} AND f.slug IN ('messages', 'words')`);
  await db().query(sql`
    INSERT INTO ledger_entry (customer_id, grant_id, recorded_at, seq, at, env_id, feature_id, cause,
      delta, balance_after, granted_delta, granted_after)
    SELECT g.customer_id, g.id, g.starts_at, 0, g.starts_at, g.env_id, g.feature_id, 3, 0, 0, 0, 0
    FROM grants g WHERE g.last_seq = 0 AND g.kind = 'manual' AND g.included = 0`);
  await db().query(sql`ANALYZE`);
});

/** Both statements of a batch of tracks, with the plans that the hot connections use for them. */
async function plansOfTrack(): Promise<Map<string, Step>> {
  const plans = new Map<string, Step>();
  const use = { customer_id: desk.customer_id, event_name: "message.sent" };
  const connection = { ...db().hot, texts: explaining(plans) } as Queryable;
  const request: UsageRequest = {
    ctx: { ...testCtx(desk.tenant), idempotency: someKey },
    customerId: desk.customer_id,
    entityId: null,
    featuresIn: (catalog) => featuresToTrack(catalog, use),
    decide: (subject) => {
      const { uses } = trackUses(subject, use);
      const events = uses.map(({ event }) => event);
      return { answer: null, ...usageEffects(subject, uses), events };
    },
  };
  const waiting = { request, resolve: () => {}, reject: () => {}, attempts: 1 };
  const { dirty } = await decideBatch(connection, [waiting], db());
  await writeBatch(connection, dirty, 0);
  return plans;
}

const someKey = {
  operation: "balances.track",
  keyHash: "00000000-0000-4000-8000-000000000001",
  bodyHash: "00000000-0000-4000-8000-000000000002",
  retentionMs: 1000,
};

function explaining(plans: Map<string, Step>): Queryable["texts"] {
  return async (statement, values) => {
    plans.set(statement.name, await planOf(statement, values.length));
    return db().hot.texts(statement, values);
  };
}

function planOf({ name, text }: PreparedStatement, parameters: number): Promise<Step> {
  const nulls = Array.from({ length: parameters }, () => "NULL").join(", ");
  return db().transact(async (tx) => {
    await tx.query(sql`SET LOCAL plan_cache_mode = force_generic_plan`);
    await tx.query(raw(`PREPARE explained_${name} AS ${text}`));
    const [row] = await tx.query<{ "QUERY PLAN": [{ Plan: Step }] }>(
      raw(`EXPLAIN (FORMAT JSON) EXECUTE explained_${name}(${nulls})`),
    );
    await tx.query(raw(`DEALLOCATE explained_${name}`));
    if (row === undefined) throw new Error("Postgres explained nothing.");
    return row["QUERY PLAN"][0].Plan;
  });
}

function stepsOf(step: Step): Step[] {
  return [step, ...(step.Plans ?? []).flatMap(stepsOf)];
}

/** The sets that a step reads without an index of its own, not looking into deeper joins. */
function scannedSets(step: Step): Step[] {
  if (step["Node Type"] === "CTE Scan" || step["Node Type"] === "Function Scan") return [step];
  if (/Join|Nested Loop/.test(step["Node Type"])) return [];
  return (step.Plans ?? []).flatMap(scannedSets);
}

it("plans both statements without quadratic joins and without reading whole tables", async () => {
  const plans = await plansOfTrack();
  expect([...plans.keys()]).toEqual([
    "load_subjects_keyed",
    expect.stringMatching(/^write_batch_\d+_\d+_\d+_\d+_\d+$/),
  ]);
  for (const [name, plan] of plans) {
    const steps = stepsOf(plan);
    const quadratic = steps.filter(
      (step) =>
        step["Node Type"] === "Nested Loop" &&
        (step.Plans ?? []).filter((side) => scannedSets(side).length > 0).length > 1,
    );
    expect(quadratic, name).toEqual([]);
    const whole = steps
      .filter((step) => step["Node Type"] === "Seq Scan")
      .map((step) => step["Relation Name"]);
    for (const table of ["customer", "customer_head", "grants", "meter_event", "ledger_entry"]) {
      expect(whole, name).not.toContain(table);
    }
  }
});
