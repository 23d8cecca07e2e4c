// @ts-check
import { join } from "node:path";

/**
 * The names that the embedded Postgres uses in a data folder.
 *
 * @param {string} folder
 */
export function places(folder) {
  const database = join(folder, "postgres");
  return {
    database,
    initializing: `${database}-initializing`,
    password: `${database}-password`,
    log: `${database}.log`,
    lock: `${database}.lock`,
    owner: `${database}.owner`,
    postmaster: join(database, "postmaster.pid"),
  };
}

/**
 * The environment of the Postgres binaries: ours, without what would change their behaviour.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function serverEnvironment() {
  const environment = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  for (const name of Object.keys(environment)) {
    if (name.startsWith("PG")) Reflect.deleteProperty(environment, name);
  }
  return environment;
}
