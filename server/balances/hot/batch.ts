import { setTimeout as wait } from "node:timers/promises";
import { WindfallError } from "../../core/error";
import type { Ctx } from "../../platform/context";
import type { Db } from "../../platform/db";
import { lockGates } from "../rows";
import { type BatchDecision, decideBatch, type Settled, type Waiting } from "./decide-batch";
import { closingsOfDueLocks } from "./due-locks";
import type { UsageRequest } from "./subject";
import { isConnectionLost, settleUnknown } from "./unknown-outcome";
import { type WriterSlot, writeBatch } from "./write-batch";

const LANE_SLOTS = [0, 1] as const;
const ALONE: WriterSlot = 2;
const MAX_BATCH = 500;
const MAX_ATTEMPTS = 8;
const RECONNECT_MS = 25;
/** Unique violation and deadlock. */
const REPEATABLE = new Set(["23505", "40P01"]);

interface Lane {
  readonly slot: WriterSlot;
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
    const waiting = { request, resolve, reject, attempts: 0 };
    runLocked(request.ctx.db, [waiting], ALONE).catch(reject);
  });
}

function laneOf({ ctx, customerId }: UsageRequest): Lane {
  const lanes = lanesByDb.get(ctx.db) ?? openLanes(ctx.db);
  let hash = ctx.tenant.envId;
  for (let i = 0; i < customerId.length; i++) {
    hash = (Math.imul(hash, 31) + customerId.charCodeAt(i)) | 0;
  }
  return lanes[Math.abs(hash) % LANE_SLOTS.length] as Lane;
}

function openLanes(db: Db): readonly Lane[] {
  const lanes = LANE_SLOTS.map((slot) => ({ slot, queue: [], running: false }));
  lanesByDb.set(db, lanes);
  return lanes;
}

async function drain(lane: Lane): Promise<void> {
  while (lane.queue.length > 0) {
    const batch = lane.queue.splice(0, MAX_BATCH);
    await runBatch(batch, lane.slot).catch((error: unknown) => {
      for (const waiting of batch) waiting.reject(error);
    });
  }
  lane.running = false;
}

/** Runs a batch; one that cannot be written as a whole is halved, so only the guilty one fails. */
async function runBatch(batch: readonly Waiting[], slot: WriterSlot): Promise<void> {
  const db = batch[0]?.request.ctx.db;
  if (db === undefined) return;
  await finish(batch, { db, slot }, () => attempt(db, batch, slot));
}

/** Tells who is done and runs the others again: those alone, since the rest is committed. */
async function finish(
  batch: readonly Waiting[],
  { db, slot }: Place,
  run: () => Promise<Attempt>,
): Promise<void> {
  let left = batch;
  try {
    const { settled, again, due } = await run();
    left = [...again, ...due.map(({ waiting }) => waiting)];
    tell(settled);
    await expireDue(db, due);
  } catch (error) {
    if (isConnectionLost(error)) await waitForDatabase(left, error, slot);
    else await halve(left, error, slot);
    return;
  }
  if (left.length > 0) await runLocked(db, left, slot);
}

/** The connection broke before anything was written: the whole batch again, a little later. */
async function waitForDatabase(
  batch: readonly Waiting[],
  error: unknown,
  slot: WriterSlot,
): Promise<void> {
  for (const waiting of batch) waiting.attempts += 1;
  const fit = batch.filter(({ attempts }) => attempts <= MAX_ATTEMPTS);
  for (const waiting of batch) if (!fit.includes(waiting)) waiting.reject(error);
  const [first] = fit;
  if (first === undefined) return;
  await wait(RECONNECT_MS * first.attempts);
  await runBatch(fit, slot);
}

async function halve(batch: readonly Waiting[], error: unknown, slot: WriterSlot): Promise<void> {
  const [only, ...others] = batch;
  if (only === undefined) return;
  if (others.length === 0 && !(isRepeatable(error) && only.attempts < MAX_ATTEMPTS)) {
    only.reject(error);
    return;
  }
  for (const waiting of batch) waiting.attempts += 1;
  const middle = Math.ceil(batch.length / 2);
  await runBatch(batch.slice(0, middle), slot);
  if (middle < batch.length) await runBatch(batch.slice(middle), slot);
}

/** A key or a lock that a twin stored meanwhile, or a deadlock: decided again, it sees the other. */
function isRepeatable(error: unknown): boolean {
  return error instanceof Error && "code" in error && REPEATABLE.has(String(error.code));
}

