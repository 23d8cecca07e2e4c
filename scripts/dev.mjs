#!/usr/bin/env node
// @ts-check
import "./steps/check-node.mjs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { generateClient } from "./steps/build.mjs";
import { listenAddress } from "./steps/options.mjs";
import { openDatabase, prepare } from "./steps/prepare.mjs";
import { step } from "./steps/progress.mjs";
import { inRoot, root } from "./steps/root.mjs";
import { runMain } from "./steps/run-main.mjs";
import { onShutdown, shutDown } from "./steps/shutdown.mjs";

// `npm run dev`: the framework's development server with hot reloading, on the same data folder as
// `npm start`. It serves the public API through the route in app/v1.
await runMain(async () => {
  const { folder } = await prepare();
  await step("Generating the database client", generateClient);
  await openDatabase(folder);
  const { host, port } = listenAddress(process.env);
  const next = inRoot("node_modules", "next", "dist", "bin", "next");
  const server = spawn(process.execPath, [next, "dev", "-H", host, "-p", String(port)], {
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
    stdio: "inherit",
  });
  const ended = once(server, "exit");
  onShutdown("The development server", async () => {
    server.kill("SIGTERM");
    await ended;
  });
  const [status] = await ended;
  await shutDown(status ?? 0);
});
