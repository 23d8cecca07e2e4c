import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amounts, buildGrant, grantSets, monthly, start } from "../../testing/grant-factory";
import { quantity, zero } from "../quantity";
import { noControls } from "./controls";
import { costOf, ownUnits } from "./credit-cost";
import { deduct, ownCandidates, type UseRules } from "./deduction";
import { decide } from "./entitlement";
import { type Grant, Overflow } from "./grant";
import { LedgerCause } from "./ledger";

const check = (
  grants: readonly Grant[],
  required: number,
  type: "metered" | "boolean" = "metered",
) =>
  decide({
    feature: { type },
    featureId: 1,
    candidates: ownCandidates(grants),
    entityId: null,
    required: quantity(required),
  });

describe("a check", () => {
  it("needs a balance at all, even for nothing", () => {
    expect(check([], 1)).toEqual({
      allowed: false,
      reason: "no_balance",
      featureId: 1,
      required: quantity(1),
      missing: quantity(1),
      limitedBy: null,
    });
    expect(check([], 0).allowed).toBe(false);
    expect(check([], -3)).toMatchObject({ allowed: false, missing: zero });
  });

  it("of a boolean feature asks only whether it is there", () => {
    expect(check([buildGrant("a")], 7, "boolean")).toMatchObject({
      allowed: true,
      reason: "boolean",
    });
    expect(check([], 1, "boolean")).toMatchObject({ allowed: false, missing: null });
  });

  it.each([
    [100, 100, true, "enough", null],
    [100, 100.5, false, "insufficient", 0.5],
    [0, 0, true, "enough", null],
    [0, -5, true, "enough", null],
    [0, 1, false, "insufficient", 1],
  ] as const)("of %d units for %d", (included, required, allowed, reason, missing) => {
    const decision = check([monthly("a", included)], required);
    expect(decision).toMatchObject({ allowed, reason });
    expect(decision.missing).toEqual(missing === null ? null : quantity(missing));
  });

  it("adds up what several grants hold, debts apart", () => {
    const grants = [
      monthly("a", 10),
      buildGrant("b", { included: 5 }),
      buildGrant("c", { balance: -100 }),
    ];
    expect(check(grants, 15)).toMatchObject({ allowed: true, reason: "enough" });
    expect(check(grants, 16)).toMatchObject({ allowed: false, missing: quantity(1) });
  });

  it("of an unlimited grant is always met", () => {
    const grants = [monthly("a", 1), buildGrant("b", { unlimited: true, balance: -1e6 })];
    expect(check(grants, 1e9)).toMatchObject({
      allowed: true,
      reason: "unlimited",
    });
  });

  it("counts what may still be used beyond the grant", () => {
    const capped = monthly("a", 100, { balance: -20, overflow: Overflow.arrear, floor: -50 });
    expect(check([capped], 30)).toMatchObject({ allowed: true, reason: "overage" });
    expect(check([capped], 31)).toMatchObject({ allowed: false, missing: quantity(1) });
    expect(check([{ ...capped, floor: null }], 1e9)).toMatchObject({ reason: "overage" });
  });

  it("says no at the last free seat, although a track would be recorded", () => {
    const seats = buildGrant("a", { included: 5, balance: 0, overflow: Overflow.freeSeat });
    expect(check([seats], 1)).toMatchObject({ allowed: false, missing: quantity(1) });
  });

  it("promises exactly what a rejecting deduction then does", () => {
    // A grant below its floor (a balance cut by an edit) sells nothing; all others add up.
    fc.assert(
      fc.property(grantSets, amounts, (grants, amount) => {
        const usable = grants.filter(
          (grant) => grant.floor === null || grant.balance.greaterThanOrEqualTo(grant.floor),
        );
        const deduction = deduct({
          featureId: 1,
          candidates: ownCandidates(usable),
          amount: quantity(amount),
          entityId: null,
          overageBehavior: "reject",
          cause: LedgerCause.usage,
          causeId: "event",
          at: start,
        });
        const decision = check(usable, amount);
        if (usable.length === 0) expect(decision.reason).toBe("no_balance");
        else expect(decision.allowed).toBe(deduction.outcome === "applied");
        if (deduction.outcome === "insufficient") {
          expect(decision.missing?.equals(deduction.missing)).toBe(true);
        }
      }),
    );
  });
});

describe("the balance that answers a check", () => {
  const costs = (cost: number) =>
    costOf(
      {
        featureId: 1,
        billingUnits: quantity(1),
        tiers: [{ to: null, creditCost: quantity(cost) }],
        dimensions: [],
        multipliers: [],
      },
      null,
    );
  const ask = (grants: readonly Grant[], required: number, rest: Partial<UseRules> = {}) =>
    decide({
      feature: { type: "metered" },
      featureId: 1,
      entityId: null,
      candidates: grants.map((grant) => ({
        grant,
        cost: grant.featureId === 1 ? ownUnits : costs(grant.featureId),
      })),
      required: quantity(required),
      ...rest,
    });
  /** A credit system whose id is also its cost. */
  const system = (featureId: number, included: number) =>
    buildGrant(`system${featureId}`, { featureId, included });

  it("is the feature's own while that suffices", () => {
    const grants = [system(2, 100), buildGrant("own", { included: 5 })];
    expect(ask(grants, 5)).toMatchObject({ allowed: true, featureId: 1, required: quantity(5) });
    expect(ask(grants, 6)).toMatchObject({ allowed: true, featureId: 2, required: quantity(12) });
  });

  it("is the first credit system that suffices, at its own cost", () => {
    const grants = [system(2, 9), system(3, 100)];
    expect(ask(grants, 4)).toMatchObject({ featureId: 2, required: quantity(8) });
    expect(ask(grants, 5)).toMatchObject({ featureId: 3, required: quantity(15) });
  });

  it("is the first credit system when nothing suffices alone", () => {
    const grants = [buildGrant("own", { included: 5 }), system(2, 4), system(3, 3)];
    expect(ask(grants, 8)).toMatchObject({ allowed: true, featureId: 2, required: quantity(16) });
    expect(ask(grants, 9)).toMatchObject({
      allowed: false,
      featureId: 2,
      required: quantity(18),
      missing: quantity(2),
      limitedBy: "included",
    });
  });

  it("is its own without any credit system", () => {
    const off = new Map([[1, { ...noControls, overageAllowed: false }]]);
    const selling = [buildGrant("own", { included: 5, overflow: Overflow.arrear })];
    expect(ask(selling, 6)).toMatchObject({ allowed: true, reason: "overage" });
    expect(ask(selling, 6, { controls: off })).toMatchObject({
      allowed: false,
      featureId: 1,
      missing: quantity(1),
      limitedBy: "included",
    });
  });

  it("says which limit stands in the way, and by how much", () => {
    const own = [buildGrant("own", { included: 50 })];
    const limit = { units: quantity(3), credits: new Map() };
    expect(ask(own, 5, { limit })).toMatchObject({
      allowed: false,
      reason: "usage_limit",
      missing: quantity(2),
      limitedBy: "usage_limit",
    });
    expect(ask([buildGrant("all", { unlimited: true })], 5, { limit }).allowed).toBe(true);
    expect(ask(own, -5, { limit }).allowed).toBe(true);
    const capped = [buildGrant("ppu", { overflow: Overflow.arrear, floor: -10 })];
    expect(ask(capped, 12)).toMatchObject({ missing: quantity(2), limitedBy: "max_purchase" });
  });
});
