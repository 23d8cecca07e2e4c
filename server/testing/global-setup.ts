import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { boot } from "../../scripts/embedded-postgres.mjs";
import { migrate } from "../../scripts/migrate.mjs";
import { createTestDatabase } from "./database";

declare module "vitest" {
  interface ProvidedContext {
    /** A database on the test server whose user may create databases. */
    serverUrl: string;
    /** The migrated database that each test file's own is copied from. */
    template: string;
  }
}

/**
 * Boots one Postgres for the whole run (or takes the one at TEST_DATABASE_URL) and migrates the
 * template that each test file's database is copied from. Durability stays at its defaults, so the
 * tests see the server that the product runs on.
 */
export default async function globalSetup(project: TestProject) {
  const { url, stop } = await testServer(project.config.env.TEST_DATABASE_URL);
  const template = await createTestDatabase(url);
  await migrate(template.url);
  project.provide("serverUrl", url);
  project.provide("template", template.name);
  return async () => {
    await template.drop();
    await stop();
  };
}

async function testServer(given: string | undefined) {
  if (given !== undefined && given !== "") return { url: given, stop: async () => {} };
  const parent = mkdtempSync(join(tmpdir(), "windfall-test-"));
  const server = await boot({
    dir: join(parent, "data"),
    settings: { shared_buffers: "128MB", max_wal_size: "1GB", max_connections: "200" },
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
