#!/usr/bin/env node
// @ts-check
import "./steps/check-node.mjs";
import { parseArgs } from "node:util";
import { StartError } from "./start-error.mjs";
import { buildProduct } from "./steps/build.mjs";
import { installPackages } from "./steps/install.mjs";
import { runInstalled } from "./steps/run-command.mjs";
import { runMain } from "./steps/run-main.mjs";
import { shutDown } from "./steps/shutdown.mjs";

/**
 * `node scripts/faults.mjs --rounds 1000`: kills the production build and its Postgres, and cuts the
 * connections between them, as the tests do on every change, but as often as one likes. A filter of
 * test names may follow: `-- "kill -9 of the app"`.
 */
async function faults() {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: "string", default: "1000" } },
    allowPositionals: true,
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new StartError(`--rounds takes a whole number above 0, not "${values.rounds}".`);
  }
  await installPackages();
  await buildProduct();
  const filter = positionals.flatMap((name) => ["--grep", name]);
  const { status } = await runInstalled(
    "@playwright/test/cli.js",
    ["test", "faults.spec.ts", "--project=bootstrapped", "--reporter=list", ...filter],
    { env: { ...process.env, FAULT_ROUNDS: String(rounds) }, echo: true },
  );
  await shutDown(status === 0 ? 0 : 1);
}

await runMain(faults);
