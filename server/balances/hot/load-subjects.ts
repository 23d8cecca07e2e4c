import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import type { PreparedStatement, Queryable } from "../../platform/sql";
import { instantArray, plainArray, textArray } from "../../platform/sql-array";
import { bytesOf, instantOf, recordCells } from "../../platform/sql-text";
import { grantRecord } from "../grant-row";
import { type ControlsRead, hasPlanControls } from "./controls-read";
import { HELD_LOCK, type StoredLock } from "./stored-lock";
import type { UsageRequest } from "./subject";

/** A request with the features that its catalog gave. */
export interface PlannedRequest {
  readonly request: UsageRequest;
  readonly catalog: Catalog;
  readonly features: readonly CatalogFeature[];
}

/** What a batch has read for all requests of one customer, entity, key and lock. */
export interface SubjectRead {
  readonly catalogVersion: number;
  readonly keyRefused: boolean;
  readonly customer: CustomerRead | null;
  /** The row id of the entity that was asked for; null when there is none. */
  readonly entityId: string | null;
  /** Whether held locks of the customer are past their expiry. */
  readonly lockDue: boolean;
  readonly heldLock: StoredLock | null;
  /** Null when nothing controls whoever asks. */
  readonly controls: ControlsRead | null;
  /** Of which the living grants were read. */
  readonly featureIds: readonly number[];
  readonly grants: readonly GrantRead[];
}

interface CustomerRead {
  readonly id: string;
  readonly seq: bigint;
  readonly recordedAt: Date;
}

/** A grant as it came, to be read with `grantOfRecord`. */
interface GrantRead {
  readonly record: string;
  readonly externalRef: string | null;
  readonly rollover: string | null;
  /** The external id of the entity that owns it. */
  readonly entityKey: string | null;
}

/** The answer that is stored under a request's key. */
interface ReplayRead {
  readonly bodyHash: string;
  readonly status: number;
  readonly answer: Buffer;
}

export interface BatchRead {
  /** By the position of the request; requests that ask the same share one. */
  readonly subjects: readonly (SubjectRead | undefined)[];
  /** By environment and hash of the key. */
  readonly replays: ReadonlyMap<string, ReplayRead>;
}

/**
 * Kinds of row: 0 a subject with one of its grants or none, 1 a subject's controls or lock, 2 a
 * stored answer. What most batches do not need hangs on conditions that are false at once.
 */
const SUBJECTS = `
    WITH s AS MATERIALIZED (
      SELECT i.n, i.features::int[] AS features, c.id AS customer_id,
        ROW(c.id, h.seq, h.recorded_at, e.catalog_version,
            i.key_id IS NOT NULL AND (k.id IS NULL OR k.revoked_at IS NOT NULL), en.id,
            (SELECT EXISTS (SELECT 1 FROM lock d WHERE d.status = 0 AND d.expires_at <= $8))
              AND EXISTS (SELECT 1 FROM lock d WHERE d.customer_id = c.id AND d.status = 0 AND d.expires_at <= i.now)
           )::text AS subject,
        CASE WHEN c.billing_controls IS NOT NULL OR en.billing_controls IS NOT NULL OR i.plan_controls
          THEN json_build_object(
            'customer', c.billing_controls, 'entity', en.billing_controls,
            'plans', (SELECT json_agg(json_build_array(p.plan_id, p.entity_id) ORDER BY p.started_at, p.id)
              FROM subscription p WHERE p.customer_id = c.id AND p.status IN ('active', 'past_due')),
            'windows', (SELECT json_agg(json_build_array(w.feature_id, w.scope_id, w.limit_hash::text,
                w.starts_at::text, w.ends_at::text, w.used::text))
              FROM usage_window w WHERE w.customer_id = c.id AND w.ends_at > i.now),
            'alerts', (SELECT json_agg(json_build_array(a.scope_id, a.feature_id, a.key, a.fired_at::text))
              FROM alert_state a WHERE a.customer_id = c.id),
            'topups', (SELECT json_agg(json_build_array(t.feature_id, t.suppressed_until::text))
              FROM topup_state t WHERE t.customer_id = c.id))
          END AS controls,
        CASE WHEN i.lock_key IS NOT NULL THEN (${HELD_LOCK}) END AS held_lock
      FROM unnest($1::int[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[],
                  $7::bool[], $9::text[]) WITH ORDINALITY
        AS i(env_id, external_id, entity_external_id, key_id, features, now, plan_controls, lock_key, n)
      JOIN environment e ON e.id = i.env_id
      LEFT JOIN api_key k ON k.env_id = i.env_id AND k.id = i.key_id
      LEFT JOIN customer c ON c.env_id = i.env_id AND c.external_id = i.external_id AND c.deleted_at IS NULL
      LEFT JOIN customer_head h ON h.customer_id = c.id
      LEFT JOIN entity en ON en.customer_id = c.id AND en.external_id = i.entity_external_id AND en.deleted_at IS NULL)
    SELECT 0, s.n, s.subject, CASE WHEN g.id IS NOT NULL THEN ${grantRecord} END, g.external_ref,
      g.rollover::text, ge.external_id
    FROM s
    LEFT JOIN grants g ON g.customer_id = s.customer_id AND g.feature_id = ANY (s.features) AND g.ended_at IS NULL
    LEFT JOIN entity ge ON ge.customer_id = g.customer_id AND ge.id = g.entity_id
    UNION ALL
    SELECT 1, s.n, NULL, s.controls::text, s.held_lock::text, NULL, NULL
    FROM s WHERE s.controls IS NOT NULL OR s.held_lock IS NOT NULL`;

