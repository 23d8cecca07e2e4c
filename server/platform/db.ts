import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "@/generated/prisma/client";
import { env } from "./env";
import { log } from "./log";
import type { PreparedStatement, Queryable, Sql } from "./sql";

declare const transactionBrand: unique symbol;

/** One checked-out connection inside a transaction. Only `inTransaction` can make one. */
export interface Tx extends Queryable {
  readonly [transactionBrand]: true;
}

/** The process's connections to Postgres. */
export interface Db extends Queryable {
  /** Typed reads, and the standalone writes of what needs no ledger. */
  readonly prisma: PrismaClient;
  /** The connections of `check` and `track`: always generic plans, no JIT. */
  readonly hot: Queryable;
  /** Runs `run` on one connection, between BEGIN and COMMIT; an error rolls back and is rethrown. */
  transact<T>(run: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const INT8_OID = 20;

// `bigint` columns are sequence numbers and minor units: a JS number would lose their last digits.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8_OID && format !== "binary"
      ? BigInt
      : pg.types.getTypeParser(oid, format ?? "text")) as typeof pg.types.getTypeParser,
};

const unread = (text: string) => text;
const asTexts: pg.CustomTypesConfig = {
  getTypeParser: (() => unread) as typeof pg.types.getTypeParser,
};

function poolFor(url: string, max: number, options: string, queryTimeoutMs?: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    // Instants are read by position, so they are always written in UTC.
    options: `${options} -c timezone=UTC`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    ...(queryTimeoutMs === undefined ? {} : { query_timeout: queryTimeoutMs }),
    idle_in_transaction_session_timeout: 5_000,
  });
  pool.on("error", (error) => log.warn({ reason: error.message }, "idle connection lost"));
  // A connection that breaks while it is checked out fails its statement, which tells the caller.
  // Nobody else listens then, and an error event that nobody hears ends the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

function queryableOn(client: pg.Pool | pg.PoolClient): Queryable {
  return {
    query: async <Row>(statement: Sql) =>
      (await client.query({ text: statement.text, values: statement.values as unknown[] }))
        .rows as Row[],
    prepared: async <Row>(statement: PreparedStatement, values: readonly unknown[]) =>
      (await client.query({ name: statement.name, text: statement.text, values: [...values] }))
        .rows as Row[],
    texts: async ({ name, text }, values) =>
      (
        await client.query<(string | null)[]>({
          name,
          text,
          values: values as unknown[],
          rowMode: "array",
          types: asTexts,
        })
      ).rows,
  };
}

/** Opens the pools on `url`. Connections are made on first use. */
export function openDb(url: string): Db {
  const pool = poolFor(url, 10, "-c statement_timeout=30000");
  const hotPool = poolFor(
    url,
    6,
    "-c plan_cache_mode=force_generic_plan -c jit=off -c statement_timeout=10000",
    // Beyond the server's own limit: only a connection that is silently gone gets here.
    12_000,
  );
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 5 }) });
  return {
    ...queryableOn(pool),
    hot: queryableOn(hotPool),
    prisma,
    transact: (run) => transactOn(pool, run),
    close: async () => {
      await Promise.all([pool.end(), hotPool.end(), prisma.$disconnect()]);
    },
  };
}

async function transactOn<T>(pool: pg.Pool, run: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await run(queryableOn(client) as Tx);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((reason: Error) => {
      broken = reason;
    });
    throw error;
  } finally {
    // A connection that cannot roll back is thrown away, never handed to the next caller.
    client.release(broken);
  }
}

/**
 * One open transaction in the shape of the whole: what a command does on it commits or rolls back
 * with `tx`, and several at once take turns. For loading much at a stroke, such as the demo.
 */
export function joinTransaction(db: Db, tx: Tx): Db {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const turn = last.then(run, run);
    last = turn.catch(() => undefined);
    return turn;
  };
  const joined: Queryable = {
    query: (statement) => inTurn(() => tx.query(statement)),
    prepared: (statement, values) => inTurn(() => tx.prepared(statement, values)),
    texts: (statement, values) => inTurn(() => tx.texts(statement, values)),
  };
  return {
    ...joined,
    hot: joined,
    prisma: db.prisma,
    transact: (run) => run(joined as Tx),
    close: async () => {},
  };
}

const globalDb = globalThis as typeof globalThis & { windfallDb?: Db };

/**
 * The process-wide connections. Kept on `globalThis` because the server bundle and Next's own
 * bundle are two module graphs in one process and must share the pools.
 */
export function db(): Db {
  globalDb.windfallDb ??= openDb(env().DATABASE_URL);
  return globalDb.windfallDb;
}
