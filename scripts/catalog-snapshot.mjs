#!/usr/bin/env node
// @ts-check
/**
 * Prints what the database at DATABASE_URL is made of, or with `--check` compares it with
 * `prisma/catalog.snapshot.txt` (exit code 0 or 1).
 *
 * Prisma's drift check does not see partial indexes, checks, triggers, functions, collations and
 * partitions; this does. The text is the same on Postgres 15 and 18 and does not change with the
 * month: the partitions of a table stand together under one shape.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import pg from "pg";
import { StartError } from "./start-error.mjs";

/** The committed snapshot. */
export const snapshotFile = fileURLToPath(
  new URL("../prisma/catalog.snapshot.txt", import.meta.url),
);

/** What both the relations and their partitions are made of: one line each, in a fixed order. */
const PARTS = `
  WITH part AS (
    SELECT attrelid AS oid, 1 AS rank, attnum AS place, '' AS name,
      format('column %s %s', attname, format_type(atttypid, atttypmod))
        || coalesce((SELECT ' collate ' || collname FROM pg_collation
             WHERE pg_collation.oid = attcollation AND collname <> 'default'), '')
        || CASE WHEN attnotnull THEN ' not null' ELSE '' END
        || coalesce((SELECT ' default ' || pg_get_expr(adbin, adrelid) FROM pg_attrdef
             WHERE adrelid = attrelid AND adnum = attnum), '') AS line
    FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped
    UNION ALL
    -- NOT NULL stands at its column; only newer versions of Postgres list it here as well.
    SELECT conrelid, 2, 0, conname, format('constraint %s %s', conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid <> 0 AND contype NOT IN ('n', 't')
    UNION ALL
    SELECT i.indrelid, 3, 0, c.relname, 'index ' || pg_get_indexdef(i.indexrelid)
      || CASE WHEN i.indisvalid THEN '' ELSE ' (INVALID)' END
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    UNION ALL
    SELECT tgrelid, 4, 0, tgname, 'trigger ' || pg_get_triggerdef(oid)
      || CASE tgenabled WHEN 'O' THEN '' ELSE format(' (enabled: %s)', tgenabled) END
    FROM pg_trigger WHERE NOT tgisinternal)`;

const RELATIONS = `${PARTS}
  SELECT c.relname AS name,
    CASE c.relkind WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
      ELSE 'table' END AS kind,
    pg_get_partkeydef(c.oid) AS "partitionedBy", array_to_string(c.reloptions, ', ') AS options,
    pg_get_expr(c.relpartbound, c.oid) AS bound,
    (SELECT relname FROM pg_class JOIN pg_inherits ON inhparent = pg_class.oid
      WHERE inhrelid = c.oid) AS parent,
    ARRAY(SELECT part.line FROM part WHERE part.oid = c.oid
      ORDER BY part.rank, part.place, part.name COLLATE "C") AS lines
  FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    AND c.relname <> '_prisma_migrations' AND NOT EXISTS (
      SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
  ORDER BY c.relname COLLATE "C"`;

const FUNCTIONS = `
  SELECT pg_get_functiondef(p.oid) AS definition FROM pg_proc p
  WHERE p.pronamespace = 'public'::regnamespace AND p.prokind <> 'a' AND NOT EXISTS (
    SELECT 1 FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
  ORDER BY p.proname COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C"`;

const EXTENSIONS = `
  SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname COLLATE "C"`;

/**
 * @typedef {object} Relation
 * @property {string} name
 * @property {string} kind
 * @property {string | null} partitionedBy
 * @property {string | null} options
 * @property {string | null} bound
 * @property {string | null} parent
 * @property {string[]} lines
 */

/**
 * The normalised catalog of a database's `public` schema.
 *
 * @param {string} url
 * @returns {Promise<string>}
 */
export async function readCatalogSnapshot(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET TIME ZONE 'UTC'");
    const { rows: extensions } = await client.query(EXTENSIONS);
    const { rows: relations } = await client.query(RELATIONS);
    const { rows: functions } = await client.query(FUNCTIONS);
    const blocks = [
      ...extensions.map(({ name }) => `extension ${name}`),
      ...relations
        .filter(({ parent }) => parent === null)
        .map((one) => presentTable(one, relations)),
      ...functions.map(({ definition }) => definition.trim()),
    ];
    return `${blocks.join("\n\n")}\n`;
  } finally {
    await client.end();
  }
}

/**
 * @param {Relation} table
 * @param {readonly Relation[]} relations
 */
