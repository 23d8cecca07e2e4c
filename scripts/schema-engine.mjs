#!/usr/bin/env node
// Stand-in for Prisma's native `schema-engine` executable (which is a download):
// same line-delimited JSON-RPC on stdio, backed by the WebAssembly build that npm ships.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const argv = process.argv.slice(2);
const opt = (n) => argv.flatMap((a, i) => (a === n ? [argv[i + 1]] : []));
const log = (level, message, error_code) =>
  process.stderr.write(
    JSON.stringify({
      timestamp: new Date().toISOString(),
      level,
      target: "schema_engine::logger",
      fields: { message, ...(error_code && { error_code }) },
    }) + "\n",
  );

// A Rust panic surfaces outside the call's promise: answer what is in flight, or the CLI (`migrate diff`!) exits 0 without a word
const inflight = new Set();
let panic;
const die = (e) => {
  const message = panic ?? e?.stack ?? String(e);
  log("ERROR", message);
  for (const id of inflight)
    process.stdout.write(
      JSON.stringify({
        jsonrpc: "2.0",
        id,
        error: { code: 4466, message: "panic", data: { is_panic: false, message } },
      }) + "\n",
    );
  setTimeout(() => process.exit(1), 200);
};
globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message: (m) => {
    panic = m;
  },
};
process.on("uncaughtException", die);
process.on("unhandledRejection", die);
const bg = await import("@prisma/schema-engine-wasm/schema_engine_bg");
if (argv.includes("--version") || argv.includes("-V")) {
  console.log("schema-engine-wasm (npm)");
  process.exit(0);
}
const wasmPath = require
  .resolve("@prisma/schema-engine-wasm")
  .replace(/schema_engine\.js$/, "schema_engine_bg.wasm");
const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), {
  "./schema_engine_bg.js": bg,
});
bg.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

const { PrismaPg } = await import("@prisma/adapter-pg");
const charCols = new WeakMap();
{
  // adapter-pg has no mapping for the catalogue type "char" (oid 18), which introspection selects and wants as Character
  const { default: pg } = await import("pg");
  const fix = (x) => {
    for (const y of [x].flat())
      y?.fields?.forEach((f, i) => {
        if (f.dataTypeID === 18) {
          f.dataTypeID = 1042;
          charCols.set(y.rows, [...(charCols.get(y.rows) ?? []), i]);
        }
      });
    return x;
  };
  for (const c of [pg.Client, pg.Pool]) {
    const query = c.prototype.query;
    c.prototype.query = function (...a) {
      const r = query.apply(this, a);
      return typeof r?.then === "function" ? r.then(fix) : r;
    };
  }
}
const { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } = await import(
  "@prisma/driver-adapter-utils"
);
const ds = JSON.parse(opt("--datasource")[0] ?? "{}");
const url = ds.url;

if (argv.includes("cli")) {
  const { default: pg } = await import("pg");
  const cmd = argv[argv.indexOf("cli") + 1];
  const u = new URL(url);
  const db = decodeURIComponent(u.pathname.slice(1));
  try {
    if (cmd === "can-connect-to-database") {
      const c = new pg.Client({ connectionString: url });
      await c.connect();
      await c.end();
    } else if (cmd === "create-database") {
      u.pathname = "/postgres";
      const c = new pg.Client({ connectionString: u.href });
      await c.connect();
      await c.query(`CREATE DATABASE "${db.replaceAll('"', '""')}"`);
      await c.end();
    } else throw new Error(`unknown cli command ${cmd}`);
    log("INFO", "ok");
    process.exit(0);
  } catch (e) {
    log("INFO", "starting");
    log("ERROR", e.message, e.code === "3D000" ? "P1003" : "P1001");
    process.exit(1);
  }
}

const datamodels = opt("--datamodels").map((p) => [p, readFileSync(p, "utf8")]);
let wrapped = false;
function wrapQueryRaw(adapter) {
  if (wrapped) return adapter;
  wrapped = true;
  let proto = adapter;
  while (!Object.hasOwn(proto, "queryRaw")) proto = Object.getPrototypeOf(proto);
  const { queryRaw } = proto;
  proto.queryRaw = async function (q) {
    const r = await queryRaw.call(this, q);
    for (const i of charCols.get(r.rows) ?? []) r.columnTypes[i] = ColumnTypeEnum.Character;
    return r;
  };
  // adapter-pg splits a script at every `;`, also inside $$ bodies, strings and comments: send it whole, as the native engine does
  let sp = adapter;
  while (!Object.hasOwn(sp, "executeScript")) sp = Object.getPrototypeOf(sp);
  sp.executeScript = async function (script) {
    try {
      await this.client.query(script);
    } catch (e) {
      this.onError(e);
    }
  };
  return adapter;
}
class Factory extends PrismaPg {
  #c;
  constructor(c) {
    super(c);
    this.#c = c;
  }
  async connect() {
    return wrapQueryRaw(await super.connect());
  }
  // adapter-pg drops the shadow database before closing its own pool on it
  async connectToShadowDb() {
    const { default: pg } = await import("pg");
    const admin = new pg.Client(this.#c);
    await admin.connect();
    const database = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    await admin.query(`CREATE DATABASE "${database}"`);
    const adapter = wrapQueryRaw(await new PrismaPg({ ...this.#c, database }).connect());
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await admin.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
      await admin.end();
    };
    return adapter;
  }
}
const factory = bindMigrationAwareSqlAdapterFactory(
  new Factory(parseUrl(url ?? "postgresql://localhost/none")),
);
// parsed, not { connectionString }: adapter-pg's shadow database only overrides `database`, which a connectionString wins over
function parseUrl(u) {
  const { schema, ...c } = require("pg-connection-string").parse(u);
  return { ...c, port: c.port ? Number(c.port) : undefined };
}
let engine;
const getEngine = () =>
  (engine ??= bg.SchemaEngine.new(
    { datamodels: datamodels.length ? datamodels : undefined },
    () => {},
    factory,
  ));

const parseErr = (e) => {
  // user-facing errors come back as a JSON string or an Error with message
  const m = e?.message ?? String(e);
  try {
    const j = JSON.parse(m);
    return { message: j.message ?? m, error_code: j.error_code, meta: j.meta };
  } catch {
    return { message: m, error_code: e?.code };
  }
};
const pending = new Set();
const rl = createInterface({ input: process.stdin, crlfDelay: Infinity });
rl.on("line", (line) => {
  const p = (async () => {
    const { id, method, params } = JSON.parse(line);
    if (!method) return; // the CLI's answer to our `print`
    inflight.add(id);
    try {
      const e = await getEngine();
      const m = { getDatabaseVersion: "version" }[method] ?? method;
      let r = await e[m](params ?? {});
      if (method === "diff" && r?.stdout != null) {
        process.stdout.write(
          JSON.stringify({
            jsonrpc: "2.0",
            method: "print",
            params: { content: r.stdout.replace(/\n$/, "") },
            id: 1e6 + id,
          }) + "\n",
        );
        r = { ...r, stdout: null };
      }
      process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result: r ?? null }) + "\n");
      inflight.delete(id);
    } catch (err) {
      inflight.delete(id);
      const d = parseErr(err);
      process.stdout.write(
        JSON.stringify({
          jsonrpc: "2.0",
          id,
          error: {
            code: 4466,
            message: "An error happened. Check the data field for details.",
            data: { is_panic: false, ...d },
          },
        }) + "\n",
      );
    }
  })();
  pending.add(p);
  p.finally(() => pending.delete(p));
});
rl.on("close", async () => {
  await Promise.allSettled([...pending]);
  process.exit(0);
});
