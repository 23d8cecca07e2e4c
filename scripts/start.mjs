#!/usr/bin/env node
// @ts-check
import "./steps/check-node.mjs";
import { pathToFileURL } from "node:url";
import { buildProduct } from "./steps/build.mjs";
import { openDatabase, prepare } from "./steps/prepare.mjs";
import { step } from "./steps/progress.mjs";
import { inRoot, productVersion, root } from "./steps/root.mjs";
import { runMain } from "./steps/run-main.mjs";
import { onShutdown } from "./steps/shutdown.mjs";

/**
 * `npm start`: from whatever state the folder is in to a running Windfall. Each step is skipped when
 * there is nothing to do, so that a second start takes seconds.
 */
async function start() {
  Object.assign(process.env, { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
  const { url, folder } = await prepare();
  await buildProduct();
  await openDatabase(folder);
  /** @type {typeof import("../server/main")} */
  const { listen } = await import(pathToFileURL(inRoot("dist", "main.mjs")).href);
  const server = await step("Starting the server", async () => {
    const listening = await listen(root);
    onShutdown("The server", listening.close);
    await listening.open();
    return listening;
  });
  await greet(url, await server.setupToken());
}

/** @param {string} url @param {string | undefined} setupToken set while nobody owns the installation */
async function greet(url, setupToken) {
  const next =
    setupToken === undefined
      ? [`Sign in at ${url}`]
      : [
          `Create the first account at ${url}/setup`,
          `It asks for this one-time token: ${setupToken}`,
        ];
  console.log(
    ["", `Windfall ${productVersion()} runs at ${url}`, ...next, "Ctrl-C stops it.", ""].join("\n"),
  );
}

await runMain(start);
