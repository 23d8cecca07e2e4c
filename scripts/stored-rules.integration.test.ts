import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../server/testing/database";

const customer = "00000000-0000-7000-8000-000000000001";
const grant = "00000000-0000-7000-8000-000000000002";
const live = 1;
const sandbox = 2;

const setUp = `
  INSERT INTO organization (slug, name, api_version) VALUES ('acme', 'Acme', '2.4');
  INSERT INTO environment (org_id, slug, name, kind) VALUES (1, 'live', 'Live', 'live'), (1, 'sandbox', 'Sandbox', 'sandbox');
  INSERT INTO feature (env_id, slug, name, type) VALUES (2, 'messages', 'Messages', 'metered');
  INSERT INTO customer (env_id, id, external_id) VALUES (2, '${customer}', 'acme');
  INSERT INTO plan (env_id, slug, name, active_version) VALUES (2, 'free', 'Free', 1);
  BEGIN;
  INSERT INTO plan_version (env_id, plan_id, version, published_at, content_hash) VALUES (2, 1, 1, now(), '');
  INSERT INTO plan_item (env_id, plan_version_id, n, feature_id, included) VALUES (2, 1, 1, 1, 100);
  INSERT INTO price (env_id, plan_version_id, interval, method) VALUES (2, 1, 'month', 'base');
  INSERT INTO price_amount (env_id, price_id, currency, tier_no, amount) VALUES (2, 1, 'usd', 1, 20);
  COMMIT;
  INSERT INTO grants (customer_id, id, env_id, feature_id, kind, set_id, included, balance, starts_at, last_seq)
    VALUES ('${customer}', '${grant}', 2, 1, 'manual', '${grant}', 10, 10, now(), 1);
  INSERT INTO ledger_entry VALUES ('${customer}', '${grant}', now(), 1, now(), 2, 1, 3, 0, NULL, 10, 10, 10, 10);
  INSERT INTO meter_event VALUES ('${grant}', now(), '${customer}', NULL, now(), 1, 2, 1, NULL, 1, '{}', '{}', NULL);
  INSERT INTO audit_entry (id, org_id, env_id, actor_kind, actor_label, action, target_type, target_id)
    VALUES ('${grant}', 1, 2, 'system', 'test', 'test', 'test', 'test');`;

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase(inject("serverUrl"), inject("template"));
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(setUp);
});
beforeEach(() => client.query("ROLLBACK; BEGIN"));
afterAll(async () => {
  await client.end();
  await database.drop();
});

const refused = (statement: string, reason: string | RegExp) =>
  expect(client.query(statement)).rejects.toThrow(reason);

const subscribe = (rest: string) => `
  INSERT INTO subscription (customer_id, id, env_id, plan_id, plan_version_id, is_main, status, started_at, anchor_at)
  VALUES ('${customer}', gen_random_uuid(), 2, 1, 1, ${rest}, now(), now());`;

describe("append-only tables", () => {
  describe.each(["ledger_entry", "meter_event", "audit_entry"])("%s", (table) => {
    it.each(["UPDATE %s SET env_id = 2", "DELETE FROM %s", "TRUNCATE %s"])(
      "refuses %s",
      (statement) => refused(statement.replace("%s", table), /is forbidden: append-only/),
    );

    it("lets a reset of the rows' own sandbox delete them", async () => {
      await client.query(`SET LOCAL windfall.reset_env = '${sandbox}'`);
      expect((await client.query(`DELETE FROM ${table}`)).rowCount).toBe(1);
    });

    it("refuses a reset that names another environment", async () => {
      await client.query(`SET LOCAL windfall.reset_env = '${live}'`);
      await refused(`DELETE FROM ${table}`, "append-only");
    });
  });

  it("refuses the same through a partition", async () => {
    const { rows } = await client.query(
      "SELECT tableoid::regclass::text AS name FROM ledger_entry",
    );
    await refused(`TRUNCATE ${rows[0]?.name}`, "append-only");
    await client.query("ROLLBACK; BEGIN");
    await refused(`DELETE FROM ${rows[0]?.name}`, "append-only");
  });

  it("never lets a reset delete live rows", async () => {
    await client.query(`INSERT INTO audit_entry (id, org_id, env_id, actor_kind, actor_label, action, target_type, target_id)
      VALUES (gen_random_uuid(), 1, ${live}, 'system', 'test', 'test', 'test', 'test')`);
    await client.query(`SET LOCAL windfall.reset_env = '${live}'`);
    await refused(`DELETE FROM audit_entry WHERE env_id = ${live}`, "append-only");
  });
});

