import type { Catalog } from "../../catalog/catalog";
import { noControls } from "../../core/balances/controls";
import type { Grant } from "../../core/balances/grant";
import type { GrantChange } from "../../core/balances/ledger";
import { applyDue } from "../../core/balances/reset";
import type { StoredEvent } from "../../events/rows";
import type { StoredKey } from "../../platform/idempotency";
import { toGrant } from "../grant-row";
import type { StoredChange } from "../rows";
import type { PlannedRequest, SubjectRow } from "./load-subjects";
import type { Decided, Subject } from "./subject";

/**
 * A customer during one batch: what was read, plus what the requests decided so far. Each request
 * sees what its predecessors left; nothing here is stored until the batch is written.
 */
export class CustomerState {
  readonly customerId: string;
  readonly envId: number;
  readonly expectedSeq: bigint;
  readonly changes = new Map<string, StoredChange>();
  readonly events: StoredEvent[] = [];
  readonly keys: StoredKey[] = [];
  private readonly wallNow: Date;
  private readonly grants = new Map<number, Map<string, Grant>>();
  private readonly entityNames = new Map<string, string>();
  private readonly answers = new Map<string, { bodyHash: string; body: string }>();
  private lastNow: Date;
  private lastRecordedAt: Date;
  private seq: bigint;

  constructor(read: {
    customerId: string;
    envId: number;
    expectedSeq: bigint;
    headRecordedAt: Date;
    wallNow: Date;
  }) {
    this.customerId = read.customerId;
    this.envId = read.envId;
    this.expectedSeq = read.expectedSeq;
    this.seq = read.expectedSeq;
    this.wallNow = read.wallNow;
    this.lastRecordedAt = read.headRecordedAt;
    this.lastNow = read.headRecordedAt;
  }

  /** When the newest of this batch's rows is stored: never before the customer's last write. */
  get recordedAt(): Date {
    return this.lastRecordedAt;
  }

  /** The gate's next value. It moves with every write, even one that changes no figure. */
  get nextSeq(): bigint {
    return this.seq > this.expectedSeq ? this.seq : this.expectedSeq + 1n;
  }

  get isDirty(): boolean {
    return this.changes.size > 0 || this.events.length > 0 || this.keys.length > 0;
  }

  /** Takes in the grants of features that an earlier request of the batch did not ask for. */
  absorb(rows: readonly SubjectRow[], catalog: Catalog): void {
    const fresh = new Set(rows.map((row) => row.wanted_feature_id));
    for (const featureId of this.grants.keys()) fresh.delete(featureId);
    for (const featureId of fresh) this.grants.set(featureId, new Map());
    for (const row of rows) {
      if (row.grant === null || !fresh.has(row.wanted_feature_id)) continue;
      const grant = toGrant(row.grant, (itemId) => catalog.planSlugByItem.get(itemId) ?? null);
      this.grants.get(row.wanted_feature_id)?.set(grant.id, grant);
      if (grant.entityId !== null) {
        this.entityNames.set(grant.entityId, row.grant_entity_external_id ?? grant.entityId);
      }
    }
  }

  /** The answer that an earlier request of this batch with the same key got. */
  answerOf(keyHash: string): { bodyHash: string; body: string } | null {
    return this.answers.get(keyHash) ?? null;
  }

  /**
   * Decides one request on top of its predecessors and keeps its effects. Due work counts first;
   * it is kept only together with an effect, since it follows from the time alone.
   *
   * @returns the wire answer; an error of the decision leaves the state as it was.
   */
  decide({ request, catalog, features }: PlannedRequest, entity: Subject["entity"]): unknown {
    const now = later(request.ctx.now, this.lastNow);
    const due = features.flatMap((feature) =>
      [...(this.grants.get(feature.id)?.values() ?? [])].map((grant) => ({
        before: grant,
        change: applyDue(grant, now),
      })),
    );
    const decided = request.decide({
      catalog,
      features,
      entity,
      customerId: this.customerId,
      customerExternalId: request.customerId,
      lock: null,
      controlsOf: () => noControls,
      windowsOf: () => [],
      alertFiredAt: () => null,
      topupSuppressedUntil: () => null,
      entityKey: (entityId) => this.entityNames.get(entityId) ?? entityId,
      now,
      grantsOf: (featureId) =>
        due.flatMap(({ change }) => (change.grant.featureId === featureId ? [change.grant] : [])),
    });
    const key = request.ctx.idempotency;
    if (decided.changes.length > 0 || decided.events.length > 0 || key !== null) {
      this.lastNow = now;
      this.lastRecordedAt = later(this.lastRecordedAt, request.ctx.storedAt ?? this.wallNow);
      const moved = due.filter(({ before, change }) => change.grant !== before);
      this.keep([...moved.map(({ change }) => change), ...decided.changes], decided);
    }
    if (key !== null) {
      const body = JSON.stringify(decided.answer);
      this.answers.set(key.keyHash, { bodyHash: key.bodyHash, body });
      this.keys.push({
        customerId: this.customerId,
        envId: this.envId,
        request: key,
        body,
        now: request.ctx.now,
      });
    }
    return decided.answer;
  }

  private keep(changes: readonly GrantChange[], decided: Decided): void {
    for (const { grant, entries } of changes) {
      const earlier = this.changes.get(grant.id)?.entries ?? [];
      const numbered = entries.map((entry) => {
        this.seq += 1n;
        return { ...entry, seq: this.seq, recordedAt: this.lastRecordedAt };
      });
      this.changes.set(grant.id, {
        customerId: this.customerId,
        envId: this.envId,
        grant,
        entries: [...earlier, ...numbered],
      });
      this.grants.get(grant.featureId)?.set(grant.id, grant);
    }
    for (const event of decided.events) {
      this.events.push({
        customerId: this.customerId,
        envId: this.envId,
        recordedAt: this.lastRecordedAt,
        seq: this.seq,
        event,
      });
    }
  }
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
