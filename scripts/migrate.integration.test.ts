import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../server/testing/database";
import { migrate, pendingMigrations } from "./migrate.mjs";

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase(inject("serverUrl"));
  directory = mkdtempSync(join(tmpdir(), "windfall-migrations-"));
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await database.drop();
});

function write(name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, name, "migration.sql"), sql);
}

async function query(statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

const tables = () =>
  query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename");

describe("migrate", () => {
  it("builds the product's database from nothing, once, however many start at the same time", async () => {
    const runs = await Promise.all([migrate(database.url), migrate(database.url)]);
    const applied = runs.find((names) => names.length > 0) ?? [];
    expect(applied.length).toBeGreaterThan(0);
    expect(runs.flat()).toEqual(applied);
    expect(await migrate(database.url)).toEqual([]);
    expect(await query("SELECT count(*)::int FROM _prisma_migrations")).toEqual([applied.length]);
  });

  it("makes the months ahead at every start", async () => {
    await migrate(database.url);
    const months =
      "SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'meter_event'::regclass";
    const [before] = await query(months);
    await query(
      "DO $$ BEGIN EXECUTE 'DROP TABLE meter_event_' || to_char(now() + interval '3 months', 'YYYY_MM'); END $$",
    );
    await migrate(database.url);
    expect(await query(months)).toEqual([before]);
  });

  it("applies what is pending in the order of the names and says which", async () => {
    write("2_second", "ALTER TABLE one ADD n int;");
    write("1_first", "CREATE TABLE one (id int);");
    expect(await pendingMigrations(database.url, { directory })).toEqual(["1_first", "2_second"]);
    const told: string[] = [];
    await migrate(database.url, { directory, onProgress: (name) => told.push(name) });
    expect(told).toEqual(["1_first", "2_second"]);
    expect(await pendingMigrations(database.url, { directory })).toEqual([]);
  });

  it("leaves nothing of a migration that fails, and keeps those before it", async () => {
    write("1_good", "CREATE TABLE good (id int);");
    write("2_bad", "CREATE TABLE bad (id int); SELECT 1 / 0;");
    await expect(migrate(database.url, { directory })).rejects.toThrow(
      "The migration 2_bad failed: division by zero",
    );
    expect(await tables()).toEqual(["_prisma_migrations", "good"]);
    expect(await pendingMigrations(database.url, { directory })).toEqual(["2_bad"]);
  });

  it("refuses data that a newer version has written, and changes nothing", async () => {
    write("1_known", "CREATE TABLE known (id int);");
    write("2_newer", "CREATE TABLE newer (id int);");
    await migrate(database.url, { directory });
    rmSync(join(directory, "2_newer"), { recursive: true });
    write("3_other", "CREATE TABLE other (id int);");
    const refusal = /A newer version of Windfall has written this data: .*2_newer/;
    await expect(migrate(database.url, { directory })).rejects.toThrow(refusal);
    await expect(pendingMigrations(database.url, { directory })).rejects.toThrow(refusal);
    expect(await tables()).toEqual(["_prisma_migrations", "known", "newer"]);
  });

  it("refuses a migration that was edited after it was applied", async () => {
    write("1_first", "CREATE TABLE one (id int);");
    await migrate(database.url, { directory });
    write("1_first", "CREATE TABLE one (id bigint);");
    await expect(migrate(database.url, { directory })).rejects.toThrow("1_first was edited after");
  });

  it("refuses a database that belongs to something else", async () => {
    await query("CREATE TABLE invoices_of_somebody (id int)");
    await expect(migrate(database.url)).rejects.toThrow(
      "already holds tables that are not Windfall's (invoices_of_somebody)",
    );
    expect(await tables()).toEqual(["invoices_of_somebody"]);
  });
});

describe("a busy table", () => {
  it("makes the migration give way and try again", async () => {
    write("1_first", "CREATE TABLE busy (id int);");
    await migrate(database.url, { directory });
    write("2_second", "SET lock_timeout = '100ms';\nALTER TABLE busy ADD n int;");
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query("BEGIN; LOCK TABLE busy");
    const migrating = migrate(database.url, { directory });
    await wait(500);
    await holder.query("COMMIT");
    expect(await migrating).toEqual(["2_second"]);
    await holder.end();
  });
});

describe("a file without a transaction", () => {
  const concurrently =
    "-- windfall: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY one_id ON one (id);\n";

  it("builds an index concurrently", async () => {
    write("1_first", "CREATE TABLE one (id int);");
    write("2_index", concurrently);
    await migrate(database.url, { directory });
    expect(await query("SELECT indisvalid FROM pg_index")).toContain(true);
    expect(await query("SELECT to_regclass('one_id')::text")).toEqual(["one_id"]);
  });

  it("drops the invalid leftover of an attempt that failed", async () => {
    write("1_first", "CREATE TABLE one (id int); INSERT INTO one VALUES (1), (1);");
    write("2_index", concurrently);
    await expect(migrate(database.url, { directory })).rejects.toThrow("could not create unique");
    const valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('one_id')";
    expect(await query(valid)).toEqual([false]);
    await query("DELETE FROM one WHERE ctid = (SELECT min(ctid) FROM one)");
    expect(await migrate(database.url, { directory })).toEqual(["2_index"]);
    expect(await query(valid)).toEqual([true]);
  });

  it("only records an index that was finished when the process died", async () => {
    write("1_first", "CREATE TABLE one (id int);");
    await migrate(database.url, { directory });
    await query("CREATE UNIQUE INDEX one_id ON one (id)");
    write("2_index", concurrently);
    expect(await migrate(database.url, { directory })).toEqual(["2_index"]);
  });
});
