import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  amounts,
  applyChanges,
  buildGrant,
  grantSets,
  isChained,
  monthly,
  start,
} from "../../testing/grant-factory";
import { quantity, toWire, zero } from "../quantity";
import { type BalanceEdit, editGrants } from "./edit";
import { type Grant, grantedOf } from "./grant";
import { type GrantChange, LedgerCause, openGrant } from "./ledger";
import { endGrant } from "./reset";
import { type UndoInput, undoEdit, undoWindowMinutes } from "./undo";

const minutes = (n: number) => new Date(start.getTime() + n * 60_000);

function edit(grants: readonly Grant[], wish: BalanceEdit): GrantChange[] {
  return editGrants({ grants, edit: wish, entityId: null, editId: "edit", at: start });
}

function undo(
  grants: readonly Grant[],
  changes: readonly GrantChange[],
  options: { at?: Date; before?: UndoInput["edit"]["before"] } = {},
): GrantChange[] {
  const entries = changes.flatMap((change) => change.entries);
  return undoEdit({
    edit: { at: start, entries, before: options.before ?? null },
    grants,
    undoId: "undo",
    at: options.at ?? minutes(1),
  });
}

/** A row after use, as a deduction would leave it. */
const used = (grant: Grant, units: number): Grant => ({
  ...grant,
  balance: grant.balance.minus(quantity(units)),
});

describe("undoing an edit", () => {
  it("compensates by an entry of its own", () => {
    const before = monthly("a", 100, { balance: 20 });
    const changes = edit([before], { addToBalance: quantity(50) });
    const rows = applyChanges([before], changes);
    const [undone] = undo(rows, changes);
    expect(undone).toMatchObject({
      grant: { balance: quantity(20) },
      entries: [{ cause: LedgerCause.edit, causeId: "undo", delta: quantity(-50), at: minutes(1) }],
    });
  });

  it("takes a whole grant back by closing it", () => {
    const lot = buildGrant("lot", { included: 50, planId: null, kind: "manual" });
    const opened = { grant: lot, entries: [openGrant(lot, start)] };
    const [undone] = undo([lot], [opened]);
    expect(undone).toMatchObject({
      grant: { endedAt: minutes(1) },
      entries: [{ cause: LedgerCause.edit, causeId: "undo", delta: quantity(-50) }],
    });
    expect(undone && toWire(grantedOf(undone.grant))).toBe(0);
    expect(() => undo([used(lot, 1)], [opened])).toThrow(/part of it has been used/);
    const changed = applyChanges([lot], edit([lot], { includedGrant: quantity(60) }));
    expect(() => undo(changed, [opened])).toThrow(/changed since/);
  });

  it("leaves lots alone once the grant that they rolled over from has reset", () => {
    const lot = buildGrant("lot", { kind: "rollover", parentId: "a", included: 50 });
    const changes = edit([lot], { remaining: quantity(20) });
    const rows = applyChanges([lot], changes);
    expect(undo(rows, changes)[0]?.grant.balance).toEqual(quantity(50));
    const anchorAt = minutes(5);
    const parent = monthly("a", 100, { anchorAt });
    expect(undo([...rows, parent], changes)[0]?.grant.balance).toEqual(quantity(50));
    expect(() => undo([...rows, parent], changes, { at: minutes(6) })).toThrow(/has reset since/);
  });

  it("works while what it gave is still there, used or not", () => {
    const before = monthly("a", 100, { balance: 20 });
    const changes = edit([before], { addToBalance: quantity(50) });
    const [row] = applyChanges([before], changes);
    if (row === undefined) throw new Error("The edit lost its grant.");
    expect(undo([used(row, 20)], changes)[0]?.grant.balance).toEqual(zero);
    expect(() => undo([used(row, 21)], changes)).toThrow(/part of it has been used/);
  });

  it("reopens a debt that the edit had lifted, if nothing happened since", () => {
    const before = monthly("a", 100, { balance: -10 });
    const changes = edit([before], { remaining: quantity(5) });
    const rows = applyChanges([before], changes);
    expect(toWire(undo(rows, changes)[0]?.grant.balance ?? zero)).toBe(-10);
    expect(() =>
      undo(
        rows.map((row) => used(row, 1)),
        changes,
      ),
    ).toThrow(/has been used/);
  });

  it("puts dates back", () => {
    const before = monthly("a", 100);
    const changes = edit([before], {
      nextResetAt: minutes(600),
      expiresAt: minutes(900),
    });
    const rows = applyChanges([before], changes);
    expect(undo(rows, changes, { before })).toEqual([{ grant: before, entries: [] }]);
    const due = { ...before, nextResetAt: minutes(2) };
    expect(() => undo(rows, changes, { before: due, at: minutes(2) })).toThrow(/has passed/);
  });

  it("is offered for thirty minutes", () => {
    const before = monthly("a", 100);
    const changes = edit([before], { addToBalance: quantity(5) });
    const rows = applyChanges([before], changes);
    expect(undo(rows, changes, { at: minutes(undoWindowMinutes) })).toHaveLength(1);
    const late = () =>
      undo(rows, changes, { at: new Date(minutes(undoWindowMinutes).getTime() + 1) });
    expect(late).toThrow(/more than 30 minutes old/);
    expect(late).toThrow(
      expect.objectContaining({ kind: "conflict", reason: "edit_not_undoable" }),
    );
  });

  it("is refused after a reset or an end", () => {
    const before = monthly("a", 100, { nextResetAt: minutes(5), anchorAt: minutes(5) });
    const changes = edit([before], { addToBalance: quantity(5) });
    const rows = applyChanges([before], changes);
    expect(() => undo(rows, changes, { at: minutes(5) })).toThrow(/has reset since/);
    const ended = rows.map((row) => endGrant(row, minutes(1), "subscription").grant);
    expect(() => undo(ended, changes)).toThrow(/has ended since/);
  });

  it("restores every row exactly when nothing happened in between", () => {
    const wishes = fc
      .tuple(fc.constantFrom("remaining", "usage", "addToBalance"), amounts)
      .map(([field, amount]): BalanceEdit => ({ [field]: quantity(amount) }));
    fc.assert(
      fc.property(grantSets, wishes, (grants, wish) => {
        const changes = edit(grants, wish);
        const rows = applyChanges(grants, changes);
        const undone = undo(rows, changes);
        for (const one of undone) {
          const row = rows.find((grant) => grant.id === one.grant.id);
          expect(row !== undefined && isChained(row, one)).toBe(true);
        }
        const restored = applyChanges(rows, undone);
        expect(restored.map(({ balance }) => balance.toString())).toEqual(
          grants.map(({ balance }) => balance.toString()),
        );
        expect(restored.map((row) => grantedOf(row).toString())).toEqual(
          grants.map((row) => grantedOf(row).toString()),
        );
      }),
    );
  });
});