/** Closes the locks that were found due, so that what they held counts for whoever waits. */
async function expireDue(db: Db, due: readonly DueLock[]): Promise<void> {
  const ctxs = new Map<string, Ctx>();
  for (const { customerId, waiting } of due) {
    const known = ctxs.get(customerId);
    const { ctx } = waiting.request;
    if (known === undefined || known.now < ctx.now) ctxs.set(customerId, ctx);
  }
  for (const [customerId, { tenant, now }] of ctxs) {
    const whose = { customerIds: [customerId] };
    const requests = await closingsOfDueLocks(db, { envId: tenant.envId, now }, whose);
    for (const request of requests) await decideAlone(request);
  }
}

/**
 * The slow path: takes the gates before it reads, for customers whose gate moved under a batch. It
 * is also the way back in for requests that were planned with an outdated catalog or that waited for
 * a lock to end.
 */
async function runLocked(db: Db, batch: readonly Waiting[], slot: WriterSlot): Promise<void> {
  for (const waiting of batch) waiting.attempts += 1;
  const fit = batch.filter(({ attempts }) => attempts <= MAX_ATTEMPTS);
  for (const waiting of batch) if (!fit.includes(waiting)) waiting.reject(busy());
  if (fit.length === 0) return;
  await finish(fit, { db, slot }, () => attemptLocked(db, fit, slot));
}

function busy(): WindfallError {
  return new WindfallError(
    "provider_unavailable",
    "service_unavailable",
    "This customer is being changed by too many callers at once. Retry in a second.",
  );
}

/** Where a batch is written: which database, and as which of this process's writers. */
interface Place {
  readonly db: Db;
  readonly slot: WriterSlot;
}

interface DueLock {
  readonly waiting: Waiting;
  readonly customerId: string;
}

interface Attempt {
  /** Safe to tell as soon as the connection's writes are committed. */
  readonly settled: readonly Settled[];
  readonly again: readonly Waiting[];
  /** Of customers with a lock that has to be closed first. */
  readonly due: readonly DueLock[];
}

/** Read, decide each in turn, write. */
async function attempt(db: Db, batch: readonly Waiting[], slot: WriterSlot): Promise<Attempt> {
  const decision = await decideBatch(db.hot, batch, db);
  const { dirty } = decision;
  if (dirty.length === 0) return sortOut(decision, new Set());
  try {
    return sortOut(decision, await writeBatch(db.hot, dirty, slot));
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    return sortOut(decision, await settleUnknown(db, dirty));
  }
}

/** The same behind the customers' gates. */
async function attemptLocked(
  db: Db,
  batch: readonly Waiting[],
  slot: WriterSlot,
): Promise<Attempt> {
  let decision: BatchDecision | null = null;
  try {
    return await db.transact(async (tx) => {
      await lockGates(
        tx,
        batch.map(({ request }) => ({
          envId: request.ctx.tenant.envId,
          externalId: request.customerId,
        })),
      );
      decision = await decideBatch(tx, batch, db);
      const { dirty } = decision;
      return sortOut(decision, dirty.length === 0 ? new Set() : await writeBatch(tx, dirty, slot));
    });
  } catch (error) {
    if (decision === null || !isConnectionLost(error)) throw error;
    return sortOut(decision, await settleUnknown(db, (decision as BatchDecision).dirty));
  }
}

/** Who may be told, who is decided again, and who waits for a lock to be closed. */
function sortOut({ settled, dirty }: BatchDecision, durable: ReadonlySet<string>): Attempt {
  const lost = new Set(
    dirty.flatMap(({ customerId }) => (durable.has(customerId) ? [] : [customerId])),
  );
  const told: Settled[] = [];
  const again: Waiting[] = [];
  const due: DueLock[] = [];
  for (const one of settled) {
    const { waiting, customerId, kind } = one;
    if (kind === "lock due" && customerId !== null) due.push({ waiting, customerId });
    else if (kind === "stale" || (customerId !== null && lost.has(customerId))) again.push(waiting);
    else told.push(one);
  }
  return { settled: told, again, due };
}

function tell(settled: readonly Settled[]): void {
  for (const one of settled) {
    if (one.kind === "answered") one.waiting.resolve(one.answer);
    else if (one.kind === "failed") one.waiting.reject(one.error);
  }
}
