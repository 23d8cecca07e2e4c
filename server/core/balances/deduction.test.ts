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
  start,
} from "../../testing/grant-factory";
import { type Quantity, quantity, sum, toWire, zero } from "../quantity";
import { summarize } from "./balance";
import { type Deduction, type DeductionInput, deduct, ownCandidates } from "./deduction";
import { type Grant, Overflow, visibleGrants } from "./grant";
import { Allowance, LedgerCause } from "./ledger";

type Options = Partial<Pick<DeductionInput, "entityId" | "overageBehavior">>;

function track(
  grants: readonly Grant[],
  amount: number | Quantity,
  options: Options = {},
): Deduction {
  return deduct({
    featureId: 1,
    candidates: ownCandidates(grants),
    amount: quantity(amount),
    entityId: null,
    overageBehavior: "cap",
    cause: LedgerCause.usage,
    causeId: "event",
    at: start,
    ...options,
  });
}

/** The grants after a deduction that must go through. */
function rowsAfter(
  grants: readonly Grant[],
  amount: number | Quantity,
  options: Options = {},
): Grant[] {
  const deduction = track(grants, amount, options);
  if (deduction.outcome !== "applied") throw new Error("The deduction was refused.");
  return applyChanges(grants, deduction.changes);
}

const balances = (grants: readonly Grant[]) => grants.map((grant) => toWire(grant.balance));
const signedTotal = (grants: readonly Grant[]) => sum(grants.map((grant) => grant.balance));

describe("worked examples of deduction", () => {
  it("E44: lasting units are spent before more overage", () => {
    const { when, then } = domainExample<
      unknown,
      { track: (number | string)[] },
      { states: string[] }
    >("E44");
    let grants = [monthly("ppu", 500, { overflow: Overflow.arrear })];
    const states: number[][] = [];
    for (const step of when.track) {
      if (typeof step === "number") grants = rowsAfter(grants, step);
      else grants = [...grants, buildGrant("lifetime", { included: 200 })];
      states.push([...balances(grants), toWire(summarize(grants).remaining)]);
    }
    expect(then.states).toHaveLength(states.length);
    expect(states).toEqual([
      [-100, 0],
      [-100, 200, 200],
      [-100, 50, 50],
      [-150, 0, 0],
    ]);
    expect(toWire(summarize(grants).usage)).toBe(850);
  });

  it("E45: a refund lifts the debt first", () => {
    type Then = { overage: number[]; remaining: number[]; usage: number[] };
    const { when, then } = domainExample<unknown, { track: number[] }, Then>("E45");
    let grants = [
      monthly("month", 100),
      buildGrant("lifetime", { included: 50 }),
      buildGrant("ppu", { overflow: Overflow.arrear }),
    ];
    when.track.forEach((amount, n) => {
      grants = rowsAfter(grants, amount);
      const { remaining, usage } = summarize(grants);
      expect(toWire(zero.minus(grants[2]?.balance ?? zero))).toBe(then.overage[n]);
      expect([toWire(remaining), toWire(usage)]).toEqual([then.remaining[n], then.usage[n]]);
    });
  });

  it("E46: a capped deduction drops the rest", () => {
    type Then = { usage: number; remaining: number; dropped: number };
    const { given, when, then } = domainExample<{ included: number }, { track: number }, Then>(
      "E46",
    );
    const grants = [monthly("a", given.included)];
    const deduction = track(grants, when.track);
    expect(deduction).toMatchObject({ outcome: "applied", dropped: quantity(then.dropped) });
    const { usage, remaining } = summarize(rowsAfter(grants, when.track));
    expect([toWire(usage), toWire(remaining)]).toEqual([then.usage, then.remaining]);
  });

  it("E50: free seats go below zero unless the call rejects", () => {
    type Then = { usage: number; remaining: number };
    const { given, when, then } = domainExample<{ included: number }, { track: number }, Then>(
      "E50",
    );
    const seats = [buildGrant("seats", { included: given.included, overflow: Overflow.freeSeat })];
    const { usage, remaining } = summarize(rowsAfter(seats, when.track));
    expect([toWire(usage), toWire(remaining)]).toEqual([then.usage, then.remaining]);
    expect(track(seats, when.track, { overageBehavior: "reject" })).toEqual({
      outcome: "insufficient",
      missing: quantity(3),
      limitedBy: "included",
    });
  });

  it("E51 and E98: overage stops at its own floor", () => {
    type Mixed = { free: number; ppu_max_purchase: number };
    const mixed = domainExample<Mixed, { track: number }, { usage: number }>("E51");
    const both = [
      monthly("free", mixed.given.free),
      buildGrant("ppu", { overflow: Overflow.arrear, floor: -mixed.given.ppu_max_purchase }),
    ];
    expect(toWire(summarize(rowsAfter(both, mixed.when.track)).usage)).toBe(mixed.then.usage);

    type Capped = { included: number; max_purchase: number };
    type Then = { usage: number; min_balance: number };
    const { given, when, then } = domainExample<Capped, { track: number }, Then>("E98");
    const capped = [
      monthly("a", given.included, { overflow: Overflow.arrear, floor: -given.max_purchase }),
    ];
    const result = rowsAfter(capped, when.track);
    expect(toWire(summarize(result).usage)).toBe(then.usage);
    expect(balances(result)).toEqual([then.min_balance]);
  });

  it("E53: rollovers are spent before the main balance", () => {
    type State = { rollovers: number[]; main: number };
    type Then = { after_first: State; after_second: State };
    const { given, when, then } = domainExample<State, { track: number[] }, Then>("E53");
    const expiries = ["2026-02-01", "2026-03-01"];
    let grants = [
      monthly("main", given.main),
      ...given.rollovers.map((included, n) =>
        buildGrant(`lot${n}`, {
          kind: "rollover",
          included,
          expiresAt: new Date(`${expiries[n]}T00:00:00Z`),
        }),
      ),
    ];
    for (const [n, expected] of [then.after_first, then.after_second].entries()) {
      grants = rowsAfter(grants, when.track[n] ?? 0);
      expect(balances(grants)).toEqual([expected.main, ...expected.rollovers]);
    }
  });

  it("E77: the last thousandth empties a grant exactly", () => {
    const { given, when, then } = domainExample<
      { included: number },
      { track: number[] },
      { webhook_after: boolean[] }
    >("E77");
    let grants = [buildGrant("a", { included: given.included })];
    const emptied = when.track.map((amount) => {
      grants = rowsAfter(grants, amount);
      return summarize(grants).remaining.isZero();
    });
    expect(emptied).toEqual(then.webhook_after);
  });
});

