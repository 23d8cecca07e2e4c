import { parseArgs } from "node:util";
import { WindfallError } from "./core/error";
import { findDemoTenant } from "./demo/demo-tenant";
import { loadDemo } from "./demo/load-demo";
import { elapsedMs } from "./platform/clock";
import { db } from "./platform/db";

const USAGE =
  "npm run demo -- [--org SLUG] [--env SLUG] [--force]: loads the demo into a sandbox, which is empty unless --force is given.";

/** `npm run demo`: fills a sandbox with customers and three months of their usage. */
async function main(): Promise<number> {
  const startedAt = elapsedMs();
  try {
    const { org, env, force } = readArguments();
    const tenant = await findDemoTenant(db(), { organization: org, environment: env });
    console.log("Loading the demo …");
    const loaded = await loadDemo(db(), tenant, { force });
    const seconds = Math.round((elapsedMs() - startedAt) / 100) / 10;
    console.log(
      `Loaded ${loaded.features} features, ${loaded.plans} plans, ${loaded.customers} customers, ` +
        `${loaded.entities} entities and ${loaded.events} events in ${seconds} s.`,
    );
    console.log("They are in the environment Sandbox of the dashboard.");
    return 0;
  } catch (error) {
    if (!(error instanceof WindfallError)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    await db().close();
  }
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        org: { type: "string" },
        env: { type: "string" },
        force: { type: "boolean", default: false },
      },
    });
    return { org: values.org, env: values.env, force: values.force };
  } catch (error) {
    const reason = error instanceof Error ? `${error.message}. ` : "";
    throw new WindfallError("invalid_request", "invalid_inputs", `${reason}${USAGE}`);
  }
}

process.exitCode = await main();
