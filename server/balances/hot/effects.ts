import type { UsageWindow } from "../../core/balances/controls";
import type { Grant } from "../../core/balances/grant";
import type { GrantChange } from "../../core/balances/ledger";
import type { Lock } from "../../core/balances/lock";
import type { StoredEvent } from "../../events/rows";
import { newId } from "../../platform/id";
import type { StoredKey } from "../../platform/idempotency";
import type { StoredOutboxEvent } from "../../platform/outbox";
import type { StoredChange } from "../rows";
import type { AlertPlace, Decided } from "./subject";

/** What one decision changes, with the lots that its due work opened. */
export type EffectsOf = Omit<Decided, "answer"> & { readonly opened?: readonly GrantChange[] };

/**
 * What is to be written for one customer: the effects of its decisions, one on top of the other, so
 * that each row is written once and in its final state.
 */
export class Effects {
  readonly customerId: string;
  readonly envId: number;
  /** By grant: rows that exist, and rows that these effects make. */
  readonly changes = new Map<string, StoredChange>();
  readonly opened = new Map<string, StoredChange>();
  readonly events: StoredEvent[] = [];
  readonly keys: StoredKey[] = [];
  readonly outbox: StoredOutboxEvent[] = [];
  readonly locks = new Map<string, Lock>();
  readonly windows = new Map<string, UsageWindow>();
  readonly alerts = new Map<string, AlertPlace & { readonly firedAt: Date }>();
  readonly topups = new Map<
    number,
    { readonly featureId: number; readonly requestedAt: Date; readonly suppressedUntil: Date }
  >();
  private readonly readSeq: bigint;
  private seq: bigint;

  constructor(gate: { customerId: string; envId: number; seq: bigint }) {
    this.customerId = gate.customerId;
    this.envId = gate.envId;
    this.readSeq = gate.seq;
    this.seq = gate.seq;
  }

  /** The gate's value when it was read. */
  get expectedSeq(): bigint {
    return this.readSeq;
  }

  /** The gate's next value. It moves with every write, even one that changes no figure. */
  get nextSeq(): bigint {
    return this.seq > this.readSeq ? this.seq : this.readSeq + 1n;
  }

  get isEmpty(): boolean {
    return (
      this.changes.size === 0 &&
      this.opened.size === 0 &&
      this.events.length === 0 &&
      this.keys.length === 0 &&
      this.outbox.length === 0 &&
      this.locks.size === 0 &&
      this.windows.size === 0 &&
      this.alerts.size === 0 &&
      this.topups.size === 0
    );
  }

  /**
   * Adds a decision made at `now` whose rows are stored as of `recordedAt`.
   *
   * @param rowBefore a grant as it was before, so that only what changed is written.
   */
  add(
    decided: EffectsOf,
    { now, recordedAt }: { now: Date; recordedAt: Date },
    rowBefore: (change: GrantChange) => Grant | null = () => null,
  ): void {
    for (const change of decided.opened ?? []) this.store(this.opened, change, recordedAt, null);
    for (const change of decided.changes) {
      const rows = this.opened.has(change.grant.id) ? this.opened : this.changes;
      this.store(rows, change, recordedAt, rowBefore(change));
    }
    const { customerId, envId, seq } = this;
    for (const event of decided.events) {
      this.events.push({ customerId, envId, recordedAt, seq, event });
    }
    for (const lock of decided.locks ?? []) this.locks.set(lock.id, lock);
    for (const window of decided.windows ?? []) this.windows.set(windowKey(window), window);
    for (const alert of decided.alerts ?? []) {
      this.alerts.set(alertKey(alert), { ...alert, firedAt: now });
    }
    for (const topup of decided.topups ?? []) {
      this.topups.set(topup.featureId, { ...topup, requestedAt: now });
    }
    for (const event of decided.outbox ?? []) {
      this.outbox.push({ id: newId(), envId, recordedAt, event: { ...event, customerId } });
    }
  }

  private store(
    rows: Map<string, StoredChange>,
    { grant, entries }: GrantChange,
    recordedAt: Date,
    before: Grant | null,
  ): void {
    const numbered = entries.map((entry) => {
      this.seq += 1n;
      return { ...entry, seq: this.seq, recordedAt };
    });
    const earlier = rows.get(grant.id);
    rows.set(grant.id, {
      customerId: this.customerId,
      envId: this.envId,
      grant,
      isBalanceOnly:
        (earlier?.isBalanceOnly ?? true) && before !== null && onlyBalanceDiffers(before, grant),
      entries: earlier === undefined ? numbered : [...earlier.entries, ...numbered],
    });
  }
}

/** By identity: a value that was made anew counts as changed, which only writes more than needed. */
function onlyBalanceDiffers(before: Grant, after: Grant): boolean {
  return (
    before.adjustment === after.adjustment &&
    before.included === after.included &&
    before.anchorAt === after.anchorAt &&
    before.nextResetAt === after.nextResetAt &&
    before.expiresAt === after.expiresAt &&
    before.endedAt === after.endedAt
  );
}

/** Tells counters of one customer apart. */
export function windowKey(window: UsageWindow): string {
  const { featureId, scopeId, limitHash, startsAt } = window;
  return `${featureId} ${scopeId} ${limitHash} ${startsAt.getTime()}`;
}

/** Tells alerts of one customer apart. */
export function alertKey({ scopeId, featureId, key }: AlertPlace): string {
  return `${scopeId} ${featureId} ${key}`;
}
