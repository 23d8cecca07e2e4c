// @ts-check
import pg from "pg";
import { errorCode, StartError } from "../start-error.mjs";

const oldestMajor = 15;

/**
 * Makes sure that a Postgres we can use answers at an address that was given to us.
 *
 * @param {string} url
 */
export async function assertDatabaseAnswers(url) {
  const { majorVersion } = await firstAnswer(url);
  if (majorVersion < oldestMajor) {
    throw new StartError(
      `${placeOf(url)} is Postgres ${majorVersion}. Windfall needs Postgres ${oldestMajor} or newer: ` +
        "upgrade it, or leave DATABASE_URL out and `npm start` brings its own.",
    );
  }
}

/** @param {string} url @returns {Promise<{ majorVersion: number }>} */
async function firstAnswer(url) {
  const client = connect(url);
  try {
    await client.connect();
    const { rows } = await client.query(
      "SELECT current_setting('server_version_num')::int AS version",
    );
    return { majorVersion: Math.floor(rows[0].version / 10_000) };
  } catch (error) {
    throw explain(error, url);
  } finally {
    await client.end().catch(() => {});
  }
}

/** @param {string} url */
function connect(url) {
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on("error", () => {});
    return client;
  } catch (error) {
    throw explain(error, url);
  }
}

/**
 * @param {unknown} error
 * @param {string} url
 */
function explain(error, url) {
  const cause = { cause: error };
  const mend = "Correct DATABASE_URL, or leave it out and `npm start` brings its own Postgres.";
  const place = placeOf(url);
  switch (errorCode(error)) {
    case "ECONNREFUSED":
      return new StartError(
        `Nothing answers at ${place}. Start that Postgres first. ${mend}`,
        cause,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(`The host of ${place} is unknown. ${mend}`, cause);
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
      return new StartError(`${place} cannot be reached from here. ${mend}`, cause);
    case "28P01":
    case "28000":
      return new StartError(`${place} refuses this user or password. ${mend}`, cause);
    case "3D000":
      return new StartError(
        `The server at ${place} answers, but has no database of that name. Create it with createdb. ${mend}`,
        cause,
      );
    case "53300":
      return new StartError(
        `${place} has no connection left for us. Close other programs or raise its max_connections. ${mend}`,
        cause,
      );
    default: {
      const reason = error instanceof Error ? error.message : String(error);
      return new StartError(`${place} does not answer as a Postgres: ${reason}. ${mend}`, cause);
    }
  }
}

/** @param {string} url the database's place, without the password */
function placeOf(url) {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `the database ${pathname.slice(1)} at ${hostname}:${port || 5432}`;
  } catch {
    return "the address in DATABASE_URL";
  }
}
