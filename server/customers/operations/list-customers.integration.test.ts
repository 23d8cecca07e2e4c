import { expect, test } from "vitest";
import { track } from "../../balances/operations/track";
import { db } from "../../platform/db";
import { Sql, sql } from "../../platform/sql";
import { call, testCtx } from "../../testing/ctx";
import {
  eachWithSamples,
  monthlyMessages,
  rejection,
  samplePlan,
} from "../../testing/sample-catalog";
import { getOrCreateCustomer } from "./get-or-create-customer";
import { listCustomers } from "./list-customers";

const samples = eachWithSamples();

const ensure = (body: Record<string, unknown>, key?: string) =>
  call(
    getOrCreateCustomer,
    "customers.get_or_create",
    samples.tenant,
    body,
    key === undefined ? {} : { key },
  );

const list = (body: Record<string, unknown> = {}) =>
  call(listCustomers, "customers.list", samples.tenant, body);

test("pages through everybody once, in both orders", async () => {
  for (let n = 0; n < 7; n++) await ensure({ customer_id: `c${n}` });
  const seen: (string | null)[] = [];
  let cursor = "";
  do {
    const page = await list({ start_cursor: cursor, limit: 3 });
    seen.push(...page.list.map(({ id }) => id));
    cursor = page.next_cursor ?? "";
  } while (cursor !== "");
  expect(seen).toEqual(["c6", "c5", "c4", "c3", "c2", "c1", "c0"]);
  const first = await list({ limit: 4, sort_order: "asc" });
  const rest = await list({ limit: 4, sort_order: "asc", start_cursor: first.next_cursor });
  expect([...first.list, ...rest.list].map(({ id }) => id)).toEqual([...seen].reverse());
  expect(rest.next_cursor).toBeNull();
  for (const bad of ["garbage", Buffer.from('["x"]').toString("base64url")]) {
    await expect(list({ start_cursor: bad })).rejects.toEqual(rejection("invalid_cursor"));
  }
});

test("searches ids, names and addresses as they are written", async () => {
  await ensure({ customer_id: "user_1", name: "Ana Lima", email: "ana@example.com" });
  await ensure({ customer_id: "userX1", name: "100% Ben", email: "ben@example.com" });
  const found = async (search: string) => (await list({ search })).list.map(({ id }) => id).sort();
  expect(await found("lima")).toEqual(["user_1"]);
  expect(await found("BEN@exam")).toEqual(["userX1"]);
  expect(await found("r_1")).toEqual(["user_1"]);
  expect(await found("0%")).toEqual(["userX1"]);
  expect(await found("example.com")).toEqual(["userX1", "user_1"]);
  expect(await found("\\")).toEqual([]);
  expect(await found("  ")).toHaveLength(2);
});

test("filters by plan, version, state and time of creation", async () => {
  await samplePlan(samples.tenant, { id: "free", auto: true });
  await samplePlan(samples.tenant, { id: "extra", addOn: true });
  await ensure({ customer_id: "ana" });
  const ben = await ensure({ customer_id: "ben", auto_enable_plan_id: "extra" });
  const ids = async (body: Record<string, unknown>) => (await list(body)).list.map(({ id }) => id);
  expect(await ids({ plans: [{ id: "free" }] })).toEqual(["ana"]);
  expect(await ids({ plans: [{ id: "free" }, { id: "extra" }] })).toEqual(["ben", "ana"]);
  expect(await ids({ plans: [{ id: "free", versions: [1] }] })).toEqual(["ana"]);
  expect(await ids({ plans: [{ id: "free", versions: [2] }] })).toEqual([]);
  expect(await ids({ plans: [{ id: "nowhere" }] })).toEqual([]);
  expect(await ids({ subscription_status: "active" })).toEqual(["ben", "ana"]);
  expect(await ids({ subscription_status: "scheduled" })).toEqual([]);
  expect(await ids({ created_at_range: { start: ben.created_at } })).toEqual(["ben"]);
  expect(await ids({ created_at_range: { end: ben.created_at - 1 } })).toEqual(["ana"]);
});

test("reads the balances of a whole page with as many statements as those of one customer", async () => {
  await samplePlan(samples.tenant, { id: "free", auto: true, items: [monthlyMessages] });
  for (let n = 0; n < 5; n++) await ensure({ customer_id: `c${n}` });
  await call(track, "balances.track", samples.tenant, {
    customer_id: "c2",
    feature_id: "messages",
    value: 7,
  });
  const page = await list();
  expect(page.list.map(({ id, balances }) => [id, balances.messages?.remaining])).toEqual([
    ["c4", 100],
    ["c3", 100],
    ["c2", 93],
    ["c1", 100],
    ["c0", 100],
  ]);
  const one = await statementsOf({ limit: 1 });
  expect(await statementsOf({ limit: 5 })).toHaveLength(one.length);
});

test("a search runs on the trigram index, letter by letter", async () => {
  const statements = await statementsOf({ search: "lima" });
  const statement = statements.find(({ text }) => text.includes("ILIKE"));
  if (statement === undefined) throw new Error("No statement searches.");
  const [first, ...rest] = statement.strings;
  await db().query(sql`
    INSERT INTO customer (env_id, id, external_id, name)
    SELECT ${samples.tenant.envId}, gen_random_uuid(), md5(n::text), md5(n::text || 'name')
    FROM generate_series(1, 5000) n`);
  await db().query(sql`SELECT gin_clean_pending_list('customer_search')`);
  await db().query(sql`ANALYZE customer`);
  const plan = await db().query(new Sql([`EXPLAIN ${first}`, ...rest], statement.values));
  expect(JSON.stringify(plan)).toContain("customer_search");
});

/** The statements that a list runs. */
async function statementsOf(body: Record<string, unknown>): Promise<Sql[]> {
  const seen: Sql[] = [];
  const watched = {
    ...db(),
    query: <Row>(statement: Sql) => {
      seen.push(statement);
      return db().query<Row>(statement);
    },
  };
  const input = listCustomers.spec.input.parse(body);
  await listCustomers({ ...testCtx(samples.tenant), db: watched }, input);
  return seen;
}
