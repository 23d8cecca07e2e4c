// @ts-check
import pg from "pg";

/**
 * Brings the planner's statistics up to date, as Postgres itself does within a minute, and reads the
 * settings of the measured database.
 *
 * @param {import("./server.mjs").BenchServer} server
 * @returns {Promise<{ settings: string }>} those that the figures depend on, in a line
 */
export async function settleDatabase({ database }) {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
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