describe("a deduction", () => {
  it("writes one entry per grant, also when both passes touch it", () => {
    const deduction = track([monthly("a", 5, { overflow: Overflow.arrear })], 8);
    expect(deduction).toMatchObject({
      outcome: "applied",
      changes: [{ entries: [{ delta: quantity(-8), allowance: Allowance.arrear, cause: 10 }] }],
      parts: [{ grantId: "a", setId: "a", value: quantity(8), units: quantity(8) }],
    });
  });

  it("from an unlimited grant takes everything there", () => {
    const grants = [monthly("a", 5), buildGrant("all", { unlimited: true, entityId: "e1" })];
    const used = rowsAfter(grants, 1_000, { overageBehavior: "reject" });
    expect(balances(used)).toEqual([5, -1_000]);
    expect(balances(rowsAfter(used, -400))).toEqual([5, -600]);
    expect(balances(rowsAfter(used, -4_000))).toEqual([5, 0]);
    const inDebt = monthly("a", 5, { balance: -3, overflow: Overflow.arrear });
    const both = [inDebt, buildGrant("all", { unlimited: true, entityId: "e1", balance: -10 })];
    expect(balances(rowsAfter(both, -2))).toEqual([-3, -8]);
    expect(balances(rowsAfter(both, -12))).toEqual([-1, 0]);
  });

  it("with overflow lets the first grant proper take the rest", () => {
    const lot = buildGrant("lot", { kind: "rollover", included: 1 });
    const grants = [lot, monthly("a", 5), buildGrant("b", { included: 5 })];
    const deduction = track(grants, 20, { overageBehavior: "overflow" });
    expect(balances(rowsAfter(grants, 20, { overageBehavior: "overflow" }))).toEqual([0, -9, 0]);
    expect(deduction).toMatchObject({ dropped: zero });
  });

  it("without any grant drops or rejects, and never fails", () => {
    expect(track([], 3)).toMatchObject({ outcome: "applied", changes: [], dropped: quantity(3) });
    expect(track([], 3, { overageBehavior: "overflow" })).toMatchObject({ dropped: quantity(3) });
    expect(track([], 3, { overageBehavior: "reject" })).toMatchObject({ missing: quantity(3) });
    expect(track([], 0, { overageBehavior: "reject" })).toMatchObject({ outcome: "applied" });
  });

  it("of an entity leaves other entities alone", () => {
    const grants = ["e1", "e2", null].map((entityId, n) =>
      buildGrant(`g${n}`, { included: 10, entityId }),
    );
    expect(balances(rowsAfter(grants, 15, { entityId: "e1" }))).toEqual([0, 10, 5]);
    expect(balances(rowsAfter(grants, 15))).toEqual([5, 10, 0]);
  });

  it("gives nothing back beyond what was granted, and nothing to rollovers", () => {
    const lot = buildGrant("lot", { kind: "rollover", included: 10, balance: 0 });
    const deduction = track([lot, monthly("a", 10, { balance: 4 })], -20);
    expect(deduction).toMatchObject({ applied: quantity(-6), dropped: quantity(-14) });
  });
});