/** Looks into every partition, so it is left out where no request has a key. */
const REPLAYS = `
    UNION ALL
    SELECT 2, x.env_id, x.key_hash::text, x.body_hash::text, x.status::text, x.answer::text, NULL
    FROM unnest($10::int[], $11::uuid[]) AS r(env_id, key_hash)
    JOIN idempotency x ON x.env_id = r.env_id AND x.key_hash = r.key_hash`;

const READ: PreparedStatement = { name: "load_subjects", text: SUBJECTS };
const READ_KEYED: PreparedStatement = {
  name: "load_subjects_keyed",
  text: `${SUBJECTS}${REPLAYS}`,
};

/** The requests that one row of the read serves. */
interface Wanted {
  readonly first: PlannedRequest;
  readonly featureIds: Set<number>;
  now: Date;
}

/**
 * Reads all that a batch of requests needs, in one statement and so in one snapshot: customers with
 * their gates, the living grants of the features asked for and of the credit systems that contain
 * them, controls with their counters, entities, stored answers, held locks, and whether each calling
 * key still holds. A customer that many requests ask for is read once.
 */
export async function loadSubjects(
  connection: Queryable,
  planned: readonly PlannedRequest[],
): Promise<BatchRead> {
  const places = new Map<string, number>();
  const wanted: Wanted[] = [];
  const placeOf = planned.map((plan) => {
    const key = subjectKey(plan.request);
    const known = places.get(key);
    if (known !== undefined) {
      widen(wanted[known] as Wanted, plan);
      return known;
    }
    places.set(key, wanted.length);
    wanted.push({ first: plan, featureIds: featureIdsOf(plan), now: plan.request.ctx.now });
    return wanted.length - 1;
  });
  const keyed = planned.filter(({ request }) => request.ctx.idempotency !== null);
  const rows = await connection.texts(
    keyed.length === 0 ? READ : READ_KEYED,
    parametersOf(wanted, keyed),
  );
  const { subjects, replays } = gather(rows, wanted);
  return { subjects: placeOf.map((place) => subjects[place]), replays };
}

function parametersOf(wanted: readonly Wanted[], keyed: readonly PlannedRequest[]): string[] {
  const requests = wanted.map(({ first }) => first.request);
  let latest = 0;
  for (const { now } of wanted) latest = Math.max(latest, now.getTime());
  return [
    plainArray(requests.map(({ ctx }) => ctx.tenant.envId)),
    textArray(requests.map(({ customerId }) => customerId)),
    textArray(requests.map(({ entityId }) => entityId)),
    plainArray(requests.map(keyIdOf)),
    textArray(wanted.map(({ featureIds }) => plainArray([...featureIds]))),
    instantArray(wanted.map(({ now }) => now)),
    plainArray(wanted.map(({ first }) => hasPlanControls(first.catalog))),
    new Date(latest).toISOString(),
    textArray(requests.map(({ lockKey }) => lockKey ?? null)),
    ...(keyed.length === 0 ? [] : [envIdsOf(keyed), keyHashesOf(keyed)]),
  ];
}

