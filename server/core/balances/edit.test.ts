import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainExample } from "../../testing/domain-example";
import {
  amounts,
  applyChanges,
  buildGrant,
  grantSets,
  isChained,
  monthly,
  plainDue,
  start,
} from "../../testing/grant-factory";
import { quantity, sum, toWire, zero } from "../quantity";
import { summarize } from "./balance";
import { type BalanceEdit, editGrants } from "./edit";
import { type Grant, Overflow } from "./grant";
import { Allowance, LedgerCause } from "./ledger";
import { bringDue } from "./reset";

const change = (grants: readonly Grant[], edit: BalanceEdit) =>
  editGrants({ grants, edit, entityId: null, editId: "edit", at: start });
const edited = (grants: readonly Grant[], edit: BalanceEdit) =>
  applyChanges(grants, change(grants, edit));
const balances = (grants: readonly Grant[]) => grants.map((grant) => toWire(grant.balance));
const figures = (grants: readonly Grant[]) => {
  const { granted, remaining, usage } = summarize(grants);
  return { granted: toWire(granted), remaining: toWire(remaining), usage: toWire(usage) };
};

describe("editing a balance", () => {
  it("E105: setting what is left changes the usage, not the grant", () => {
    type Given = { granted: number; usage: number };
    type When = { update: { remaining: number } };
    const { given, when, then } = domainExample<Given, When, Record<string, number>>("E105");
    const seats = buildGrant("a", {
      included: given.granted,
      balance: given.granted - given.usage,
      overflow: Overflow.freeSeat,
    });
    expect(figures(edited([seats], { remaining: quantity(when.update.remaining) }))).toEqual(then);
  });

  it("writes one entry, with the edit as its cause", () => {
    expect(change([monthly("a", 100)], { addToBalance: quantity(-30) })).toMatchObject([
      {
        entries: [
          {
            at: start,
            cause: LedgerCause.edit,
            causeId: "edit",
            delta: quantity(-30),
            balanceAfter: quantity(70),
            grantedDelta: zero,
          },
        ],
      },
    ]);
    expect(change([monthly("a", 100)], { remaining: quantity(100) })).toEqual([]);
  });

  it("fills what was used first and puts the rest on the first grant", () => {
    const grants = [
      monthly("a", 100),
      buildGrant("b", { included: 50, balance: 20 }),
      buildGrant("c", { overflow: Overflow.arrear, balance: -5 }),
    ];
    expect(balances(edited(grants, { addToBalance: quantity(45) }))).toEqual([110, 50, 0]);
    expect(figures(edited(grants, { addToBalance: quantity(45) })).granted).toBe(150);
  });

  it("takes away in burn order, and what is not there becomes usage", () => {
    const grants = [monthly("a", 10), buildGrant("b", { included: 5 })];
    expect(balances(edited(grants, { addToBalance: quantity(-12) }))).toEqual([0, 3]);
    expect(figures(edited(grants, { addToBalance: quantity(-20) }))).toEqual({
      granted: 15,
      remaining: 0,
      usage: 20,
    });
  });

  it("sets usage beyond the grant where use would go", () => {
    const grants = [monthly("a", 100), buildGrant("b", { overflow: Overflow.arrear, floor: -10 })];
    const changes = change(grants, { usage: quantity(115) });
    expect(balances(applyChanges(grants, changes))).toEqual([-5, -10]);
    for (const { entries } of changes) expect(entries[0]?.allowance).toBe(Allowance.edit);
  });

  it("sets the running count of an unlimited balance, and nothing else of it", () => {
    const grants = [buildGrant("a", { unlimited: true, balance: -40 })];
    expect(balances(edited(grants, { usage: quantity(3) }))).toEqual([-3]);
    expect(balances(edited(grants, { usage: quantity(90) }))).toEqual([-90]);
    for (const edit of [
      { remaining: quantity(1) },
      { addToBalance: quantity(1) },
      { includedGrant: quantity(1) },
    ]) {
      expect(() => change(grants, edit)).toThrow(/unlimited/);
    }
  });

  it("changes the grant until the next reset and leaves the usage", () => {
    const grants = [monthly("a", 100, { balance: 30 })];
    const raised = edited(grants, { includedGrant: quantity(150) });
    expect(figures(raised)).toEqual({ granted: 150, remaining: 80, usage: 70 });
    expect(figures(edited(grants, { includedGrant: quantity(50) }))).toEqual({
      granted: 50,
      remaining: 0,
      usage: 70,
    });
    const renewed = bringDue(raised, new Date("2026-02-01T00:00:00Z"), plainDue).grants;
    expect(figures(renewed)).toEqual({ granted: 100, remaining: 100, usage: 0 });
  });

  it("changes grant and remainder together, one entry each", () => {
    const grants = [monthly("a", 100, { balance: 30 })];
    const changes = change(grants, { includedGrant: quantity(200), remaining: quantity(200) });
    expect(changes.map(({ entries }) => entries.length)).toEqual([2]);
    expect(grants[0] && changes[0] && isChained(grants[0], changes[0])).toBe(true);
    expect(figures(applyChanges(grants, changes))).toEqual({
      granted: 200,
      remaining: 200,
      usage: 0,
    });
  });

  it("moves the dates without touching a figure", () => {
    const nextResetAt = new Date("2026-01-20T00:00:00Z");
    const expiresAt = new Date("2026-03-20T00:00:00Z");
    const [moved] = change([monthly("a", 100)], { nextResetAt, expiresAt });
    expect(moved).toMatchObject({ entries: [], grant: { nextResetAt, expiresAt } });
    expect(moved && bringDue([moved.grant], nextResetAt, plainDue).grants[0]?.nextResetAt).toEqual(
      new Date("2026-02-20T00:00:00Z"),
    );
    const [lasting] = change([monthly("a", 100, { expiresAt })], { expiresAt: null });
    expect(lasting?.grant.expiresAt).toBeNull();
  });

  const past = new Date("2025-12-31T00:00:00Z");
  const later = new Date("2026-02-01T00:00:00Z");
  it.each([
    ["nothing to do", {}, /Nothing to change/],
    ["two amounts", { remaining: zero, usage: zero }, /exclude each other/],
    ["a remainder below zero", { remaining: quantity(-1) }, /remaining must not be below 0/],
    ["a grant below zero", { includedGrant: quantity(-1) }, /included_grant must not/],
    ["an expiry in the past", { expiresAt: past }, /expires_at must lie in the future/],
    ["a reset in the past", { nextResetAt: past }, /next_reset_at must lie in the future/],
    ["a reset after the end", { nextResetAt: later, expiresAt: later }, /before expires_at/],
  ])("refuses %s", (_what, edit, message) => {
    expect(() => change([monthly("a", 1)], edit)).toThrow(message);
  });

  it("refuses a reset where nothing resets, and two targets where one is meant", () => {
    expect(() => change([buildGrant("a")], { nextResetAt: later })).toThrow(/does not reset/);
    const two = [monthly("a", 1), monthly("b", 1)];
    expect(() => change(two, { includedGrant: zero })).toThrow(/^2 balances match/);
    expect(() => change(two, { expiresAt: later })).toThrow(/balance_id/);
    const lot = buildGrant("lot", { kind: "rollover", parentId: "a", included: 5 });
    const [moved] = change([lot, monthly("a", 1)], { nextResetAt: later });
    expect(moved?.grant).toMatchObject({ id: "a", nextResetAt: later });
    expect(change([lot], { expiresAt: later })[0]?.grant.id).toBe("lot");
  });
});

describe("properties of edits", () => {
  it("reach the figure that was asked for and leave the grant", () => {
    const edits = fc.tuple(fc.constantFrom("remaining", "usage", "addToBalance"), amounts);
    fc.assert(
      fc.property(grantSets, edits, (grants, [field, amount]) => {
        const before = summarize(grants);
        const changes = change(grants, { [field]: quantity(amount) });
        const rows = applyChanges(grants, changes);
        const result = summarize(rows);
        expect(result.granted.equals(before.granted)).toBe(true);
        if (field === "remaining") expect(toWire(result.remaining)).toBe(amount);
        if (field === "usage") expect(toWire(result.usage)).toBe(amount);
        if (field === "addToBalance") {
          const moved = sum(rows.map((row) => row.balance)).minus(
            sum(grants.map((g) => g.balance)),
          );
          expect(toWire(moved)).toBe(amount);
        }
        for (const one of changes) {
          const row = grants.find((grant) => grant.id === one.grant.id);
          expect(row !== undefined && isChained(row, one)).toBe(true);
        }
      }),
    );
  });
});
