#!/usr/bin/env node
// @ts-check
import "./steps/check-node.mjs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { StartError } from "./start-error.mjs";
import { buildPrograms } from "./steps/build.mjs";
import { openDatabase, prepare } from "./steps/prepare.mjs";
import { inRoot, root } from "./steps/root.mjs";
import { runMain } from "./steps/run-main.mjs";
import { onShutdown, shutDown } from "./steps/shutdown.mjs";

// `npm run reset-password` and its like: runs server/NAME.ts as a program of its own, on the same
// data folder as `npm start` and at the same time if that runs.
await runMain(async () => {
  const [name = "", ...args] = process.argv.slice(2);
  if (!/^[a-z-]+$/.test(name) || !existsSync(inRoot("server", `${name}.ts`))) {
    throw new StartError(`There is no program server/${name}.ts.`);
  }
  const { folder } = await prepare({ listens: false });
  await buildPrograms();
  await openDatabase(folder);
  const program = spawn(process.execPath, [inRoot("dist", `${name}.mjs`), ...args], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", LOG_LEVEL: process.env.LOG_LEVEL ?? "warn" },
    stdio: "inherit",
  });
  const ended = once(program, "exit");
  onShutdown("The program", async () => {
    program.kill("SIGTERM");
    await ended;
  });
  const [status] = await ended;
  await shutDown(status ?? 1);
});
