import type { Catalog } from "../../catalog/catalog";
import { type FeatureControls, noControls, type UsageWindow } from "../../core/balances/controls";
import type { Grant } from "../../core/balances/grant";
import { type Lock, LockStatus } from "../../core/balances/lock";
import { bringDue, type DueWork } from "../../core/balances/reset";
import { newId } from "../../platform/id";
import { controlsFor } from "../controls/resolve-controls";
import { featureOfRecord, grantOfRecord } from "../grant-row";
import { alertsIn, type ControlsRead, planIdsOf, suppressionsIn, windowsIn } from "./controls-read";
import { alertKey, Effects, windowKey } from "./effects";
import type { PlannedRequest, SubjectRead } from "./load-subjects";
import { heldLockOf, type StoredLock } from "./stored-lock";
import type { Decided, Subject } from "./subject";

/**
 * A customer during one batch: what was read, plus what the requests decided so far. Each request
 * sees what its predecessors left; nothing here is stored until the batch is written.
 */
export class CustomerState {
  readonly customerId: string;
  readonly effects: Effects;
  private readonly wallNow: Date;
  private readonly grants = new Map<number, Map<string, Grant>>();
  private readonly entityNames = new Map<string, string>();
  private readonly answers = new Map<string, { bodyHash: string; body: string }>();
  private readonly absorbed = new Set<SubjectRead>();
  private readonly windows = new Map<string, UsageWindow>();
  private readonly alerts = new Map<string, Date>();
  private readonly suppressions = new Map<number, Date>();
  private lastNow: Date;
  private lastRecordedAt: Date;

  constructor(read: {
    customerId: string;
    envId: number;
    expectedSeq: bigint;
    headRecordedAt: Date;
    wallNow: Date;
  }) {
    const { customerId, envId, expectedSeq } = read;
    this.customerId = customerId;
    this.effects = new Effects({ customerId, envId, seq: expectedSeq });
    this.wallNow = read.wallNow;
    this.lastRecordedAt = read.headRecordedAt;
    this.lastNow = read.headRecordedAt;
  }

  /** When the newest of this batch's rows is stored: never before the customer's last write. */
  get recordedAt(): Date {
    return this.lastRecordedAt;
  }

  get isDirty(): boolean {
    return !this.effects.isEmpty;
  }

  /** Takes in what was read for another request of the customer, where it is not known yet. */
  absorb(subject: SubjectRead, catalog: Catalog): void {
    if (this.absorbed.has(subject)) return;
    this.absorbed.add(subject);
    this.absorbGrants(subject, catalog);
    if (subject.controls === null) return;
    for (const window of windowsIn(subject.controls)) {
      const key = windowKey(window);
      if (!this.windows.has(key)) this.windows.set(key, window);
    }
    for (const [key, firedAt] of alertsIn(subject.controls)) {
      if (!this.alerts.has(key)) this.alerts.set(key, firedAt);
    }
    for (const [featureId, until] of suppressionsIn(subject.controls)) {
      if (!this.suppressions.has(featureId)) this.suppressions.set(featureId, until);
    }
  }

