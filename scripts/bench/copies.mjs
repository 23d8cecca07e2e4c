// @ts-check
import pg from "pg";
import { customerNumbered } from "./seed.mjs";

const chunk = 50_000;

/**
 * Makes customers like the first one, with its subscription, grants and their opening entries, in
 * SQL: a million of them over the API would take an hour.
 *
 * @param {{ database: { url: string } }} server
 * @param {{ from: number, to: number }} numbers the first of them and the one after the last
 * @returns {Promise<string>} how much room the database takes afterwards
 */
export async function copyFirstCustomer({ database }, { from, to }) {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    // The rows are copies of right ones, so that nothing has to be looked up for each of them.
    await client.query("SET session_replication_role = replica");
    await client.query("SET synchronous_commit = off");
    for (let first = from; first < to; first += chunk) {
      await copyChunk(client, { first, last: Math.min(first + chunk, to) - 1 });
    }
    await client.query("VACUUM ANALYZE");
    return await sizesOf(client);
  } finally {
    await client.end();
  }
}

/** @param {pg.Client} client @param {{ first: number, last: number }} numbers */
async function copyChunk(client, { first, last }) {
  await client.query(`
    CREATE TEMP TABLE made_customer AS
      SELECT n, uuidv7() AS id, c.id AS template FROM generate_series(${first}, ${last}) n, customer c
      WHERE c.external_id = '${customerNumbered(0)}';
    CREATE TEMP TABLE made_subscription AS
      SELECT m.id AS customer_id, uuidv7() AS id, s.id AS template
      FROM made_customer m JOIN subscription s ON s.customer_id = m.template;
    CREATE TEMP TABLE made_grant AS
      SELECT m.id AS customer_id, uuidv7() AS id, g.id AS template, s.id AS subscription_id
      FROM made_customer m JOIN grants g ON g.customer_id = m.template
      LEFT JOIN made_subscription s ON s.customer_id = m.id AND s.template = g.subscription_id`);
  await copyRows(client, "customer", "t.id = m.template", "made_customer", {
    id: "m.id",
    external_id: "'customer-' || m.n",
  });
  await copyRows(client, "customer_head", "t.customer_id = m.template", "made_customer", {
    customer_id: "m.id",
  });
  await copyRows(client, "subscription", "t.id = m.template", "made_subscription", {
    customer_id: "m.customer_id",
    id: "m.id",
  });
  await copyRows(client, "grants", "t.id = m.template", "made_grant", {
    customer_id: "m.customer_id",
    id: "m.id",
    set_id: "m.id",
    subscription_id: "m.subscription_id",
  });
  await copyRows(client, "ledger_entry", "t.grant_id = m.template", "made_grant", {
    customer_id: "m.customer_id",
    grant_id: "m.id",
  });
  await client.query("DROP TABLE made_customer, made_subscription, made_grant");
}

/**
 * @param {pg.Client} client
 * @param {string} table
 * @param {string} of which rows `t` of the table are the template of a row `m`
 * @param {string} made where the rows `m` are
 * @param {Record<string, string>} own columns that differ from the template's
 */
async function copyRows(client, table, of, made, own) {
  const { rows } = await client.query(
    `SELECT column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`,
    [table],
  );
  const columns = rows.map(({ column_name }) => String(column_name));
  const values = columns.map((column) => own[column] ?? `t.${column}`);
  await client.query(
    `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM ${made} m JOIN ${table} t ON ${of}`,
  );
}

/** @param {pg.Client} client */
async function sizesOf(client) {
  const { rows } = await client.query(`
    SELECT pg_size_pretty(pg_database_size(current_database())) AS all,
      pg_size_pretty(pg_total_relation_size('grants')) AS grants,
      pg_size_pretty(pg_total_relation_size('customer') + pg_total_relation_size('customer_head')) AS customers`);
  const [sizes] = rows;
  return `${sizes.all} in all; grants ${sizes.grants}, customers with their heads ${sizes.customers}`;
}