function envIdsOf(keyed: readonly PlannedRequest[]): string {
  return plainArray(keyed.map(({ request }) => request.ctx.tenant.envId));
}

function keyHashesOf(keyed: readonly PlannedRequest[]): string {
  return plainArray(keyed.map(({ request }) => request.ctx.idempotency?.keyHash ?? null));
}

function subjectKey(request: UsageRequest): string {
  const { ctx, customerId, entityId, lockKey } = request;
  const asker = `${ctx.tenant.envId}\n${keyIdOf(request) ?? ""}`;
  if (entityId === null && lockKey === undefined) return `${asker}\n${customerId}`;
  return `${asker}\n${JSON.stringify([customerId, entityId, lockKey])}`;
}

function featureIdsOf({ catalog, features }: PlannedRequest): Set<number> {
  const ids = new Set<number>();
  for (const feature of features) {
    ids.add(feature.id);
    for (const system of catalog.creditSystemsOf.get(feature.id) ?? []) ids.add(system.id);
  }
  return ids;
}

function widen(wanted: Wanted, plan: PlannedRequest): void {
  for (const id of featureIdsOf(plan)) wanted.featureIds.add(id);
  if (plan.request.ctx.now > wanted.now) wanted.now = plan.request.ctx.now;
}

function keyIdOf({ ctx }: UsageRequest): string | null {
  return ctx.actor.kind === "api_key" ? ctx.actor.id : null;
}

type Growing = SubjectRead & {
  grants: GrantRead[];
  controls: ControlsRead | null;
  heldLock: StoredLock | null;
};

function gather(
  rows: readonly (readonly (string | null)[])[],
  wanted: readonly Wanted[],
): { subjects: (SubjectRead | undefined)[]; replays: Map<string, ReplayRead> } {
  const subjects: (Growing | undefined)[] = wanted.map(() => undefined);
  const replays = new Map<string, ReplayRead>();
  // The parts of a union may come in any order, so what belongs to subjects waits for them.
  const beside: (readonly (string | null)[])[] = [];
  for (const row of rows) {
    if (row[0] !== "0") {
      beside.push(row);
      continue;
    }
    const place = Number(row[1]) - 1;
    const subject = subjects[place] ?? subjectOf(row[2] as string, wanted[place] as Wanted);
    subjects[place] = subject;
    const [, , , record = null, externalRef = null, rollover = null, entityKey = null] = row;
    if (record !== null) subject.grants.push({ record, externalRef, rollover, entityKey });
  }
  for (const [kind, n, hash, first = null, second = null, third = null] of beside) {
    if (kind === "2") {
      replays.set(`${n} ${hash}`, {
        bodyHash: first as string,
        status: Number(second),
        answer: bytesOf(third as string),
      });
      continue;
    }
    const subject = subjects[Number(n) - 1];
    if (subject === undefined) continue;
    subject.controls = first === null ? null : (JSON.parse(first) as ControlsRead);
    subject.heldLock = second === null ? null : (JSON.parse(second) as StoredLock);
  }
  return { subjects, replays };
}

function subjectOf(record: string, { featureIds }: Wanted): Growing {
  const [id = "", seq = "", recordedAt = "", version, refused, entityId = "", lockDue] =
    recordCells(record);
  return {
    catalogVersion: Number(version),
    keyRefused: refused === "t",
    customer: id === "" ? null : { id, seq: BigInt(seq), recordedAt: instantOf(recordedAt) },
    entityId: entityId === "" ? null : entityId,
    lockDue: lockDue === "t",
    heldLock: null,
    controls: null,
    featureIds: [...featureIds],
    grants: [],
  };
}
