import { unknownKey } from "../../auth/authenticate-key";
import type { Catalog } from "../../catalog/catalog";
import { cachedCatalog, loadCatalog } from "../../catalog/load-catalog";
import { WindfallError } from "../../core/error";
import { customerNotFound } from "../../customers/rows";
import { entityNotFound } from "../../entities/rows";
import { wallNow } from "../../platform/clock";
import type { Ctx } from "../../platform/context";
import type { Db } from "../../platform/db";
import { duplicateKey, type IdempotencyRequest, Replay } from "../../platform/idempotency";
import type { Queryable } from "../../platform/sql";
import { lockGates } from "../rows";
import { CustomerState } from "./customer-state";
import { loadSubjects, type PlannedRequest, type SubjectRow } from "./load-subjects";
import type { UsageRequest } from "./subject";
import { writeBatch } from "./write-batch";

/** A waiting caller. */
interface Waiting {
  readonly request: UsageRequest;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** How often it was decided again, because a gate or the catalog had moved. */
  attempts: number;
}

/** What became of a waiting request, told to its caller only after the batch is durable. */
type Settled = { waiting: Waiting; customerId: string | null } & (
  | { kind: "answered"; answer: unknown }
  | { kind: "failed"; error: unknown }
  | { kind: "stale" }
);

const LANES = 2;
const MAX_BATCH = 500;
const MAX_ATTEMPTS = 8;

interface Lane {
  readonly queue: Waiting[];
  running: boolean;
}

/** A batch runs on one connection, so what waits for different databases never waits together. */
const lanesByDb = new WeakMap<Db, readonly Lane[]>();

/**
 * Decides a request of the hot path together with whatever else waits: while one batch of a lane
 * is in flight the next collects; there is no timer, so a lone request goes at once. Requests of
 * one customer share a lane, so two batches of a process never compete for a gate.
 *
 * @returns the wire answer, after its effects are committed.
 */
export function decideInBatch(request: UsageRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const lane = laneOf(request);
    lane.queue.push({ request, resolve, reject, attempts: 0 });
    if (!lane.running) {
      lane.running = true;
      // Requests that arrive in the same turn of the event loop join the batch.
      setImmediate(() => void drain(lane));
    }
  });
}

/**
 * Decides a request behind the customer's gate at once, beside the lanes: for work that waiting
 * requests of the same lane wait for.
 *
 * @returns the wire answer, after its effects are committed.
 */
export function decideAlone(request: UsageRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    runLocked(request.ctx.db, [{ request, resolve, reject, attempts: 0 }]).catch(reject);
  });
}

function laneOf({ ctx, customerId }: UsageRequest): Lane {
  const lanes = lanesByDb.get(ctx.db) ?? openLanes(ctx.db);
  let hash = ctx.tenant.envId;
  for (let i = 0; i < customerId.length; i++) {
    hash = (Math.imul(hash, 31) + customerId.charCodeAt(i)) | 0;
  }
  return lanes[Math.abs(hash) % LANES] as Lane;
}

function openLanes(db: Db): readonly Lane[] {
  const lanes = Array.from({ length: LANES }, () => ({ queue: [], running: false }));
  lanesByDb.set(db, lanes);
  return lanes;
}

async function drain(lane: Lane): Promise<void> {
  while (lane.queue.length > 0) {
    const batch = lane.queue.splice(0, MAX_BATCH);
    await runBatch(batch).catch((error: unknown) => {
      for (const waiting of batch) waiting.reject(error);
    });
  }
  lane.running = false;
}

/** Runs a batch; one that cannot be written as a whole is halved, so only the guilty one fails. */
async function runBatch(batch: readonly Waiting[]): Promise<void> {
  const db = batch[0]?.request.ctx.db;
  if (db === undefined) return;
  try {
    const first = await attempt(db.hot, batch, db);
    tell(first.settled);
    if (first.again.length > 0) await runLocked(db, first.again);
  } catch (error) {
    await halve(batch, error);
  }
}

async function halve(batch: readonly Waiting[], error: unknown): Promise<void> {
  const [only, ...others] = batch;
  if (only === undefined) return;
  // A key stored by a twin in another process: decided again, it finds the twin's answer.
  const retry = isDuplicate(error) && only.attempts < MAX_ATTEMPTS;
  if (others.length === 0 && !retry) {
    only.reject(error);
    return;
  }
  for (const waiting of batch) waiting.attempts += 1;
  const middle = Math.ceil(batch.length / 2);
  await runBatch(batch.slice(0, middle));
  if (middle < batch.length) await runBatch(batch.slice(middle));
}

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}

/**
 * The slow path: takes the gates before it reads, for customers whose gate moved under a batch. It
 * is also the way back in for requests that were planned with an outdated catalog.
 */
async function runLocked(db: Db, batch: readonly Waiting[]): Promise<void> {
  for (const waiting of batch) waiting.attempts += 1;
  const fit = batch.filter(({ attempts }) => attempts <= MAX_ATTEMPTS);
  for (const waiting of batch) if (!fit.includes(waiting)) waiting.reject(busy());
  if (fit.length === 0) return;
  const { settled, again } = await db.transact(async (tx) => {
    await lockGates(
      tx,
      fit.map(({ request }) => ({
        envId: request.ctx.tenant.envId,
        externalId: request.customerId,
      })),
    );
    return attempt(tx, fit, db);
  });
  tell(settled);
  if (again.length > 0) await runLocked(db, again);
}