const behaviors = fc.constantFrom("cap" as const, "reject" as const, "overflow" as const);
const entities = fc.constantFrom(null, "e1", "e2", "e3");

describe("properties of deduction", () => {
  it("conserves units, chains its entries, and goes below zero only with an allowance", () => {
    const signed = fc.tuple(amounts, fc.boolean()).map(([n, back]) => (back ? -n : n));
    fc.assert(
      fc.property(
        grantSets,
        signed,
        behaviors,
        entities,
        (grants, amount, overageBehavior, entityId) => {
          const deduction = track(grants, amount, { overageBehavior, entityId });
          if (deduction.outcome === "insufficient") {
            expect(overageBehavior).toBe("reject");
            expect(deduction.missing.greaterThan(zero)).toBe(true);
            return;
          }
          const { changes, parts, applied, dropped } = deduction;
          expect(applied.plus(dropped).equals(quantity(amount))).toBe(true);
          expect(sum(parts.map((part) => part.value)).equals(applied)).toBe(true);
          const moved = signedTotal(grants).minus(signedTotal(applyChanges(grants, changes)));
          expect(moved.equals(applied)).toBe(true);
          const visible = visibleGrants(grants, entityId);
          for (const change of changes) {
            const before = visible.find((grant) => grant.id === change.grant.id);
            expect(before !== undefined && isChained(before, change)).toBe(true);
            expect(change.entries).toHaveLength(1);
          }
          expect(parts.map((part) => part.grantId)).toEqual(changes.map(({ grant }) => grant.id));
        },
      ),
    );
  });

  it("keeps hard stops at zero under cap and reject", () => {
    const hardStops = grantSets.map((grants) =>
      grants.map((grant) => ({ ...grant, overflow: Overflow.none })),
    );
    const kept = fc.constantFrom("cap" as const, "reject" as const);
    fc.assert(
      fc.property(hardStops, amounts, kept, (grants, amount, overageBehavior) => {
        const deduction = track(grants, amount, { overageBehavior });
        const changes = deduction.outcome === "applied" ? deduction.changes : [];
        expect(changes.every(({ grant }) => grant.balance.greaterThanOrEqualTo(zero))).toBe(true);
      }),
    );
  });

  it("spends exactly what there is, however the calls are cut", () => {
    const pools = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 });
    const calls = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
    fc.assert(
      fc.property(pools, calls, (pool, values) => {
        let grants = pool.map((included, n) => buildGrant(`g${n}`, { included }));
        let spent = 0;
        for (const value of values) {
          const deduction = track(grants, value, { overageBehavior: "reject" });
          if (deduction.outcome === "insufficient") continue;
          spent += value;
          grants = applyChanges(grants, deduction.changes);
        }
        const available = pool.reduce((a, b) => a + b, 0);
        expect(toWire(signedTotal(grants))).toBe(available - spent);
        expect(spent).toBeLessThanOrEqual(available);
        const all = values.reduce((a, b) => a + b, 0);
        const capped = values.reduce(
          (rows, value) => rowsAfter(rows, value),
          pool.map((included, n) => buildGrant(`g${n}`, { included })),
        );
        expect(toWire(signedTotal(capped))).toBe(Math.max(0, available - all));
      }),
    );
  });

  it("is undone by a refund of the same amount on full grants", () => {
    const full = grantSets.map((grants) =>
      grants.map((grant) => ({ ...grant, kind: "plan" as const, balance: grant.included })),
    );
    fc.assert(
      fc.property(
        full,
        amounts,
        behaviors,
        entities,
        (grants, amount, overageBehavior, entityId) => {
          const deduction = track(grants, amount, { overageBehavior, entityId });
          if (deduction.outcome === "insufficient") return;
          const used = applyChanges(grants, deduction.changes);
          const back = rowsAfter(used, zero.minus(deduction.applied), { entityId });
          expect(back.map(({ balance }) => balance.toString())).toEqual(
            grants.map(({ balance }) => balance.toString()),
          );
        },
      ),
    );
  });

  it("never gives back more than was used", () => {
    const ordinary = grantSets.map((grants) => grants.filter((grant) => grant.kind !== "rollover"));
    fc.assert(
      fc.property(ordinary, amounts, (grants, amount) => {
        const spent = track(grants, amount);
        if (spent.outcome !== "applied") throw new Error("cap never refuses");
        const used = applyChanges(grants, spent.changes);
        const back = rowsAfter(used, zero.minus(spent.applied));
        expect(signedTotal(back).equals(signedTotal(grants))).toBe(true);
        expect(summarize(rowsAfter(used, -1e9)).usage.greaterThanOrEqualTo(zero)).toBe(true);
      }),
    );
  });
});
