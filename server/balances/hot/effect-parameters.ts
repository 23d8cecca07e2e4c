import type { UsageWindow } from "../../core/balances/controls";
import type { Lock } from "../../core/balances/lock";
import { instantArray, plainArray, textArray } from "../../platform/sql-array";
import type { Effects } from "./effects";

/** Rows of one kind with the customer that they belong to. */
function rowsOf<Row>(
  effects: readonly Effects[],
  of: (one: Effects) => Iterable<Row>,
): { owner: Effects; row: Row }[] {
  return effects.flatMap((owner) => [...of(owner)].map((row) => ({ owner, row })));
}

/** The parameters of `LOCK_UPSERT`. */
export function lockParameters(effects: readonly Effects[]): string[] {
  const rows = rowsOf(effects, (one) => one.locks.values());
  const plain = (read: (lock: Lock) => string | number | boolean | null) =>
    plainArray(rows.map(({ row }) => read(row)));
  const instants = (read: (lock: Lock) => Date | null) =>
    instantArray(rows.map(({ row }) => read(row)));
  const texts = (read: (lock: Lock) => string | null) =>
    textArray(rows.map(({ row }) => read(row)));
  const parts = (read: (part: Lock["parts"][number]) => string) =>
    texts((lock) => plainArray(lock.parts.map(read)));
  return [
    plainArray(rows.map(({ owner }) => owner.customerId)),
    plain((lock) => lock.id),
    plainArray(rows.map(({ owner }) => owner.envId)),
    texts((lock) => lock.key),
    plain((lock) => lock.featureId),
    plain((lock) => lock.entityId),
    plain((lock) => lock.amount.toString()),
    plain((lock) => lock.status),
    parts((part) => part.grantId),
    parts((part) => part.amount.toString()),
    parts((part) => part.units.toString()),
    texts((lock) => (lock.properties === null ? null : JSON.stringify(lock.properties))),
    instants((lock) => lock.expiresAt),
    plain((lock) => lock.lapses),
    instants((lock) => lock.closedAt),
    plain((lock) => lock.closeEventId),
    instants((lock) => lock.createdAt),
  ];
}

/** The parameters of `WINDOW_UPSERT`. */
export function windowParameters(effects: readonly Effects[]): string[] {
  const rows = rowsOf(effects, (one) => one.windows.values());
  const plain = (read: (window: UsageWindow) => string | number | bigint) =>
    plainArray(rows.map(({ row }) => read(row)));
  return [
    plainArray(rows.map(({ owner }) => owner.customerId)),
    plain((window) => window.featureId),
    plain((window) => window.scopeId),
    plain((window) => window.limitHash),
    instantArray(rows.map(({ row }) => row.startsAt)),
    instantArray(rows.map(({ row }) => row.endsAt)),
    plainArray(rows.map(({ owner }) => owner.envId)),
    plain((window) => window.used.toString()),
  ];
}

/** The parameters of `ALERT_UPSERT`. */
export function alertParameters(effects: readonly Effects[]): string[] {
  const rows = rowsOf(effects, (one) => one.alerts.values());
  return [
    plainArray(rows.map(({ owner }) => owner.customerId)),
    plainArray(rows.map(({ row }) => row.scopeId)),
    plainArray(rows.map(({ row }) => row.featureId)),
    textArray(rows.map(({ row }) => row.key)),
    plainArray(rows.map(({ owner }) => owner.envId)),
    instantArray(rows.map(({ row }) => row.firedAt)),
  ];
}

/** The parameters of `TOPUP_UPSERT`. */
export function topupParameters(effects: readonly Effects[]): string[] {
  const rows = rowsOf(effects, (one) => one.topups.values());
  return [
    plainArray(rows.map(({ owner }) => owner.customerId)),
    plainArray(rows.map(({ row }) => row.featureId)),
    plainArray(rows.map(({ owner }) => owner.envId)),
    instantArray(rows.map(({ row }) => row.requestedAt)),
    instantArray(rows.map(({ row }) => row.suppressedUntil)),
  ];
}
