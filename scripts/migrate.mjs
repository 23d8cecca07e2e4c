#!/usr/bin/env node
// @ts-check
/**
 * Applies the migrations of `prisma/migrations` without Prisma's command line, and records them as
 * `prisma migrate deploy` does: either may go on where the other left off.
 *
 * Run by hand: `DATABASE_URL=… node scripts/migrate.mjs`.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import pg from "pg";
import { errorCode, StartError } from "./start-error.mjs";

/**
 * @typedef {object} Migration
 * @property {string} name of its folder
 * @property {string} sql
 * @property {string} checksum SHA-256 of the file
 * @property {boolean} inTransaction false for one bare statement that Postgres runs alone
 *
 * @typedef {object} MigrateOptions
 * @property {string | undefined} [directory] defaults to this repository's migrations
 * @property {((name: string) => void) | undefined} [onProgress] told the name before each migration
 */

const ownMigrations = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

/** The advisory lock that Prisma's own command takes, so that the two exclude each other. */
const ADVISORY_LOCK = 72707369;

/** Postgres' code for a lock that did not come within `lock_timeout`. */
const LOCK_NOT_AVAILABLE = "55P03";
const LOCK_ATTEMPTS = 5;

/** How many months of partitions exist ahead of the present one after a start. */
const PARTITION_MONTHS_AHEAD = 12;

/** First line of a file whose one statement refuses to run inside a transaction. */
const NO_TRANSACTION = "-- windfall: no-transaction";

/**
 * Brings a database up to date: applies what is pending, each file in a transaction of its own, and
 * makes the partitions of the coming months. Processes that start at once wait for one another.
 *
 * @param {string} url
 * @param {MigrateOptions} [options]
 * @returns {Promise<string[]>} the names of the migrations it applied
 * @throws {StartError} when the database belongs to a newer version or to something else
 */
export async function migrate(url, { directory = ownMigrations, onProgress } = {}) {
  return withClient(url, async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [ADVISORY_LOCK]);
    const pending = await findPending(client, readMigrations(directory));
    if (pending.length > 0) await createHistory(client);
    for (const migration of pending) {
      onProgress?.(migration.name);
      await apply(client, migration);
    }
    await ensurePartitions(client);
    return pending.map(({ name }) => name);
  });
}

/**
 * The names of the migrations that `migrate` would apply, oldest first. Changes nothing.
 *
 * @param {string} url
 * @param {Pick<MigrateOptions, "directory">} [options]
 * @returns {Promise<string[]>}
 * @throws {StartError} as `migrate`
 */
export async function pendingMigrations(url, { directory = ownMigrations } = {}) {
  return withClient(url, async (client) => {
    const pending = await findPending(client, readMigrations(directory));
    return pending.map(({ name }) => name);
  });
}

/**
 * @template T
 * @param {string} url
 * @param {(client: pg.Client) => Promise<T>} work
 */
async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url, application_name: "windfall migrate" });
  // A connection that breaks rejects the query in flight; without a listener it would also throw.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** @param {string} directory @returns {Migration[]} in the order of their names */
