import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";
import { bootstrapped, fresh } from "./e2e/installation";
import { systemChromium } from "./scripts/steps/chromium.mjs";

/** A port that is free now. */
async function freePort(): Promise<string> {
  return await new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(String(port)));
    });
  });
}

// This file is read again in each worker. What the first reading chose reaches them through the
// environment; that first process also removes the folder when everything has stopped.
if (process.env.E2E_FOLDER === undefined) {
  const folder = mkdtempSync(join(tmpdir(), "windfall-e2e-"));
  process.env.E2E_FOLDER = folder;
  process.env.E2E_FRESH_PORT = await freePort();
  process.env.E2E_BOOTSTRAPPED_PORT = await freePort();
  process.env.E2E_MOUNT_PORT = await freePort();
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
}
const {
  E2E_FOLDER = "",
  E2E_FRESH_PORT = "",
  E2E_BOOTSTRAPPED_PORT = "",
  E2E_MOUNT_PORT = "",
} = process.env;

/** The production server, as a user starts it, on a data folder of its own. */
function installation(name: string, port: string, variables: Record<string, string>) {
  return {
    name,
    command: "node scripts/start.mjs",
    url: `http://127.0.0.1:${port}/healthz`,
    timeout: 300_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 30_000 },
    stdout: "pipe",
    env: {
      PORT: port,
      HOST: "127.0.0.1",
      WINDFALL_DATA_DIR: join(E2E_FOLDER, name),
      DATABASE_URL: "",
      RATE_LIMITS: "off",
      LOG_LEVEL: "warn",
      ...variables,
    },
  } as const;
}

const executablePath = systemChromium();

/** The fault tests start what they break themselves; alone, they need no installation beside it. */
const onlyFaults = process.env.FAULT_ROUNDS !== undefined;

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    // Neither UTC nor a whole hour from it: what is shown in the wrong zone looks wrong.
    timezoneId: "Asia/Kolkata",
    trace: "retain-on-failure",
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    {
      name: "fresh",
      testMatch: "first-run.spec.ts",
      use: { baseURL: `http://localhost:${E2E_FRESH_PORT}` },
    },
    {
      name: "bootstrapped",
      testIgnore: "first-run.spec.ts",
      use: { baseURL: `http://localhost:${E2E_BOOTSTRAPPED_PORT}` },
    },
  ],
  webServer: onlyFaults
    ? []
    : [
        installation("fresh", E2E_FRESH_PORT, { WINDFALL_SETUP_TOKEN: fresh.setupToken }),
        installation("bootstrapped", E2E_BOOTSTRAPPED_PORT, {
          WINDFALL_BOOTSTRAP_SECRET_KEY: bootstrapped.secretKey,
          WINDFALL_BOOTSTRAP_OWNER_EMAIL: bootstrapped.ownerEmail,
          WINDFALL_BOOTSTRAP_OWNER_PASSWORD: bootstrapped.ownerPassword,
        }),
        {
          name: "mount",
          command: "node e2e/next-mount.mjs",
          url: `http://127.0.0.1:${E2E_MOUNT_PORT}/v1/openapi.json`,
          timeout: 300_000,
          gracefulShutdown: { signal: "SIGTERM", timeout: 30_000 },
          stdout: "pipe",
          env: {
            MOUNT_PORT: E2E_MOUNT_PORT,
            NEIGHBOUR_URL: `http://127.0.0.1:${E2E_BOOTSTRAPPED_PORT}`,
            NEIGHBOUR_DATA_DIR: join(E2E_FOLDER, "bootstrapped"),
            NEXTAUTH_SECRET: "the journeys sign their sessions with this secret",
            RATE_LIMITS: "off",
            LOG_LEVEL: "warn",
          },
        },
      ],
});