function presentTable(table, relations) {
  const partitions = relations.filter(({ parent }) => parent === table.name);
  const head = `${table.kind} ${table.name}${table.partitionedBy ? ` by ${table.partitionedBy}` : ""}`;
  return [
    `${head}${table.options ? ` with (${table.options})` : ""}`,
    ...table.lines.map((line) => `  ${line}`),
    ...(table.partitionedBy ? presentPartitions(partitions) : []),
  ].join("\n");
}

/**
 * The shape that the partitions share, and where one differs from most, how.
 *
 * @param {readonly Relation[]} partitions
 */
function presentPartitions(partitions) {
  const shapes = partitions.map(({ name, lines, options }) => ({
    name,
    lines: [...lines, ...(options ? [`with (${options})`] : [])].map((line) =>
      line.replaceAll(name, "<partition>"),
    ),
  }));
  const usual = mostFrequent(shapes.map(({ lines }) => lines));
  return [
    `  partitions ${presentBounds(partitions.map(({ bound }) => bound ?? ""))}`,
    ...usual.map((line) => `    ${line}`),
    ...shapes.flatMap(({ name, lines }) => [
      ...without(usual, lines).map((line) => `    ${name} lacks ${line}`),
      ...without(lines, usual).map((line) => `    ${name} adds ${line}`),
    ]),
  ];
}

/** @param {readonly string[][]} lists @returns {string[]} */
function mostFrequent(lists) {
  const counts = new Map();
  for (const key of lists.map((list) => list.join("\n")))
    counts.set(key, (counts.get(key) ?? 0) + 1);
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first ? first[0].split("\n") : [];
}

/** @param {readonly string[]} lines @param {readonly string[]} removed */
function without(lines, removed) {
  return lines.filter((line) => !removed.includes(line));
}

/** @param {string[]} bounds as Postgres prints them */
function presentBounds(bounds) {
  const months = bounds
    .map((bound) =>
      [...bound.matchAll(/'(\d{4})-(\d\d)-01 00:00:00\+00'/g)].map(
        ([, year, month]) => Number(year) * 12 + Number(month) - 1,
      ),
    )
    .sort(([a = 0], [b = 0]) => a - b);
  if (months.length === 0 || months.some(([from = 0, to]) => to !== from + 1)) {
    return bounds.sort().join(", ");
  }
  const broken = months.find(([from = 0], n) => n > 0 && from !== months[n - 1]?.[1]);
  if (broken === undefined) return "of one UTC month each, without a gap";
  const [from = 0] = broken;
  const month = String((from % 12) + 1).padStart(2, "0");
  return `of one UTC month each, with a gap before ${Math.floor(from / 12)}-${month}`;
}

/**
 * The lines that only one of two texts has, each after the heading it belongs to; empty when equal.
 *
 * @param {string} expected
 * @param {string} actual
 * @returns {string[]} `-` for what is missing, `+` for what is too much
 */
export function diffSnapshots(expected, actual) {
  const [before, after] = [withHeadings(expected), withHeadings(actual)];
  const missing = before.filter(({ key }) => !after.some((line) => line.key === key));
  const extra = after.filter(({ key }) => !before.some((line) => line.key === key));
  if (missing.length === 0 && extra.length === 0) {
    return expected === actual ? [] : ["The lines are the same, but stand in another order."];
  }
  const headings = [...new Set([...missing, ...extra].map(({ heading }) => heading))];
  return headings.flatMap((heading) => [
    `  ${heading}`,
    ...missing.filter((line) => line.heading === heading).map(({ text }) => `- ${text}`),
    ...extra.filter((line) => line.heading === heading).map(({ text }) => `+ ${text}`),
  ]);
}

/** @param {string} snapshot */
function withHeadings(snapshot) {
  return snapshot.split("\n\n").flatMap((block) => {
    const lines = block.trimEnd().split("\n");
    const heading = lines[0]?.split(" with (")[0] ?? "";
    return lines.map((text) => ({ heading, text, key: `${heading}\n${text}` }));
  });
}

/** @param {readonly string[]} options */
async function main(options) {
  const { DATABASE_URL: url } = process.env;
  if (!url) throw new StartError("Set DATABASE_URL to a database that was migrated from zero.");
  const actual = await readCatalogSnapshot(url);
  if (!options.includes("--check")) {
    process.stdout.write(actual);
    return;
  }
  const differences = diffSnapshots(readFileSync(snapshotFile, "utf8"), actual);
  if (differences.length === 0) {
    console.log("The catalog is what prisma/catalog.snapshot.txt says.");
    return;
  }
  throw new StartError(
    `The catalog differs from prisma/catalog.snapshot.txt (- missing, + too much):\n${differences.join("\n")}`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof StartError ? error.message : error);
    process.exitCode = 1;
  }
}
