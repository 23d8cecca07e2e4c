// @ts-check
import { spawnSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { totalmem } from "node:os";

const megabyte = 1024 * 1024;

/**
 * The settings that the server is started with. Durability (`fsync`, `synchronous_commit`,
 * `full_page_writes`) stays at Postgres' safe defaults.
 *
 * The checkpoint settings are those that the growth figures were measured with; both memory and
 * write-ahead log shrink to what the machine has.
 *
 * @param {string} folder the data folder, whose disk bounds the write-ahead log
 * @returns {Record<string, string>}
 */
export function defaultSettings(folder) {
  return {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "100",
    shared_buffers: `${sharedBuffersMegabytes()}MB`,
    checkpoint_timeout: "15min",
    max_wal_size: `${maxWalMegabytes(folder)}MB`,
    random_page_cost: "1.1",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    logging_collector: "off",
    log_checkpoints: "off",
    // Statements and row values may hold personal fields, which do not belong into a log.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
  };
}

/** A sixteenth of the memory that this process may use, between 64 MB and 1 GB: it is not alone here. */
function sharedBuffersMegabytes() {
  const limit = process.constrainedMemory?.() ?? 0;
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return clamp(Math.floor(memory / 16 / megabyte), 64, 1024);
}

/** @param {string} folder 8 GB where there is room, else a tenth of the free space */
function maxWalMegabytes(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return clamp(Math.floor((bavail * bsize) / 10 / megabyte), 128, 8192);
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/**
 * Whether this build of Postgres can compress its write-ahead log with lz4; not every one can.
 *
 * @param {import("./run-as.mjs").RunAs} runAs
 * @param {string} postgres
 * @param {string} database
 */
export function supportsLz4(runAs, postgres, database) {
  const question = ["-D", database, "-C", "wal_compression", "-c", "wal_compression=lz4"];
  const answer = spawnSync(...runAs.wrap(postgres, question), {
    ...runAs.options,
    stdio: "ignore",
  });
  return answer.status === 0;
}
