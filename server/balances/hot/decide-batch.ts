import { unknownKey } from "../../auth/authenticate-key";
import type { Catalog } from "../../catalog/catalog";
import { cachedCatalog, loadCatalog } from "../../catalog/load-catalog";
import { WindfallError } from "../../core/error";
import { customerNotFound } from "../../customers/rows";
import { entityNotFound } from "../../entities/rows";
import { decodeAnswer } from "../../platform/answer-codec";
import { wallNow } from "../../platform/clock";
import type { Ctx } from "../../platform/context";
import type { Db } from "../../platform/db";
import { duplicateKey, Replay } from "../../platform/idempotency";
import type { Queryable } from "../../platform/sql";
import { CustomerState } from "./customer-state";
import {
  type BatchRead,
  loadSubjects,
  type PlannedRequest,
  type SubjectRead,
} from "./load-subjects";
import type { UsageRequest } from "./subject";

/** A waiting caller. */
export interface Waiting {
  readonly request: UsageRequest;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** How often it was decided again, because a gate or the catalog had moved. */
  attempts: number;
}

/** What became of a waiting request, told to its caller only after the batch is durable. */
export type Settled = { waiting: Waiting; customerId: string | null } & (
  | { kind: "answered"; answer: unknown }
  | { kind: "failed"; error: unknown }
  | { kind: "stale" }
  | { kind: "lock due" }
);

/** What became of the requests of a batch, provided that what is dirty gets written. */
export interface BatchDecision {
  readonly settled: readonly Settled[];
  readonly dirty: readonly CustomerState[];
}

/** Reads for all requests at once and decides each in turn. Writes nothing. */
export async function decideBatch(
  connection: Queryable,
  batch: readonly Waiting[],
  db: Db,
): Promise<BatchDecision> {
  const { planned, refused } = await planBatch(batch, db);
  const read = await loadSubjects(
    connection,
    planned.map(({ plan }) => plan),
  );
  const states = new Map<string, CustomerState>();
  const decided = planned.map(({ waiting, plan }, n) =>
    decideOne({ waiting, plan, subject: read.subjects[n], read, states }),
  );
  return {
    settled: [...refused, ...decided],
    dirty: [...states.values()].filter((state) => state.isDirty),
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
  return new Replay({ status: stored.status, body: decodeAnswer(stored.answer) });
}
