import { nothing } from "@/components/format";
import type { LedgerRow } from "../../../../_components/customer-types";

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
};

const editWords: Readonly<Record<string, string>> = {
  create: "Grant by hand",
  update: "Adjustment",
  delete: "Ended by hand",
  undo: "Undo",
};

/** The kind of an entry: its cause, or what a person or key did. */
export function kindWord({ cause, edit }: LedgerRow): string {
  return (edit && editWords[edit.kind]) ?? causeWords[cause];
}

/** Where an entry comes from, in words. */
export function sourceText({ cause, event, edit, delta }: LedgerRow): string {
  if (event !== null) {
    const name = event.name ?? "Tracked";
    return event.value === -delta ? name : `${name}, ${event.value} in all`;
  }
  if (edit !== null) return edit.undoes === null ? "By hand" : "Takes an edit back";
  if (cause === "reset") return "A new period began";
  if (cause === "expiry") return "The lot expired";
  if (cause === "entity") return "An entity was made or deleted";
  if (cause === "carried") return "Came over from the plan before";
  return "Plan";
}

/** Who caused an entry. Usage comes from wherever it was reported; an event names no one. */
export function actorText({ event, edit }: LedgerRow): string {
  if (edit !== null) return edit.actor;
  return event === null ? "Windfall" : nothing;
}
