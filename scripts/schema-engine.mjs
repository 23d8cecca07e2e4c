#!/usr/bin/env node
// @ts-check
/**
 * Stands in for Prisma's native schema engine, an executable that Prisma would download.
 *
 * Prisma's command line starts the executable named by PRISMA_SCHEMA_ENGINE_BINARY and talks to it
 * in line-delimited JSON-RPC over its standard streams. npm has the same engine as WebAssembly, with
 * the same methods; this file gives it that protocol, and a connection to Postgres through `pg`.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";

/** The catalog's one-byte type `"char"`, which introspection selects and the adapter cannot map. */
const CATALOG_CHAR = 18;
const CHARACTER = 1042;

/** The code that Prisma's command line expects of every failed request. */
const FAILED = 4466;

const args = process.argv.slice(2);

/** @type {Set<unknown>} ids of the requests that have no answer yet */
const inFlight = new Set();
/** @type {string | undefined} the words of a panic inside the engine */
let panic;

/** @param {string} name @returns {string[]} the values of an option that may be repeated */
function valuesOf(name) {
  return args.flatMap((arg, n) => (arg === name ? [args[n + 1] ?? ""] : []));
}

/** @param {object} message */
function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

/** @param {unknown} id @param {string} summary @param {object} details */
function sendFailure(id, summary, details) {
  const failure = { code: FAILED, message: summary, data: { is_panic: false, ...details } };
  send({ id, error: failure });
}

