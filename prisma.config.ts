import { defineConfig } from "prisma/config";

/**
 * Prisma's command line reads this file; the product itself never does (see `scripts/migrate.mjs`).
 * The fallback address lets `generate`, `validate` and `format` run where no database is configured.
 */
export default defineConfig({
  schema: "prisma/schema",
  migrations: { path: "prisma/migrations" },
  datasource: {
    url: process.env.DATABASE_URL ?? "postgresql://windfall@127.0.0.1:5432/windfall",
  },
});
