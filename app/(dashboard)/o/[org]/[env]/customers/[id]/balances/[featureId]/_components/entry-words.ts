import { formatQuantity, nothing } from "@/components/format";
import type { LedgerRow, Lot } from "../../../../_components/customer-types";

export type Cause = LedgerRow["cause"];

/** What each cause of an entry is called. */
export const causeWords: Readonly<Record<Cause, string>> = {
  opening: "Grant",
  usage: "Usage",
  edit: "Edit by hand",
  reset: "Reset",
  expiry: "Expiry",
  ended: "End",
  entity: "Entity",
  lock: "Lock",
  carried: "Carried over",
  trimmed: "Rollover cut",
};

const lockWords = { held: "Lock", closed: "Lock closed", lapsed: "Lock lapsed" } as const;

const timedEnds: ReadonlySet<string> = new Set(["expired", "lapsed"]);

const editWords: Readonly<Record<string, string>> = {
  create: "Grant by hand",
  update: "Adjustment",
  delete: "Ended by hand",
  undo: "Undo",
};

/** The kind of an entry: its cause, or what a person or key did. */
export function kindWord({ cause, edit, lock }: LedgerRow): string {
  if (lock !== null) return lockWords[lock.step];
  return (edit && editWords[edit.kind]) ?? causeWords[cause];
}

/** What the words about an entry need to know beside it. */
export type EntryContext = {
  /** The feature that is explained, by its id. */
  featureId: string;
  /** The name of any feature: a credit system pays for others than itself. */
  featureName: (id: string) => string;
};

/** Where an entry comes from, in words; `lot` is the one it belongs to, if that is known. */
export function sourceText(row: LedgerRow, context: EntryContext, lot?: Lot): string {
  const { cause, edit, lock } = row;
  if (lock !== null) return lockText(lock, context);
  if (row.event !== null) return eventText(row, row.event, context);
  if (row.event_expired) return "Its event is no longer kept";
  if (edit !== null) return edit.undoes === null ? "By hand" : "Takes an edit back";
  if (cause === "reset") return "A new period began";
  if (cause === "expiry") return "The lot expired";
  if (cause === "entity") return "An entity was made or deleted";
  if (cause === "carried") return "Came over from the plan before";
  if (cause === "trimmed") return "Beyond what may roll over";
  if (cause === "opening" && lot?.kind === "rollover") return "Left over from the period before";
  return "Plan";
}

function eventText(
  { delta }: LedgerRow,
  event: NonNullable<LedgerRow["event"]>,
  { featureId, featureName }: EntryContext,
): string {
  const name = event.name ?? "Tracked";
  if (event.feature_id !== featureId) {
    return `${name}: ${formatQuantity(event.value)} ${featureName(event.feature_id)}`;
  }
  return event.value === -delta ? name : `${name}, ${formatQuantity(event.value)} in all`;
}

/** Which lock, what it held, and how it ended so far. */
function lockText(
  lock: NonNullable<LedgerRow["lock"]>,
  { featureId, featureName }: EntryContext,
): string {
  const units = lock.feature_id === featureId ? "" : ` ${featureName(lock.feature_id)}`;
  return `${lock.lock_id}, ${formatQuantity(lock.amount)}${units} ${lock.status}`;
}

/** Who caused an entry. Usage comes from wherever it was reported; an event names no one. */
export function actorText({ event, edit, lock }: LedgerRow): string {
  if (edit !== null) return edit.actor;
  const byTime = lock !== null && lock.step !== "held" && timedEnds.has(lock.status);
  return event === null || byTime ? "Windfall" : nothing;
}