/** @param {"INFO" | "ERROR"} level @param {string} message @param {string} [code] */
function log(level, message, code) {
  const fields = { message, ...(code === undefined ? {} : { error_code: code }) };
  const line = {
    timestamp: new Date().toISOString(),
    level,
    target: "schema_engine::logger",
    fields,
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/**
 * A panic surfaces outside of the promise of the call that caused it. What is in flight must be
 * answered all the same, or `prisma migrate diff` ends without a word and with exit code 0.
 *
 * @param {unknown} error
 */
function answerAndDie(error) {
  const message = panic ?? (error instanceof Error ? error.stack : undefined) ?? String(error);
  log("ERROR", message);
  for (const id of inFlight) sendFailure(id, "panic", { message });
  setTimeout(() => process.exit(1), 200);
}

/** Loads the engine's WebAssembly and gives its bindings. */
async function loadEngine() {
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message: (/** @type {string} */ words) => {
        panic = words;
      },
    },
  });
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm");
  const bytes = readFileSync(entry.replace(/schema_engine\.js$/, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  const { __wbindgen_start: start } = instance.exports;
  if (typeof start === "function") start();
  return bindings;
}

/** @type {WeakMap<object, number[]>} the `"char"` columns of a result, by its rows */
const charColumns = new WeakMap();

/** Makes every `pg` query report `"char"` columns as characters, and remember which they were. */
function mapCatalogChars() {
  for (const { prototype } of [pg.Client, pg.Pool]) {
    /** @type {(...args: unknown[]) => any} */
    const query = prototype.query;
    Object.assign(prototype, {
      query(/** @type {unknown[]} */ ...queryArgs) {
        const pending = query.apply(this, queryArgs);
        return typeof pending?.then === "function" ? pending.then(withMappedChars) : pending;
      },
    });
  }
}

/** @param {any} answer one result, or one for each statement */
function withMappedChars(answer) {
  for (const result of [answer].flat()) {
    for (const [n, field] of (result?.fields ?? []).entries()) {
      if (field.dataTypeID !== CATALOG_CHAR) continue;
      field.dataTypeID = CHARACTER;
      charColumns.set(result.rows, [...(charColumns.get(result.rows) ?? []), n]);
    }
  }
  return answer;
}

/**
 * Two repairs of the adapter, on its prototypes and therefore once. Its results name `"char"`
 * columns as what they are, without which the engine panics on Postgres 18. And a script goes to
 * the server whole, where the adapter would cut it at each `;`, also inside a function's body.
 *
 * @param {any} adapter
 */
function repair(adapter) {
  const querying = ownerOf(adapter, "queryRaw");
  if (querying.isRepaired) return adapter;
  querying.isRepaired = true;
  const { queryRaw } = querying;
  querying.queryRaw = async function (/** @type {unknown} */ query) {
    const result = await queryRaw.call(this, query);
    for (const n of charColumns.get(result.rows) ?? []) {
      result.columnTypes[n] = ColumnTypeEnum.Character;
    }
    return result;
  };
  ownerOf(adapter, "executeScript").executeScript = async function (/** @type {string} */ script) {
    try {
      await this.client.query(script);
    } catch (error) {
      this.onError(error);
    }
  };
  return adapter;
}

/** @param {any} object @param {string} method @returns {any} the prototype that defines it */
function ownerOf(object, method) {
  let owner = object;
  while (!Object.hasOwn(owner, method)) owner = Object.getPrototypeOf(owner);
  return owner;
}

/** Opens connections for the engine, and the shadow database that migrations are tried on. */
class AdapterFactory extends PrismaPg {
  #config;

  /** @param {pg.PoolConfig} config in parts, since a connection string would win over `database` */
  constructor(config) {
    super(config);
    this.#config = config;
  }

  /** @override */
  async connect() {
    return repair(await super.connect());
  }

  /**
   * Unlike the adapter's own, this one closes its pool before it drops the shadow database.
   *
   * @override
   */
  async connectToShadowDb() {
    const admin = new pg.Client(this.#config);
    await admin.connect();
    const database = `prisma_migrate_shadow_db_${randomUUID()}`;
    await admin.query(`CREATE DATABASE "${database}"`);
    const adapter = repair(await new PrismaPg({ ...this.#config, database }).connect());
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await admin.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
      await admin.end();
    };
    return adapter;
  }
}

/** @param {string} url @returns {pg.PoolConfig} its parts, as `pg` understands them */
function poolConfig(url) {
  const { host, port, user, password, database, ssl } = new pg.Client({ connectionString: url });
  return { host, port, user, password, database, ssl };
}

/** `schema-engine cli …`: the two questions about databases that are not JSON-RPC. */
async function runCommand(/** @type {string} */ command, /** @type {string} */ url) {
  const target = new URL(url);
  try {
    if (command === "can-connect-to-database") {
      await withClient(url, async () => {});
    } else if (command === "create-database") {
      const name = decodeURIComponent(target.pathname.slice(1));
      target.pathname = "/postgres";
      await withClient(target.href, (client) =>
        client.query(`CREATE DATABASE "${name.replaceAll('"', '""')}"`),
      );
    } else {
      throw new Error(`The stand-in engine has no command ${command}.`);
    }
    log("INFO", "ok");
    return 0;
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "3D000";
    // Prisma's command line reads the last line; it wants one before it.
    log("INFO", "starting");
    log(
      "ERROR",
      error instanceof Error ? error.message : `${error}`,
      isMissing ? "P1003" : "P1001",
    );
    return 1;
  }
}

/** @param {string} url @param {(client: pg.Client) => Promise<unknown>} work */
async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Answers one request of Prisma's command line.
 *
 * @param {() => Promise<any>} getEngine
 * @param {string} line
 */
async function answer(getEngine, line) {
  const { id, method, params } = JSON.parse(line);
  // The command line's own answer to a `print` has no method.
  if (!method) return;
  inFlight.add(id);
  try {
    const engine = await getEngine();
    const name = method === "getDatabaseVersion" ? "version" : method;
    const result = await engine[name](params ?? {});
    const { stdout } = result ?? {};
    if (method === "diff" && stdout) {
      // The text of a diff is not part of its answer: the engine asks for it to be printed.
      const content = stdout.replace(/\n$/, "");
      send({ method: "print", params: { content }, id: 1_000_000 + id });
      send({ id, result: { ...result, stdout: null } });
    } else {
      send({ id, result: result ?? null });
    }
  } catch (error) {
    const details = failureOf(error);
    sendFailure(id, "An error happened. Check the data field for details.", details);
  } finally {
    inFlight.delete(id);
  }
}

/** @param {any} error whose message may be JSON with the code that Prisma documents */
function failureOf(error) {
  const message = error?.message ?? String(error);
  try {
    const known = JSON.parse(message);
    return { message: known.message ?? message, error_code: known.error_code, meta: known.meta };
  } catch {
    return { message, error_code: error?.code };
  }
}

/** Answers requests until the command line closes the stream. */
async function serve(/** @type {string} */ url) {
  const bindings = await loadEngine();
  mapCatalogChars();
  const factory = bindMigrationAwareSqlAdapterFactory(new AdapterFactory(poolConfig(url)));
  /** @type {[string, string][]} */
  const datamodels = valuesOf("--datamodels").map((path) => [path, readFileSync(path, "utf8")]);
  const options = { datamodels: datamodels.length > 0 ? datamodels : undefined };
  /** @type {Promise<any> | undefined} */
  let engine;
  const getEngine = () => {
    engine ??= bindings.SchemaEngine.new(options, () => {}, factory);
    return engine;
  };
  /** @type {Set<Promise<void>>} */
  const pending = new Set();
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("line", (line) => {
    const work = answer(getEngine, line).finally(() => pending.delete(work));
    pending.add(work);
  });
  lines.on("close", async () => {
    await Promise.allSettled(pending);
    process.exit(0);
  });
}

process.on("uncaughtException", answerAndDie);
process.on("unhandledRejection", answerAndDie);

const { url = "postgresql://localhost/none" } = JSON.parse(valuesOf("--datasource")[0] ?? "{}");
if (args.includes("--version") || args.includes("-V")) {
  console.log("schema-engine-wasm (npm)");
} else if (args.includes("cli")) {
  process.exit(await runCommand(args[args.indexOf("cli") + 1] ?? "", url));
} else {
  await serve(url);
}
