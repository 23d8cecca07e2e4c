import { WindfallError } from "../error";
import { previousBoundary } from "../interval";
import { invariant } from "../invariant";
import { type Quantity, sum, zero } from "../quantity";
import { usageOf } from "./balance";
import { type Grant, grantedOf, ResetBy } from "./grant";
import {
  Allowance,
  closeGrant,
  type GrantChange,
  LedgerCause,
  type LedgerDraft,
  moveGrant,
} from "./ledger";

/** How long an edit can be taken back, in minutes. */
export const undoWindowMinutes = 30;

/** The entries of an edit that an undo needs, oldest first. */
export type EditEntry = Pick<
  LedgerDraft,
  "grantId" | "cause" | "delta" | "grantedDelta" | "balanceAfter"
>;

export type UndoInput = {
  readonly edit: {
    readonly at: Date;
    /** An opening entry stands for a grant that the edit created. */
    readonly entries: readonly EditEntry[];
    /** The dates as they were, when the edit changed one. */
    readonly before: Pick<Grant, "id" | "anchorAt" | "nextResetAt" | "expiresAt"> | null;
  };
  /**
   * The current rows, with due work applied, of every grant that the edit touched, and of the grants
   * that lots among them rolled over from.
   */
  readonly grants: readonly Grant[];
  readonly undoId: string;
  readonly at: Date;
};

/**
 * Takes a balance edit back by compensating entries; history stays (decision 17).
 *
 * A grant that the edit created is closed. An edit can be undone for thirty minutes, as long as
 * nothing of what it gave was used and the balance was neither reset nor ended since.
 *
 * @throws WindfallError `edit_not_undoable` with the reason in words.
 */
export function undoEdit(input: UndoInput): GrantChange[] {
  const { edit, at } = input;
  if (at.getTime() - edit.at.getTime() > undoWindowMinutes * 60_000) {
    throw refused(`it is more than ${undoWindowMinutes} minutes old`);
  }
  const touched = new Set([
    ...edit.entries.map((entry) => entry.grantId),
    ...(edit.before === null ? [] : [edit.before.id]),
  ]);
  return [...touched].map((grantId) => {
    const grant = input.grants.find((candidate) => candidate.id === grantId);
    invariant(grant, `The grant ${grantId} of an edit is missing.`);
    assertUnchanged(grant, edit.at, at);
    // A reset trims what had rolled over before.
    const parent = input.grants.find((candidate) => candidate.id === grant.parentId);
    if (parent !== undefined) assertUnchanged(parent, edit.at, at);
    const entries = edit.entries.filter((entry) => entry.grantId === grantId);
    const opened = entries.find((entry) => entry.cause === LedgerCause.opening);
    if (opened !== undefined) return takeBackGrant(grant, opened, input);
    return restoreDates(compensate(grant, entries, input), input);
  });
}

function assertUnchanged(grant: Grant, editedAt: Date, at: Date): void {
  if (grant.endedAt !== null) throw refused("the balance has ended since");
  const renews = grant.reset !== null && grant.resetBy === ResetBy.lazy && !grant.unlimited;
  if (!renews || grant.reset === null || grant.anchorAt === null) return;
  const lastReset = previousBoundary(grant.anchorAt, grant.reset, at);
  if (lastReset.getTime() > editedAt.getTime()) throw refused("the balance has reset since");
}

function takeBackGrant(grant: Grant, opened: EditEntry, input: UndoInput): GrantChange {
  if (!usageOf(grant).isZero()) throw refused("part of it has been used");
  if (!grantedOf(grant).equals(opened.grantedDelta)) throw refused("it was changed since");
  return closeGrant(grant, { at: input.at, cause: LedgerCause.edit, causeId: input.undoId });
}

function compensate(grant: Grant, entries: readonly EditEntry[], input: UndoInput): GrantChange {
  const last = entries.at(-1);
  if (last === undefined) return { grant, entries: [] };
  const delta = zero.minus(sum(entries.map((entry) => entry.delta)));
  const grantedDelta = zero.minus(sum(entries.map((entry) => entry.grantedDelta)));
  const restored = grant.balance.plus(delta);
  if (takesWhatWasUsed(restored, delta) && !grant.balance.equals(last.balanceAfter)) {
    throw refused("part of it has been used");
  }
  const move = moveGrant(grant, {
    at: input.at,
    cause: LedgerCause.edit,
    causeId: input.undoId,
    allowance: restored.lessThan(zero) ? Allowance.edit : Allowance.none,
    delta,
    grantedDelta,
  });
  return { grant: move.grant, entries: [move.entry] };
}

/** Taking units back may only reopen a debt that stood before the edit, never make one. */
function takesWhatWasUsed(restored: Quantity, delta: Quantity): boolean {
  return delta.lessThan(zero) && restored.lessThan(zero);
}

function restoreDates(change: GrantChange, input: UndoInput): GrantChange {
  const { before } = input.edit;
  if (before === null || before.id !== change.grant.id) return change;
  const passed = [before.nextResetAt, before.expiresAt].some(
    (instant) => instant !== null && instant.getTime() <= input.at.getTime(),
  );
  if (passed) throw refused("the former reset or expiry has passed since");
  const { anchorAt, nextResetAt, expiresAt } = before;
  return { grant: { ...change.grant, anchorAt, nextResetAt, expiresAt }, entries: change.entries };
}

function refused(why: string): WindfallError {
  return new WindfallError("conflict", "edit_not_undoable", `This edit cannot be undone: ${why}.`);
}
