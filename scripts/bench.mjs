#!/usr/bin/env node
// @ts-check
import "./steps/check-node.mjs";
import { parseArgs } from "node:util";
import { describeMachine } from "./bench/machine.mjs";
import { printResults } from "./bench/results.mjs";
import { seedCustomers } from "./bench/seed.mjs";
import { targetsOf } from "./bench/targets.mjs";
import { StartError } from "./start-error.mjs";
import { buildProduct } from "./steps/build.mjs";
import { installPackages } from "./steps/install.mjs";
import { step } from "./steps/progress.mjs";
import { runMain } from "./steps/run-main.mjs";
import { onShutdown, shutDown } from "./steps/shutdown.mjs";

/** As many customers are made over the API, which goes through all that the product does. */
const maxOverApi = 1000;

/**
 * `npm run bench`: how many checks and tracks a second the production build answers on this machine,
 * on a database and a data folder of its own that are gone afterwards.
 */
async function bench() {
  const options = readOptions();
  await installPackages();
  // These import packages, which a fresh clone installs only now.
  const { settleDatabase } = await import("./bench/database.mjs");
  const { chooseGenerator } = await import("./bench/generators.mjs");
  const { startBenchServer } = await import("./bench/server.mjs");
  await step("Building", buildProduct);
  const server = await step("Starting the server", () => startBenchServer(options));
  onShutdown("The measured server", server.stop);
  const seeded = Math.min(options.customers, maxOverApi);
  await step(`Making ${seeded} customers with 5 grants each`, () => seedCustomers(server, seeded));
  const size = await copyCustomers(server, { from: seeded, to: options.customers });
  const machine = describeMachine();
  const { settings } = await settleDatabase(server);
  const generator = await chooseGenerator(options.tool);
  onShutdown("The load generator", generator.close);
  const targets = (await targetsOf(server, options.customers)).filter(({ name }) =>
    name.includes(options.only),
  );
  /** @type {import("./bench/results.mjs").Measured[]} */
  const measured = [];
  for (const target of targets) await generator.run({ target, connections: 16, seconds: 3 });
  // Round by round, so that a slow minute of the machine does not hit one row alone.
  for (let round = 1; round <= options.runs; round += 1) {
    for (const target of targets) {
      for (const connections of options.connections) {
        // Lists of a thousand wait for each other long before that many callers.
        if (target.items !== undefined && connections > 16) continue;
        const label = `Round ${round} of ${options.runs}: ${target.name}, ${connections} connections`;
        const run = await step(label, () =>
          server.watch(() => generator.run({ target, connections, seconds: options.seconds })),
        );
        const perSecond = run.perSecond * (target.items ?? 1);
        measured.push({ target: target.name, connections, ...run, perSecond });
      }
    }
  }
  const aggregates = await aggregateRows(server, options.events);
  printResults({ options, machine, settings, generator: generator.name, measured });
  console.log([...size, ...aggregates].join("\n"));
  await shutDown(measured.some(({ errors }) => errors > 0) ? 1 : 0);
}

/** The others are copies of the first, made in SQL. @param {import("./bench/server.mjs").BenchServer} server @param {{ from: number, to: number }} numbers */
async function copyCustomers(server, { from, to }) {
  if (from === to) return [];
  const { copyFirstCustomer } = await import("./bench/copies.mjs");
  const size = await step(`Copying ${to - from} more`, () =>
    copyFirstCustomer(server, { from, to }),
  );
  return [`Size: ${size}`];
}

/** How long sums over many events take; nothing when no events are asked for. @param {import("./bench/server.mjs").BenchServer} server @param {number} events */
async function aggregateRows(server, events) {
  if (events === 0) return [];
  const { measureAggregates, seedEvents } = await import("./bench/events.mjs");
  await step(`Writing ${events} events`, () => seedEvents(server, events));
  return step("Asking for their sums", () => measureAggregates(server, 20));
}

/**
 * @typedef {object} BenchOptions
 * @property {number} runs of each cell; the table shows their medians
 * @property {number} seconds of one run
 * @property {number} customers
 * @property {number} events seeded for the measurement of `events.aggregate`; 0 leaves it out
 * @property {number[]} connections
 * @property {"wrk" | "autocannon" | undefined} tool
 * @property {string} only part of the names of the paths that are measured; "" is all
 * @property {string | undefined} profile a folder for the server's CPU profile
 */

/** @returns {BenchOptions} */
function readOptions() {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "3" },
      seconds: { type: "string", default: "10" },
      customers: { type: "string", default: "1000" },
      events: { type: "string", default: "0" },
      connections: { type: "string", default: "1,16,64" },
      only: { type: "string", default: "" },
      tool: { type: "string" },
      profile: { type: "string" },
    },
  });
  const { tool } = values;
  if (tool !== undefined && tool !== "wrk" && tool !== "autocannon") {
    throw new StartError(`--tool is wrk or autocannon, not "${tool}".`);
  }
  return {
    runs: count("--runs", values.runs),
    seconds: count("--seconds", values.seconds),
    customers: count("--customers", values.customers),
    events: values.events === "0" ? 0 : count("--events", values.events),
    connections: values.connections.split(",").map((text) => count("--connections", text)),
    only: values.only,
    tool,
    profile: values.profile,
  };
}

/** @param {string} name @param {string} text */
function count(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new StartError(`${name} takes whole numbers above 0, not "${text}".`);
}

await runMain(bench);
