import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { describe, expect, inject, it, vi } from "vitest";
import { createTestDatabase } from "../../server/testing/database";
import { checkCatalog, checkDrift } from "./schema.mjs";

vi.setConfig({ testTimeout: 120_000 });

const schema = fileURLToPath(new URL("../../prisma/schema", import.meta.url));

async function onEmptyDatabase<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
  const database = await createTestDatabase(inject("serverUrl"));
  try {
    return await work(database.url);
  } finally {
    await database.drop();
  }
}

describe("the schema check", () => {
  it("passes for what is committed, and fails for a model without a migration", async () => {
    const folder = mkdtempSync(join(tmpdir(), "windfall-schema-"));
    const copy = join(folder, "schema");
    cpSync(schema, copy, { recursive: true });
    await onEmptyDatabase(async (url) => {
      expect(await checkDrift(url, copy)).toMatchObject({ passed: 1, failed: 0 });
      appendFileSync(join(copy, "catalog.prisma"), "\nmodel Forgotten {\n  id Int @id\n}\n");
      const drift = await checkDrift(url, copy);
      expect(drift).toMatchObject({ passed: 0, failed: 1 });
      expect(drift.details).toMatch(/status 2.*Forgotten/s);
    });
    rmSync(folder, { recursive: true, force: true });
  });

  it("fails when Prisma could not look at all", async () => {
    const nowhere = "postgresql://nobody@127.0.0.1:9/none";
    expect(await checkDrift(nowhere)).toMatchObject({ passed: 0, failed: 1 });
  });

  it("compares the catalog after migrating from nothing", async () => {
    expect(await onEmptyDatabase(checkCatalog)).toMatchObject({ passed: 1, failed: 0 });
    const changed = await onEmptyDatabase(async (url) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query("CREATE FUNCTION extra() RETURNS int LANGUAGE sql AS 'SELECT 1'");
      await client.end();
      return checkCatalog(url);
    });
    expect(changed).toMatchObject({ passed: 0, failed: 1 });
    expect(changed.details).toMatch(/\+ .*extra\(\)/);
  });
});
