// @ts-check
import pg from "pg";

/**
 * Writes of more than a gigabyte, dropped again: the log files they fill are used again after a
 * checkpoint. A new database makes each of its log files when it first needs it, and everybody
 * waits for that; one that has run for an hour does not.
 */
const FILL_LOG = `
  CREATE TABLE bench_log AS SELECT repeat('x', 1000) FROM generate_series(1, 1500000);
  DROP TABLE bench_log;
  CHECKPOINT`;

/**
 * Brings the measured database to where it is after some running time, log files and the planner's
 * statistics, and reads its settings.
 *
 * @param {import("./server.mjs").BenchServer} server
 * @returns {Promise<{ settings: string }>} those that the figures depend on, in a line
 */
export async function settleDatabase({ database }) {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    for (const statement of FILL_LOG.split(";")) await client.query(statement);
    await client.query("VACUUM ANALYZE");
    const names = ["server_version", "fsync", "synchronous_commit", "full_page_writes"];
    const sizes = ["shared_buffers", "max_wal_size", "wal_compression"];
    /** @type {string[]} */
    const shown = [];
    for (const name of [...names, ...sizes]) {
      const { rows } = await client.query(`SHOW ${name}`);
      shown.push(`${name} ${Object.values(rows[0])[0]}`);
    }
    return { settings: shown.join(", ") };
  } finally {
    await client.end();
  }
}