describe("ledger entries", () => {
  const entry = (figures: string) =>
    `INSERT INTO ledger_entry VALUES ('${customer}', '${grant}', now(), 2, now(), 2, 1, ${figures})`;

  it.each([
    ["usage without its event", "10, 0, NULL, -1, 9, 0, 10", "ledger_entry_cause_id"],
    ["an unknown cause", "99, 0, gen_random_uuid(), -1, 9, 0, 10", "ledger_entry_cause"],
    [
      "a debt without an allowance",
      "10, 0, gen_random_uuid(), -11, -1, 0, 10",
      "ledger_entry_below_zero",
    ],
  ])("refuse %s", (_, figures, constraint) => refused(entry(figures), constraint));

  it("allow a debt that says why", async () => {
    await client.query(entry("10, 4, gen_random_uuid(), -11, -1, 0, 10"));
  });

  it("need a grant and a month that exist", async () => {
    await refused(entry("3, 0, NULL, 1, 1, 1, 1").replace(grant, customer), "foreign key");
    await client.query("ROLLBACK; BEGIN");
    await refused(entry("3, 0, NULL, 1, 1, 1, 1").replace("now()", "'2001-01-01'"), "no partition");
  });
});

describe("published plan versions", () => {
  it.each([
    "UPDATE plan_version SET trial = '{}'",
    "UPDATE plan_item SET included = 5",
    "UPDATE price SET interval = 'year'",
    "UPDATE price_amount SET amount = 1",
  ])("refuse %s", (statement) => refused(statement, "published"));

  it.each([
    "INSERT INTO plan_item (env_id, plan_version_id, n, feature_id) VALUES (2, 1, 2, 1)",
    "INSERT INTO price (env_id, plan_version_id, interval, method) VALUES (2, 1, 'year', 'base')",
    "INSERT INTO price_amount (env_id, price_id, currency, tier_no, amount) VALUES (2, 1, 'eur', 1, 20)",
  ])("refuse a later %s", (statement) => refused(statement, "published"));

  it("let an item retire", async () => {
    expect((await client.query("UPDATE plan_item SET retired_at = now()")).rowCount).toBe(1);
  });

  it("may be deleted while nobody ever held them", async () => {
    await client.query("DELETE FROM price_amount; DELETE FROM price; DELETE FROM plan_item");
    expect((await client.query("DELETE FROM plan_version")).rowCount).toBe(1);
  });

  it.each(["plan_version", "plan_item", "price_amount"])(
    "keep their %s once held",
    async (table) => {
      await client.query(subscribe("true, 'ended'"));
      await refused(`DELETE FROM ${table}`, "published");
    },
  );
});

describe("what must be unique", () => {
  it("a main subscription in its group, beside one that is scheduled and any add-ons", async () => {
    await client.query(subscribe("true, 'active'") + subscribe("true, 'scheduled'"));
    await client.query(subscribe("false, 'active'") + subscribe("false, 'active'"));
    await refused(subscribe("true, 'past_due'"), "sub_one_main");
  });

  it("an external id, until its customer is a tombstone", async () => {
    const again =
      "INSERT INTO customer (env_id, id, external_id) VALUES (2, gen_random_uuid(), 'acme')";
    await client.query("SAVEPOINT before");
    await refused(again, "customer_external");
    await client.query("ROLLBACK TO before; UPDATE customer SET deleted_at = now()");
    await client.query(again);
  });

  it("the live environment of an organization", () =>
    refused(
      "INSERT INTO environment (org_id, slug, name, kind) VALUES (1, 'second', 'Second', 'live')",
      "environment_one_live",
    ));
});

describe("tenants", () => {
  it("cannot refer to each other's rows", () =>
    refused(
      `INSERT INTO entity (customer_id, id, env_id, feature_id) VALUES ('${customer}', gen_random_uuid(), ${live}, 1)`,
      "foreign key",
    ));

  it("have a sandbox clock and provider in sandboxes only", () =>
    refused(
      `UPDATE environment SET clock_offset_ms = 1 WHERE id = ${live}`,
      "environment_live_is_real",
    ));
});

describe("the search for customers", () => {
  it("uses the index that the search expression was written for", async () => {
    const source = readFileSync("server/customers/rows.ts", "utf8");
    const [expression = ""] = /\(coalesce\(c\.external_id.*?'\)\)/.exec(source) ?? [];
    await client.query("SET LOCAL enable_seqscan = off");
    const { rows } = await client.query(
      `EXPLAIN SELECT 1 FROM customer c WHERE ${expression} ILIKE '%acme%'`,
    );
    expect(JSON.stringify(rows)).toContain("customer_search");
  });
});
