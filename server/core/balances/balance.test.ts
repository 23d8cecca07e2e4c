import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainExample } from "../../testing/domain-example";
import { buildGrant, grantSets, monthly } from "../../testing/grant-factory";
import { quantity, sum, zero } from "../quantity";
import { summarize } from "./balance";
import { Overflow, visibleGrants } from "./grant";

describe("a balance", () => {
  it("E100: the customer and its entity both see both grants", () => {
    type Given = { customer_plan: number; entity_plan: number };
    type Then = { customer_view: number; entity_view: number; breakdown_rows: number };
    const { given, then } = domainExample<Given, unknown, Then>("E100");
    const grants = [
      monthly("a", given.customer_plan),
      monthly("b", given.entity_plan, { entityId: "e1" }),
    ];
    const customer = summarize(visibleGrants(grants, null));
    const entity = summarize(visibleGrants(grants, "e1"));
    expect(customer.remaining).toEqual(quantity(then.customer_view));
    expect(entity.remaining).toEqual(quantity(then.entity_view));
    expect(customer.sets).toHaveLength(then.breakdown_rows);
    expect(summarize(visibleGrants(grants, "e2")).sets).toHaveLength(1);
  });

  it("shows overage as usage, never as a remainder below zero", () => {
    const balance = summarize([monthly("a", 100, { balance: -20, overflow: Overflow.arrear })]);
    expect(balance).toMatchObject({
      granted: quantity(100),
      remaining: zero,
      usage: quantity(120),
      overageAllowed: true,
      maxPurchase: null,
    });
  });

  it("has no remainder when anything is unlimited, but counts the use", () => {
    const balance = summarize([
      buildGrant("a", { unlimited: true, balance: -7 }),
      monthly("b", 10),
    ]);
    expect(balance).toMatchObject({ unlimited: true, remaining: zero, usage: quantity(7) });
    expect(balance.sets).toMatchObject([
      { id: "a", unlimited: true, remaining: zero },
      { id: "b", unlimited: false, remaining: quantity(10) },
    ]);
  });

  it("adds the rows of one set", () => {
    const expiresAt = new Date("2026-03-01T00:00:00Z");
    const rows = [
      monthly("a", 10, { setId: "s", balance: 4, entityId: "e1", adjustment: 2 }),
      monthly("b", 10, { setId: "s", balance: -1, entityId: "e2", expiresAt }),
    ];
    expect(summarize([...rows, buildGrant("c", { planId: null })]).sets).toEqual([
      {
        id: "s",
        planId: "free",
        planItemId: null,
        includedGrant: quantity(22),
        prepaidGrant: zero,
        remaining: quantity(4),
        usage: quantity(19),
        unlimited: false,
        reset: { unit: "month", count: 1 },
        resetsAt: new Date("2026-02-01T00:00:00Z"),
        expiresAt,
      },
      expect.objectContaining({ id: "c", planId: null, reset: null, resetsAt: null }),
    ]);
  });

  it("can be exceeded by the sum of the caps, or without bound", () => {
    const capped = (floor: number | null) => buildGrant("x", { overflow: Overflow.arrear, floor });
    expect(summarize([capped(-5), capped(-7), buildGrant("a")]).maxPurchase).toEqual(quantity(12));
    expect(summarize([capped(-5), capped(null)]).maxPurchase).toBeNull();
    expect(summarize([capped(0)]).maxPurchase).toEqual(zero);
    const seats = summarize([buildGrant("a", { overflow: Overflow.freeSeat })]);
    expect(seats).toMatchObject({ maxPurchase: null, overageAllowed: false });
  });

  it("resets first where it resets soonest", () => {
    const later = new Date("2026-05-01T00:00:00Z");
    const { nextResetAt } = summarize([
      monthly("a", 1, { nextResetAt: later }),
      monthly("b", 1),
      buildGrant("c"),
    ]);
    expect(nextResetAt).toEqual(new Date("2026-02-01T00:00:00Z"));
    expect(summarize([]).nextResetAt).toBeNull();
  });

  it("shows rollovers beside the sets, in the order they are spent", () => {
    const lot = (id: string, expiresAt: Date | null) =>
      buildGrant(id, { kind: "rollover", setId: "a", included: 10, balance: 4, expiresAt });
    const soon = new Date("2026-03-01T00:00:00Z");
    const balance = summarize([lot("x", null), lot("y", soon), monthly("a", 100)]);
    expect(balance).toMatchObject({ granted: quantity(120), remaining: quantity(108) });
    expect(balance.sets).toMatchObject([{ id: "a", includedGrant: quantity(100) }]);
    const figures = { granted: quantity(10), balance: quantity(4) };
    expect(balance.rollovers).toEqual([
      { ...figures, expiresAt: soon },
      { ...figures, expiresAt: null },
    ]);
  });

  it("allows overage as a control says, whatever its grants sell", () => {
    const grants = [buildGrant("a", { overflow: Overflow.arrear })];
    expect([null, true, false].map((said) => summarize(grants, said).overageAllowed)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("is the sum of its sets and rollovers", () => {
    fc.assert(
      fc.property(grantSets, (grants) => {
        const { granted, remaining, usage, sets, rollovers } = summarize(grants);
        const lots = {
          granted: sum(rollovers.map((lot) => lot.granted)),
          balance: sum(rollovers.map((lot) => lot.balance)),
        };
        const given = sets.map((set) => set.includedGrant.plus(set.prepaidGrant));
        expect(sum(given).plus(lots.granted).equals(granted)).toBe(true);
        expect(
          sum(sets.map((set) => set.remaining))
            .plus(lots.balance)
            .equals(remaining),
        ).toBe(true);
        const rolled = lots.granted.minus(lots.balance);
        expect(
          sum(sets.map((set) => set.usage))
            .plus(rolled)
            .equals(usage),
        ).toBe(true);
      }),
    );
  });
});
