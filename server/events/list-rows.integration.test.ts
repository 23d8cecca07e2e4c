import { beforeAll, describe, expect, it } from "vitest";
import type { Tenant } from "../platform/context";
import type { Tx } from "../platform/db";
import { db } from "../platform/db";
import { Sql, sql } from "../platform/sql";
import { testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { featureIds } from "../testing/given-events";
import { loadEventPage } from "./list-rows";

const EVENTS = 20_000;
const LIMIT = 51;

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly Plans?: readonly PlanNode[];
}

let tenant: Tenant;
let customerId: string;
let ids: number[];

beforeAll(async () => {
  tenant = (await testOrganization()).sandbox;
  for (const slug of ["a", "b", "c"]) await givenFeature(tenant, { slug });
  ids = Object.values(await featureIds(tenant));
  customerId = await givenCustomer(tenant, "x");
  const other = await givenCustomer(tenant, "y");
  await db().query(sql`
    INSERT INTO meter_event (id, recorded_at, customer_id, occurred_at, seq, env_id, feature_id,
      value, ded_grants, ded_values)
    SELECT gen_random_uuid(), t, (ARRAY[${customerId}, ${other}])[1 + n % 2]::uuid, t, 0,
      ${tenant.envId}, (${ids}::int[])[1 + n % 3], 1, '{}', '{}'
    FROM (SELECT n, now() - n * interval '5 minutes' AS t
          FROM generate_series(1, ${EVENTS}::int) n) events`);
  await db().query(sql`ANALYZE meter_event`);
});

/** Runs the page's own statement under EXPLAIN and gives the nodes that read events. */
async function readsOf(wanted: { customerId: string | null; deep: boolean }): Promise<PlanNode[]> {
  const asked: Sql[] = [];
  const recorder = {
    query: async (statement: Sql) => {
      asked.push(statement);
      return [];
    },
  } as unknown as Tx;
  const filter = { envId: tenant.envId, featureIds: ids, entityId: null, properties: {} };
  const [middle] = await db().query<{ id: string; occurredAt: Date }>(sql`
    SELECT id, occurred_at AS "occurredAt" FROM meter_event WHERE env_id = ${tenant.envId}
    ORDER BY occurred_at DESC OFFSET ${EVENTS / 2} LIMIT 1`);
  await loadEventPage(recorder, {
    filter: { ...filter, customerId: wanted.customerId, from: null, to: null },
    after: wanted.deep ? (middle ?? null) : null,
    limit: LIMIT,
  });
  const [statement] = asked;
  if (statement === undefined) throw new Error("The page asked nothing.");
  const explained = new Sql(
    statement.strings.map((text, n) => (n === 0 ? `EXPLAIN (ANALYZE, FORMAT JSON) ${text}` : text)),
    statement.values,
  );
  const [row] = await db().query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(explained);
  if (row === undefined) throw new Error("There is no plan.");
  const nodes: PlanNode[] = [];
  const visit = (node: PlanNode) => {
    if (node["Relation Name"]?.startsWith("meter_event")) nodes.push(node);
    node.Plans?.forEach(visit);
  };
  visit(row["QUERY PLAN"][0].Plan);
  return nodes;
}

describe.each([
  ["a customer", true],
  ["a whole environment", false],
])("a page of %s", (_name, ofCustomer) => {
  it.each([
    ["first", false],
    ["ten thousandth", true],
  ])("reads about as many events as it shows when it is the %s", async (_position, deep) => {
    const reads = await readsOf({ customerId: ofCustomer ? customerId : null, deep });
    expect(reads.length).toBeGreaterThan(0);
    expect(reads.map((node) => node["Node Type"])).not.toContain("Seq Scan");
    const rows = reads.reduce((sum, node) => sum + node["Actual Rows"] * node["Actual Loops"], 0);
    // Each partition and feature may offer a page of its own before the merge; none is read whole.
    expect(rows).toBeLessThan(LIMIT * 8);
  });
});
