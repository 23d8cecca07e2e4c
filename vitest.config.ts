import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

// Values that every test may rely on. Unit tests have no database: a test that asks for one belongs
// into an `.integration.test.ts`, where the setup file lays a real address over this one.
const testEnvironment = {
  DATABASE_URL: "postgresql://unit-tests-have-no-database.invalid/none",
  NEXTAUTH_SECRET: "the tests sign their sessions with this secret",
  NEXTAUTH_URL: "http://localhost:3000",
  LOG_LEVEL: "silent",
  RATE_LIMITS: "off",
  TEST_DATABASE_URL: process.env.TEST_DATABASE_URL ?? "",
  TZ: "UTC",
};

const shared = {
  env: testEnvironment,
  restoreMocks: true,
  unstubEnvs: true,
};

export default defineConfig({
  resolve: { alias: { "@": root.replace(/\/$/, "") } },
  test: {
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: "unit",
          include: ["{server,app,components,scripts}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.integration.test.ts", "**/node_modules/**"],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: "integration",
          include: ["{server,app,scripts}/**/*.integration.test.ts"],
          globalSetup: ["server/testing/global-setup.ts"],
          setupFiles: ["server/testing/integration-setup.ts"],
          // A worker has a database of its own, so files may run at once, but never more than cores.
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
