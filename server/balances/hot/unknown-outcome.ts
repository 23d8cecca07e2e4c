import { setTimeout as wait } from "node:timers/promises";
import { WindfallError } from "../../core/error";
import type { Db, Tx } from "../../platform/db";
import { keyParameters } from "../../platform/idempotency";
import { log } from "../../platform/log";
import { sql } from "../../platform/sql";
import { plainArray } from "../../platform/sql-array";
import { lockGatesById, moveGates } from "../rows";
import type { CustomerState } from "./customer-state";

const ATTEMPTS = 10;
const PAUSE_MS = 50;
/** States in which the server ended the connection, rather than the statement. */
const CONNECTION_STATES = /^(08|57P0)/;
const SOCKET_CODES = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENOTFOUND"]);

/** Whether an error leaves open what the database did, because the connection itself broke. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return (
    CONNECTION_STATES.test(code) ||
    SOCKET_CODES.has(code) ||
    /^(Connection terminated|Client has encountered a connection error|Query read timeout|timeout exceeded when trying to connect)/.test(
      error.message,
    )
  );
}

/**
 * Finds out what became of a write whose answer was lost, and makes sure that it cannot happen any
 * more if it has not: each customer's gate is taken, which waits for the lost statement if it still
 * runs, the rows are looked for by the ids that we gave them, and where they are missing the gate is
 * moved, so that the lost statement's fence fails whenever it should wake up.
 *
 * @returns the customers whose effects are durable; the others may be decided again.
 * @throws `provider_unavailable/service_unavailable` when the database does not come back.
 */
export async function settleUnknown(
  db: Db,
  states: readonly CustomerState[],
): Promise<Set<string>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transact((tx) => settle(tx, states));
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      log.warn({ attempt, customers: states.length }, "the outcome of a write is not known yet");
      if (attempt === ATTEMPTS) throw unknownOutcome();
      await wait(PAUSE_MS * attempt);
    }
  }
}

async function settle(tx: Tx, states: readonly CustomerState[]): Promise<Set<string>> {
  const customerIds = states.map(({ customerId }) => customerId);
  await lockGatesById(tx, customerIds);
  const durable = await findWritten(tx, states);
  await moveGates(
    tx,
    customerIds.filter((id) => !durable.has(id)),
  );
  return durable;
}

/** The customers of whose effects a row is there: they are written all or none. */
async function findWritten(tx: Tx, states: readonly CustomerState[]): Promise<Set<string>> {
  const effects = states.map((state) => state.effects);
  const events = effects.flatMap((one) => one.events);
  const told = effects.flatMap((one) => one.outbox);
  const locks = effects.flatMap((one) =>
    [...one.locks.values()].map((lock) => ({ customerId: one.customerId, lock })),
  );
  const keys = effects.flatMap((one) => one.keys);
  const [envIds, keyHashes, , , customerIds, answers] = keyParameters(keys);
  const rows = await tx.query<{ customer_id: string }>(sql`
    SELECT e.customer_id
    FROM unnest(${plainArray(events.map(({ event }) => event.id))}::uuid[],
                ${events.map(({ recordedAt }) => recordedAt)}::timestamptz[]) AS i(id, recorded_at)
    JOIN meter_event e ON e.id = i.id AND e.recorded_at = i.recorded_at
    UNION
    SELECT o.customer_id
    FROM unnest(${plainArray(told.map(({ id }) => id))}::uuid[],
                ${told.map(({ recordedAt }) => recordedAt)}::timestamptz[]) AS i(id, recorded_at)
    JOIN outbox o ON o.id = i.id AND o.recorded_at = i.recorded_at
    UNION
    SELECT l.customer_id
    FROM unnest(${plainArray(locks.map(({ customerId }) => customerId))}::uuid[],
                ${plainArray(locks.map(({ lock }) => lock.id))}::uuid[],
                ${plainArray(locks.map(({ lock }) => lock.status))}::smallint[],
                ${locks.map(({ lock }) => lock.closedAt)}::timestamptz[])
      AS i(customer_id, id, status, closed_at)
    JOIN lock l ON l.customer_id = i.customer_id AND l.id = i.id AND l.status = i.status
      AND l.closed_at IS NOT DISTINCT FROM i.closed_at
    UNION
    SELECT i.customer_id
    FROM unnest(${envIds}::int[], ${keyHashes}::uuid[], ${customerIds}::uuid[], ${answers}::bytea[])
      AS i(env_id, key_hash, customer_id, answer)
    JOIN idempotency x ON x.env_id = i.env_id AND x.key_hash = i.key_hash AND x.answer = i.answer`);
  return new Set(rows.map((row) => row.customer_id));
}

function unknownOutcome(): WindfallError {
  return new WindfallError(
    "provider_unavailable",
    "service_unavailable",
    "The database was lost before it said whether this was stored. Send it again with the same idempotency key; without a key it may count twice.",
  );
}
