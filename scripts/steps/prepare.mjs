// @ts-check
import { openDataFolder } from "../data-folder.mjs";
import { StartError } from "../start-error.mjs";
import { loadEnvironmentCheck } from "./build.mjs";
import { installPackages } from "./install.mjs";
import { listenAddress, loadEnvFile, localUrl } from "./options.mjs";
import { assertPortIsFree } from "./port.mjs";
import { step } from "./progress.mjs";
import { inRoot } from "./root.mjs";
import { provideSecrets } from "./secrets.mjs";
import { onShutdown } from "./shutdown.mjs";

/**
 * Everything that can be found wrong without a long step: the port, the packages, the variables, the
 * given database, the data folder. Afterwards the environment is complete but for DATABASE_URL.
 *
 * @param {{ listens?: boolean }} [options] `listens` is false for what needs no port
 * @returns {Promise<{ url: string, folder: string | undefined }>}
 */
export async function prepare({ listens = true } = {}) {
  loadEnvFile();
  const environment = process.env;
  const address = listenAddress(environment);
  if (listens) await assertPortIsFree(address);
  await installPackages();
  await checkVariables();
  const { DATABASE_URL: given } = environment;
  if (given) {
    const { assertDatabaseAnswers } = await import("./database.mjs");
    await assertDatabaseAnswers(given);
  }
  // With a database and a secret of its own elsewhere, an installation needs no folder.
  const folder =
    given && environment.NEXTAUTH_SECRET
      ? undefined
      : openDataFolder(environment.WINDFALL_DATA_DIR || inRoot(".windfall"));
  if (folder && !given) {
    const { inspectDatabase } = await import("../embedded-postgres.mjs");
    inspectDatabase(folder);
  }
  if (folder) provideSecrets(folder, environment);
  const url = environment.WINDFALL_URL || environment.NEXTAUTH_URL || localUrl(address);
  environment.NEXTAUTH_URL ||= url;
  return { url, folder };
}

/**
 * Boots the data folder's Postgres unless DATABASE_URL names another, and migrates.
 *
 * @param {string | undefined} folder
 */
export async function openDatabase(folder) {
  const environment = process.env;
  if (!environment.DATABASE_URL) {
    if (!folder) throw new StartError("There is neither a data folder nor a DATABASE_URL.");
    const { boot } = await import("../embedded-postgres.mjs");
    const booting = step("Starting the database", () => boot({ dir: folder }));
    // Registered before it runs: a stop in this very moment waits for the start and then stops it.
    onShutdown("The database", () =>
      booting.then(
        (server) => server.stop(),
        () => {},
      ),
    );
    environment.DATABASE_URL = (await booting).url;
  }
  const { migrate } = await import("../migrate.mjs");
  const { DATABASE_URL: url } = environment;
  await step("Bringing the database up to date", () => migrate(url));
}

/** Stops with one sentence for each wrong variable. What is generated later is not asked for yet. */
async function checkVariables() {
  const { parseEnv } = await loadEnvironmentCheck();
  try {
    parseEnv({
      ...process.env,
      DATABASE_URL: process.env.DATABASE_URL || "postgresql://generated.invalid/later",
      NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || "it will be generated in the data folder",
    });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "EnvironmentError") throw error;
    throw new StartError(`The environment is not right:\n${error.message.replace(/^/gm, "  ")}`);
  }
}
