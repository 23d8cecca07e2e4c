// @ts-check
import pg from "pg";
import { StartError } from "../start-error.mjs";
import { call } from "./seed.mjs";

/** How far back the seeded events reach; the questions are about all of it. */
const days = 90;
const models = ["small", "medium", "large", "vision", "audio"];

/**
 * Writes events straight into the database, spread evenly over the last 90 days, over the
 * environment's customers and over ten features, with the rollups that tracking them would have
 * left. No balance is touched: a seeded event drew on nothing.
 *
 * @param {{ url: string, key: string, database: { url: string } }} server
 * @param {number} events
 */
export async function seedEvents(server, events) {
  for (const feature_id of eventFeatures) {
    const feature = { feature_id, name: feature_id, type: "metered", consumable: true };
    await call(server, "features.create", feature);
  }
  const client = new pg.Client({ connectionString: server.database.url });
  await client.connect();
  try {
    await client.query("SET synchronous_commit = off");
    await client.query("SET TimeZone = 'UTC'");
    const { rows } = await client.query(
      `SELECT env_id FROM feature WHERE slug = $1 ORDER BY env_id LIMIT 1`,
      [eventFeatures[0]],
    );
    const envId = rows[0]?.env_id;
    if (envId === undefined) throw new StartError("The features to seed events of are missing.");
    const perDay = Math.ceil(events / days);
    for (let day = days; day > 0; day -= 1) {
      await client.query(INSERT_DAY, [envId, eventFeatures, day, perDay, models]);
    }
    await client.query(INSERT_ROLLUPS, [envId, eventFeatures]);
    await client.query(INSERT_ENV_ROLLUPS, [envId, eventFeatures]);
    await client.query("VACUUM ANALYZE meter_event, usage_rollup, usage_rollup_env");
  } finally {
    await client.end();
  }
}

const eventFeatures = Array.from({ length: 10 }, (_, n) => `seeded-${n}`);

/** Whole-environment questions about all seeded events, in days of a zone and in hours. */
const questions = [
  { name: "1 feature, by day", features: 1, body: { bin_size: "day" } },
  { name: "10 features, by day", features: 10, body: { bin_size: "day" } },
  {
    name: "10 features, by day in Kathmandu",
    features: 10,
    body: { bin_size: "day", time_zone: "Asia/Kathmandu" },
  },
  { name: "1 feature, by hour", features: 1, body: { bin_size: "hour" } },
];

/**
 * Asks `events.aggregate` about the seeded 90 days, one question after the other.
 *
 * @param {{ url: string, key: string }} server
 * @param {number} times how often each question is asked; one time before is not counted
 * @returns {Promise<string[]>} the lines of a table
 */
export async function measureAggregates(server, times) {
  const lines = ["| events.aggregate, 90 days | p50 ms | max ms |", "| --- | --- | --- |"];
  for (const { name, features, body } of questions) {
    /** @type {number[]} */
    const took = [];
    for (let n = 0; n <= times; n += 1) {
      const startedAt = performance.now();
      const feature_id = eventFeatures.slice(0, features);
      await call(server, "events.aggregate", { ...body, feature_id, range: `${days}d` });
      if (n > 0) took.push(performance.now() - startedAt);
    }
    took.sort((a, b) => a - b);
    const [middle, last] = [took[Math.floor(took.length / 2)], took.at(-1)];
    lines.push(`| ${name} | ${middle?.toFixed(1)} | ${last?.toFixed(1)} |`);
  }
  return lines;
}

/** Ids begin with the time, as those that the product makes do. */
const INSERT_DAY = `
  WITH of AS (
    SELECT (SELECT array_agg(id ORDER BY slug) FROM feature
            WHERE env_id = $1::int AND slug = ANY($2::text[])) AS features,
      (SELECT array_agg(id ORDER BY external_id) FROM (
         SELECT id, external_id FROM customer WHERE env_id = $1::int AND deleted_at IS NULL
         ORDER BY created_at, id LIMIT 100000) c) AS customers),
  drawn AS MATERIALIZED (
    SELECT date_trunc('milliseconds', now() - make_interval(days => $3::int)
        + n * interval '1 day' / $4::int) AS at,
      floor(random() * 1e9)::int AS customer, floor(random() * 1e9)::int AS feature,
      floor(random() * 1e9)::int AS pick
    FROM generate_series(0, $4::int - 1) AS n)
  INSERT INTO meter_event (id, recorded_at, customer_id, occurred_at, seq, env_id, feature_id, value,
    ded_grants, ded_values, properties)
  SELECT overlay(overlay(md5(d.pick::text || d.customer || d.at) placing
        lpad(to_hex((extract(epoch FROM d.at) * 1000)::bigint), 12, '0') from 1 for 12)
        placing '7' from 13 for 1)::uuid,
    d.at, of.customers[1 + d.customer % cardinality(of.customers)], d.at, 0, $1::int,
    of.features[1 + d.feature % cardinality(of.features)], 1 + d.pick % 10, '{}', '{}',
    jsonb_build_object('model', ($5::text[])[1 + d.pick % cardinality($5::text[])])
  FROM drawn d CROSS JOIN of`;

const OF_SEEDED = `FROM meter_event e
  WHERE e.env_id = $1::int
    AND e.feature_id IN (SELECT id FROM feature WHERE env_id = $1::int AND slug = ANY($2::text[]))`;

const INSERT_ROLLUPS = `
  INSERT INTO usage_rollup (customer_id, feature_id, bucket_at, entity_id, env_id, count, tracked)
  SELECT e.customer_id, e.feature_id, date_bin('15 minutes', e.occurred_at, 'epoch'),
    '00000000-0000-0000-0000-000000000000'::uuid, e.env_id, count(*), sum(e.value)
  ${OF_SEEDED} GROUP BY 1, 2, 3, 4, 5`;

const INSERT_ENV_ROLLUPS = `
  INSERT INTO usage_rollup_env (env_id, feature_id, bucket_at, slot, count, tracked)
  SELECT e.env_id, e.feature_id, date_bin('15 minutes', e.occurred_at, 'epoch'), 0, count(*),
    sum(e.value)
  ${OF_SEEDED} GROUP BY 1, 2, 3`;
