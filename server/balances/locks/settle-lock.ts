import {
  type FinalizeInput,
  finalizeLock,
  type Lock,
  LockStatus,
  lapseLock,
} from "../../core/balances/lock";
import { invariant } from "../../core/invariant";
import { type Quantity, zero } from "../../core/quantity";
import { newId } from "../../platform/id";
import type { Decided, Subject } from "../hot/subject";
import { usageEffects } from "../usage-effects";
import { payersOf, rulesFor } from "../use";

type Properties = Readonly<Record<string, unknown>> | null;

/** How a lock is closed. */
export interface Closing {
  readonly status: FinalizeInput["status"];
  /** What was used in the end, in units of the feature. */
  readonly final: Quantity;
  /** Added to the properties of the hold. */
  readonly properties: Properties;
}

/**
 * Closes a held lock with everything that follows from it: figures, the event of the difference,
 * counters of limits, and what is told to others. Prices, filters and counters see the properties
 * of the hold.
 */
export function settleLock(
  subject: Subject,
  lock: Lock,
  closing: Closing,
): Omit<Decided, "answer"> {
  const feature = subject.catalog.featureById.get(lock.featureId);
  invariant(feature !== undefined, "A lock's feature is never removed.");
  const { candidates: _, ...rules } = rulesFor(subject, feature, lock.properties);
  const settled = finalizeLock({
    lock,
    status: closing.status,
    final: closing.final,
    // Also rows that do not count right now: what they gave goes back to them.
    candidates: payersOf(subject, feature, lock.properties).flatMap(({ feature: { id }, cost }) =>
      subject.grantsOf(id).map((grant) => ({ grant, cost })),
    ),
    rules,
    eventId: newId(),
    at: subject.now,
  });
  const effects = usageEffects(subject, [
    { feature, properties: lock.properties, deduction: settled.deduction },
  ]);
  const { closeEventId } = settled.lock;
  const event = {
    id: closeEventId ?? "",
    featureId: feature.id,
    entityId: lock.entityId,
    eventName: null,
    occurredAt: subject.now,
    value: settled.delta,
    parts: settled.deduction.parts,
    properties:
      lock.properties === null && closing.properties === null
        ? null
        : { ...lock.properties, ...closing.properties },
  };
  return { ...effects, events: closeEventId === null ? [] : [event], locks: [settled.lock] };
}

/**
 * Closes a lock whose time is over: it is released, or lapses. That counts as of its expiry, but the
 * lock is closed when it is stored, so that a reader of the past knows until when it was held.
 * Answers 1 for the one lock.
 */
export function decideClosing(subject: Subject, lock: Lock, storedAt: Date): Decided {
  const late = (closed: Lock): Lock => ({ ...closed, closedAt: storedAt });
  if (!lock.lapses) {
    const closing = { status: LockStatus.expired, final: zero, properties: null };
    const settled = settleLock(subject, lock, closing);
    return { answer: 1, ...settled, locks: settled.locks?.map(late) ?? [] };
  }
  const payers = subject.catalog.creditSystemsOf.get(lock.featureId) ?? [];
  const grants = [lock.featureId, ...payers.map(({ id }) => id)].flatMap((id) =>
    subject.grantsOf(id),
  );
  const lapsed = lapseLock(lock, grants, subject.now);
  return { answer: 1, changes: lapsed.changes, events: [], locks: [late(lapsed.lock)] };
}