  private absorbGrants(subject: SubjectRead, catalog: Catalog): void {
    const fresh = new Set<number>();
    for (const featureId of subject.featureIds) {
      if (this.grants.has(featureId)) continue;
      fresh.add(featureId);
      this.grants.set(featureId, new Map());
    }
    if (fresh.size === 0) return;
    const planSlugOf = (itemId: bigint) => catalog.planSlugByItem.get(itemId) ?? null;
    const grants = subject.grants
      .filter(({ record }) => fresh.has(featureOfRecord(record)))
      .map((read) => {
        const grant = grantOfRecord(read.record, read, planSlugOf);
        if (grant.entityId !== null) {
          this.entityNames.set(grant.entityId, read.entityKey ?? grant.entityId);
        }
        return grant;
      });
    if (grants.length > 1) grants.sort(byAge);
    for (const grant of grants) this.grants.get(grant.featureId)?.set(grant.id, grant);
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
  decide(plan: PlannedRequest, read: SubjectRead): unknown {
    const { request, catalog } = plan;
    const now = later(request.ctx.now, this.lastNow);
    const due = new Map<number, DueWork>();
    const decided = request.decide(this.subjectOf(plan, read, { now, due }));
    const key = request.ctx.idempotency;
    if (key !== null || hasEffect(decided)) {
      this.lastNow = now;
      this.lastRecordedAt = later(this.lastRecordedAt, request.ctx.storedAt ?? this.wallNow);
      // What fell due on a grant is kept with whatever was decided, of all that the request asked.
      for (const featureId of read.featureIds) this.dueWork(featureId, { now, due }, catalog);
      this.keep(decided, [...due.values()], now);
    }
    if (key !== null) {
      const body = JSON.stringify(decided.answer);
      this.answers.set(key.keyHash, { bodyHash: key.bodyHash, body });
      this.effects.keys.push({
        customerId: this.customerId,
        envId: this.effects.envId,
        request: key,
        body,
        now: request.ctx.now,
      });
    }
    return decided.answer;
  }

  private subjectOf(
    { request, catalog, features }: PlannedRequest,
    read: SubjectRead,
    at: { now: Date; due: Map<number, DueWork> },
  ): Subject {
    const { controls, entityId } = read;
    const entity =
      entityId === null || request.entityId === null
        ? null
        : { id: entityId, externalId: request.entityId };
    const lock = request.lockKey === undefined ? null : this.lockOf(request.lockKey, read.heldLock);
    return {
      catalog,
      features,
      entity,
      customerId: this.customerId,
      customerExternalId: request.customerId,
      lock: lock?.customerId === this.customerId ? lock.lock : null,
      lockKeyTaken: lock !== null,
      controlsOf:
        controls === null ? nothingControls : this.controlsOf(catalog, controls, entityId),
      windowsOf: (featureId) =>
        [...this.windows.values()].filter((window) => window.featureId === featureId),
      alertFiredAt: (alert) => this.alerts.get(alertKey(alert)) ?? null,
      topupSuppressedUntil: (featureId) => this.suppressions.get(featureId) ?? null,
      entityKey: (id) => this.entityNames.get(id) ?? id,
      now: at.now,
      grantsOf: (featureId) => this.dueWork(featureId, at, catalog).grants,
    };
  }

  private controlsOf(
    catalog: Catalog,
    controls: ControlsRead,
    entityId: string | null,
  ): Subject["controlsOf"] {
    return controlsFor({
      catalog,
      customer: { id: this.customerId, controls: controls.customer },
      entity: entityId === null ? null : { id: entityId, controls: controls.entity },
      planIds: planIdsOf(controls, entityId),
    });
  }

  /** The held lock of a key: what this batch left of it, else as it was read. */
  private lockOf(
    key: string,
    stored: StoredLock | null,
  ): { customerId: string; lock: Lock } | null {
    let closedHere = false;
    for (const lock of this.effects.locks.values()) {
      if (lock.key !== key) continue;
      if (lock.status === LockStatus.held) return { customerId: this.customerId, lock };
      closedHere ||= lock.id === stored?.id;
    }
    if (stored === null || closedHere) return null;
    return { customerId: stored.customer_id, lock: heldLockOf(stored) };
  }

  /** The grants of a feature brought to `now`, once per request. */
  private dueWork(
    featureId: number,
    { now, due }: { now: Date; due: Map<number, DueWork> },
    catalog: Catalog,
  ): DueWork {
    const known = due.get(featureId);
    if (known !== undefined) return known;
    const grants = [...(this.grants.get(featureId)?.values() ?? [])];
    const { persistFreeOverage } = catalog.settings;
    const work = bringDue(grants, now, { newId, persistFreeOverage });
    due.set(featureId, work);
    return work;
  }

  private keep(decided: Decided, due: readonly DueWork[], now: Date): void {
    const opened = due.flatMap((work) => work.opened);
    const changes = [...due.flatMap((work) => work.changes), ...decided.changes];
    this.effects.add(
      { ...decided, opened, changes },
      { now, recordedAt: this.lastRecordedAt },
      ({ grant }) => this.grants.get(grant.featureId)?.get(grant.id) ?? null,
    );
    for (const { grant } of [...opened, ...changes]) {
      this.grants.get(grant.featureId)?.set(grant.id, grant);
    }
    for (const window of decided.windows ?? []) this.windows.set(windowKey(window), window);
    for (const alert of decided.alerts ?? []) this.alerts.set(alertKey(alert), now);
    for (const topup of decided.topups ?? []) {
      this.suppressions.set(topup.featureId, topup.suppressedUntil);
    }
  }
}

function nothingControls(): FeatureControls {
  return noControls;
}

/** Whether a decision is more than its answer. */
function hasEffect(decided: Decided): boolean {
  const { changes, events, locks, windows, outbox, alerts, topups } = decided;
  return (
    changes.length > 0 ||
    events.length > 0 ||
    [locks, windows, outbox, alerts, topups].some((rows) => rows !== undefined && rows.length > 0)
  );
}

function byAge(a: Grant, b: Grant): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