function busy(): WindfallError {
  return new WindfallError(
    "provider_unavailable",
    "service_unavailable",
    "This customer is being changed by too many callers at once. Retry in a second.",
  );
}

interface Attempt {
  /** Safe to tell as soon as the connection's writes are committed. */
  readonly settled: readonly Settled[];
  readonly again: readonly Waiting[];
}

/** Read, decide each in turn, write. */
async function attempt(connection: Queryable, batch: readonly Waiting[], db: Db): Promise<Attempt> {
  const { planned, refused } = await planBatch(batch, db);
  const rows = await loadSubjects(
    connection,
    planned.map(({ plan }) => plan),
  );
  const states = new Map<string, CustomerState>();
  const decided = planned.map(({ waiting, plan }, n) =>
    decideOne({ waiting, plan, rows: rows[n] ?? [], states }),
  );
  const dirty = [...states.values()].filter((state) => state.isDirty);
  const durable = dirty.length > 0 ? await writeBatch(connection, dirty) : new Set<string>();
  const lost = new Set(
    dirty.flatMap(({ customerId }) => (durable.has(customerId) ? [] : [customerId])),
  );
  const mustRepeat = (one: Settled) =>
    one.kind === "stale" || (one.customerId !== null && lost.has(one.customerId));
  return {
    settled: [...refused, ...decided.filter((one) => !mustRepeat(one))],
    again: decided.filter(mustRepeat).map(({ waiting }) => waiting),
  };
}

/** Finds each request's features; a name that memory does not know is looked up afresh once. */
async function planBatch(
  batch: readonly Waiting[],
  db: Db,
): Promise<{ planned: { waiting: Waiting; plan: PlannedRequest }[]; refused: Settled[] }> {
  const planned: { waiting: Waiting; plan: PlannedRequest }[] = [];
  const refused: Settled[] = [];
  for (const waiting of batch) {
    const { request } = waiting;
    const { envId } = request.ctx.tenant;
    const cached = waiting.attempts > 0 ? null : cachedCatalog(envId);
    try {
      planned.push({ waiting, plan: await planRequest(request, cached, db) });
    } catch (error) {
      refused.push({ waiting, customerId: null, kind: "failed", error });
    }
  }
  return { planned, refused };
}

async function planRequest(
  request: UsageRequest,
  cached: Catalog | null,
  db: Db,
): Promise<PlannedRequest> {
  if (cached !== null) {
    try {
      return { request, catalog: cached, features: request.featuresIn(cached) };
    } catch (error) {
      if (!(error instanceof WindfallError)) throw error;
    }
  }
  const catalog = await loadCatalog(db, request.ctx.tenant.envId);
  return { request, catalog, features: request.featuresIn(catalog) };
}

function decideOne(input: {
  waiting: Waiting;
  plan: PlannedRequest;
  rows: readonly SubjectRow[];
  states: Map<string, CustomerState>;
}): Settled {
  const { waiting, plan, rows, states } = input;
  const { ctx } = plan.request;
  const [row] = rows;
  const fail = (error: unknown, customerId: string | null = null): Settled => ({
    waiting,
    customerId,
    kind: "failed",
    error,
  });
  if (row === undefined || row.catalog_version !== plan.catalog.version) {
    return { waiting, customerId: null, kind: "stale" };
  }
  if (row.key_refused) return fail(unknownKey());
  const replay = replayOf(ctx.idempotency, row);
  if (replay !== null) return fail(replay);
  if (row.customer_id === null) return fail(customerNotFound(plan.request.customerId));
  const state = stateOf(states, row, ctx);
  const { customerId } = state;
  const twin = ctx.idempotency === null ? null : state.answerOf(ctx.idempotency.keyHash);
  if (twin !== null) {
    const same = twin.bodyHash === ctx.idempotency?.bodyHash;
    return fail(same ? new Replay({ status: 200, body: twin.body }) : duplicateKey(), customerId);
  }
  if (plan.request.entityId !== null && row.found_entity_id === null) {
    return fail(entityNotFound(plan.request.entityId));
  }
  const entity =
    plan.request.entityId === null || row.found_entity_id === null
      ? null
      : { id: row.found_entity_id, externalId: plan.request.entityId };
  state.absorb(rows, plan.catalog);
  try {
    const answer = state.decide(plan, entity);
    return { waiting, customerId, kind: "answered", answer };
  } catch (error) {
    return fail(error, customerId);
  }
}

function stateOf(states: Map<string, CustomerState>, row: SubjectRow, ctx: Ctx): CustomerState {
  const customerId = row.customer_id as string;
  const known = states.get(customerId);
  if (known !== undefined) return known;
  const state = new CustomerState({
    customerId,
    envId: ctx.tenant.envId,
    expectedSeq: row.head_seq,
    headRecordedAt: row.head_recorded_at,
    wallNow: ctx.storedAt ?? wallNow(),
  });
  states.set(customerId, state);
  return state;
}

function replayOf(key: IdempotencyRequest | null, row: SubjectRow): Error | null {
  if (key === null || row.replay_body_hash === null) return null;
  if (row.replay_body_hash !== key.bodyHash) return duplicateKey();
  return new Replay({
    status: row.replay_status ?? 200,
    body: row.replay_answer?.toString("utf8") ?? "",
  });
}

function tell(settled: readonly Settled[]): void {
  for (const one of settled) {
    if (one.kind === "answered") one.waiting.resolve(one.answer);
    else if (one.kind === "failed") one.waiting.reject(one.error);
  }
}