function readMigrations(directory) {
  return readdirSync(directory)
    .sort()
    .map((name) => ({ name, file: join(directory, name, "migration.sql") }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => {
      const sql = readFileSync(file, "utf8");
      return {
        name,
        sql,
        checksum: createHash("sha256").update(sql).digest("hex"),
        inTransaction: !sql.startsWith(NO_TRANSACTION),
      };
    });
}

/**
 * @param {pg.Client} client
 * @param {readonly Migration[]} migrations
 */
async function findPending(client, migrations) {
  if (!(await exists(client, "to_regclass", "_prisma_migrations"))) {
    await assertEmpty(client);
    return [...migrations];
  }
  const { rows } = await client.query(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const unknown = rows.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new StartError(
      `A newer version of Windfall has written this data: its database has the migration ${unknown.at(-1)}, ` +
        "which this version does not know. Start that version or a later one, or give this one " +
        "another database with WINDFALL_DATA_DIR or DATABASE_URL. Nothing was changed.",
    );
  }
  for (const { name, checksum } of rows) {
    if (known.get(name)?.checksum === checksum) continue;
    throw new StartError(
      `The migration ${name} was edited after this database had applied it. ` +
        "Restore the file, and write a new migration for what should change.",
    );
  }
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

/**
 * Refuses a database with tables in it but no history: it is somebody else's.
 *
 * @param {pg.Client} client
 */
async function assertEmpty(client) {
  const { rows } = await client.query(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT EXISTS (SELECT 1 FROM pg_depend d
         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY c.relname LIMIT 3`,
  );
  if (rows.length === 0) return;
  throw new StartError(
    `The database already holds tables that are not Windfall's (${rows.map(({ name }) => name).join(", ")}). ` +
      "Give Windfall an empty database of its own in DATABASE_URL. Nothing was changed.",
  );
}

/** @param {pg.Client} client */
async function createHistory(client) {
  await client.query(
    `CREATE TABLE IF NOT EXISTS _prisma_migrations (
       id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz,
       migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
       started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0)`,
  );
}

/**
 * @param {pg.Client} client
 * @param {Migration} migration
 */
async function apply(client, migration) {
  try {
    await withLockRetries(client, async () => {
      if (migration.inTransaction) await applyInTransaction(client, migration);
      else await applyAlone(client, migration);
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The migration ${migration.name} failed: ${reason}`, { cause: error });
  }
}

/**
 * A busy table makes the statement give up rather than queue all traffic behind it; then try again.
 *
 * @param {pg.Client} client
 * @param {() => Promise<void>} work
 */
async function withLockRetries(client, work) {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === LOCK_ATTEMPTS || errorCode(error) !== LOCK_NOT_AVAILABLE) throw error;
      await wait(attempt * 200);
    } finally {
      await client.query("RESET lock_timeout");
    }
  }
}

/**
 * @param {pg.Client} client
 * @param {Migration} migration
 */
async function applyInTransaction(client, migration) {
  await client.query("BEGIN");
  try {
    await client.query(migration.sql);
    await record(client, migration);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

/**
 * An index that was being built when a process died is there but invalid: it is dropped and built
 * again. One that was finished but not recorded is only recorded.
 *
 * @param {pg.Client} client
 * @param {Migration} migration
 */
async function applyAlone(client, migration) {
  const [, quoted] =
    /CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?("[^"]+"|\w+)/i.exec(
      migration.sql,
    ) ?? [];
  const { rows } = await client.query(
    "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)",
    [quoted],
  );
  const [leftover] = rows;
  if (leftover && !leftover.valid) await client.query(`DROP INDEX CONCURRENTLY ${quoted}`);
  if (!leftover?.valid) await client.query(migration.sql);
  await record(client, migration);
}

/**
 * @param {pg.Client} client
 * @param {Migration} migration
 */
async function record(client, { name, checksum }) {
  // A failure that Prisma's command noted would otherwise block that command for ever.
  await client.query(
    `UPDATE _prisma_migrations SET rolled_back_at = now()
     WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL`,
    [name],
  );
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), 1)`,
    [randomUUID(), checksum, name],
  );
}

/** @param {pg.Client} client */
async function ensurePartitions(client) {
  if (!(await exists(client, "to_regprocedure", "ensure_partitions(int)"))) return;
  await withLockRetries(client, async () => {
    await client.query("SET lock_timeout = '3s'");
    await client.query("SELECT ensure_partitions($1)", [PARTITION_MONTHS_AHEAD]);
  });
}

/**
 * @param {pg.Client} client
 * @param {"to_regclass" | "to_regprocedure"} lookUp
 * @param {string} name
 */
async function exists(client, lookUp, name) {
  const { rows } = await client.query(`SELECT ${lookUp}($1) IS NOT NULL AS found`, [name]);
  return rows[0]?.found === true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { DATABASE_URL: url } = process.env;
  try {
    if (!url) throw new StartError("Set DATABASE_URL to the database that should be migrated.");
    const applied = await migrate(url, { onProgress: (name) => console.log(`Applying ${name} …`) });
    console.log(applied.length > 0 ? `Applied ${applied.length}.` : "Already up to date.");
  } catch (error) {
    console.error(error instanceof StartError ? error.message : error);
    process.exitCode = 1;
  }
}
