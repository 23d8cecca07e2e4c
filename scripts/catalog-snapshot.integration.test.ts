import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../server/testing/database";
import { diffSnapshots, readCatalogSnapshot, snapshotFile } from "./catalog-snapshot.mjs";

const committed = readFileSync(snapshotFile, "utf8");
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(inject("serverUrl"), inject("template"));
});
afterAll(() => database.drop());

async function differencesAfter(statement: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(statement);
  await client.end();
  return diffSnapshots(committed, await readCatalogSnapshot(database.url));
}

/** A statement on the partition of the month after this one, which exists whenever this runs. */
function nextMonth(statement: string): string {
  return `DO $$ BEGIN EXECUTE format('${statement}', to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYY_MM')); END $$`;
}

describe("the catalog snapshot", () => {
  it("is what the migrations make", async () => {
    expect(diffSnapshots(committed, await readCatalogSnapshot(database.url))).toEqual([]);
  });

  it("does not change when more months are made", async () => {
    expect(await differencesAfter("SELECT ensure_partitions(15)")).toEqual([]);
  });

  // Each of these passes Prisma's own drift check.
  it.each([
    ["a partial index", "DROP INDEX customer_claim", /- {3}index .*customer_claim/],
    [
      "a check",
      "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_below_zero",
      /- .*below_zero/,
    ],
    ["a trigger", "DROP TRIGGER append_only ON audit_entry", /- {3}trigger .*append_only/],
    ["a disabled trigger", "ALTER TABLE plan_item DISABLE TRIGGER published", /\+ .*enabled: D/],
    [
      "a trigger of one partition",
      nextMonth("DROP TRIGGER no_truncate ON meter_event_%s"),
      /\+ .*meter_event_\d{4}_\d\d lacks trigger .*no_truncate/,
    ],
    [
      "a function's body",
      "CREATE OR REPLACE FUNCTION forbid_truncate() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
      /\+ .*RETURN NULL/,
    ],
    [
      "a missing month",
      nextMonth("DROP TABLE ledger_entry_%s"),
      /\+ .*with a gap before \d{4}-\d\d$/m,
    ],
    [
      "a collation",
      'ALTER TABLE plan ALTER slug TYPE text COLLATE "default"',
      /- .*slug text collate C/,
    ],
    [
      "a fill factor",
      "ALTER TABLE grants RESET (fillfactor)",
      /- table grants with \(fillfactor=70\)/,
    ],
    ["a table of one's own", "CREATE TABLE stray (id int)", /\+ table stray/],
  ])("notices %s", async (_, statement, expected) => {
    const differences = await differencesAfter(statement);
    expect(differences.join("\n")).toMatch(expected);
  });
});
