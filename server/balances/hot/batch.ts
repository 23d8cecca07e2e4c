import { unknownKey } from "../../auth/authenticate-key";
import type { Catalog } from "../../catalog/catalog";
import { cachedCatalog, loadCatalog } from "../../catalog/load-catalog";
import { WindfallError } from "../../core/error";
import { customerNotFound } from "../../customers/rows";
import { entityNotFound } from "../../entities/rows";
import { wallNow } from "../../platform/clock";
import type { Ctx } from "../../platform/context";
import type { Db } from "../../platform/db";
import { duplicateKey, Replay } from "../../platform/idempotency";
import type { Queryable } from "../../platform/sql";
import { lockGates } from "../rows";
import { CustomerState } from "./customer-state";
import { closingsOfDueLocks } from "./due-locks";
import {
  type BatchRead,
  loadSubjects,
  type PlannedRequest,
  type SubjectRead,
} from "./load-subjects";
import type { UsageRequest } from "./subject";
import { type WriterSlot, writeBatch } from "./write-batch";

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
  | { kind: "lock due" }
);

const LANE_SLOTS = [0, 1] as const;
const ALONE: WriterSlot = 2;
const MAX_BATCH = 500;
const MAX_ATTEMPTS = 8;
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
  await finish(batch, { db, slot }, () => attempt(db.hot, batch, { db, slot }));
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
    await halve(left, error, slot);
    return;
  }
  if (left.length > 0) await runLocked(db, left, slot);
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
    const requests = await closingsOfDueLocks(db, { envId: tenant.envId, customerId, now });
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
  await finish(fit, { db, slot }, () =>
    db.transact(async (tx) => {
      await lockGates(
        tx,
        fit.map(({ request }) => ({
          envId: request.ctx.tenant.envId,
          externalId: request.customerId,
        })),
      );
      return attempt(tx, fit, { db, slot });
    }),
  );
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
async function attempt(
  connection: Queryable,
  batch: readonly Waiting[],
  { db, slot }: Place,
): Promise<Attempt> {
  const { planned, refused } = await planBatch(batch, db);
  const read = await loadSubjects(
    connection,
    planned.map(({ plan }) => plan),
  );
  const states = new Map<string, CustomerState>();
  const decided = planned.map(({ waiting, plan }, n) =>
    decideOne({ waiting, plan, subject: read.subjects[n], read, states }),
  );
  const dirty = [...states.values()].filter((state) => state.isDirty);
  const durable = dirty.length > 0 ? await writeBatch(connection, dirty, slot) : new Set<string>();
  const lost = new Set(
    dirty.flatMap(({ customerId }) => (durable.has(customerId) ? [] : [customerId])),
  );
  const settled: Settled[] = [...refused];
  const again: Waiting[] = [];
  const due: DueLock[] = [];
  for (const one of decided) {
    const { waiting, customerId, kind } = one;
    if (kind === "lock due" && customerId !== null) due.push({ waiting, customerId });
    else if (kind === "stale" || (customerId !== null && lost.has(customerId))) again.push(waiting);
    else settled.push(one);
  }
  return { settled, again, due };
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
  subject: SubjectRead | undefined;
  read: BatchRead;
  states: Map<string, CustomerState>;
}): Settled {
  const { waiting, plan, subject, read, states } = input;
  const { request } = plan;
  const { ctx } = request;
  const fail = (error: unknown, customerId: string | null = null): Settled => ({
    waiting,
    customerId,
    kind: "failed",
    error,
  });
  if (subject === undefined || subject.catalogVersion !== plan.catalog.version) {
    return { waiting, customerId: null, kind: "stale" };
  }
  if (subject.keyRefused) return fail(unknownKey());
  const replay = replayOf(ctx, read);
  if (replay !== null) return fail(replay);
  if (subject.customer === null) return fail(customerNotFound(request.customerId));
  const customerId = subject.customer.id;
  if (subject.lockDue && request.closesDueLocks !== true) {
    return { waiting, customerId, kind: "lock due" };
  }
  const state = stateOf(states, subject.customer, ctx);
  const twin = ctx.idempotency === null ? null : state.answerOf(ctx.idempotency.keyHash);
  if (twin !== null) {
    const same = twin.bodyHash === ctx.idempotency?.bodyHash;
    return fail(same ? new Replay({ status: 200, body: twin.body }) : duplicateKey(), customerId);
  }
  if (request.entityId !== null && subject.entityId === null) {
    return fail(entityNotFound(request.entityId));
  }
  state.absorb(subject, plan.catalog);
  try {
    return { waiting, customerId, kind: "answered", answer: state.decide(plan, subject) };
  } catch (error) {
    return fail(error, customerId);
  }
}

function stateOf(
  states: Map<string, CustomerState>,
  customer: { id: string; seq: bigint; recordedAt: Date },
  ctx: Ctx,
): CustomerState {
  const known = states.get(customer.id);
  if (known !== undefined) return known;
  const state = new CustomerState({
    customerId: customer.id,
    envId: ctx.tenant.envId,
    expectedSeq: customer.seq,
    headRecordedAt: customer.recordedAt,
    wallNow: ctx.storedAt ?? wallNow(),
  });
  states.set(customer.id, state);
  return state;
}

function replayOf({ idempotency: key, tenant }: Ctx, { replays }: BatchRead): Error | null {
  if (key === null) return null;
  const stored = replays.get(`${tenant.envId} ${key.keyHash}`);
  if (stored === undefined) return null;
  if (stored.bodyHash !== key.bodyHash) return duplicateKey();
  return new Replay({ status: stored.status, body: stored.answer.toString("utf8") });
}

function tell(settled: readonly Settled[]): void {
  for (const one of settled) {
    if (one.kind === "answered") one.waiting.resolve(one.answer);
    else if (one.kind === "failed") one.waiting.reject(one.error);
  }
}
