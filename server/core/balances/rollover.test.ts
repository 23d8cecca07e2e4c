import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainExample } from "../../testing/domain-example";
import {
  applyChanges,
  buildGrant,
  isChained,
  monthly,
  plainDue,
  start,
} from "../../testing/grant-factory";
import type { Interval } from "../interval";
import { larger, quantity, sum, toWire, zero } from "../quantity";
import { type CreditItem, costOf } from "./credit-cost";
import { deduct } from "./deduction";
import { type Grant, grantedOf } from "./grant";
import { LedgerCause } from "./ledger";
import { bringDue, type DueWork } from "./reset";
import { type RolloverRule, rolloverCap, rolloverRule } from "./rollover";

const at = (text: string) => new Date(`${text}T00:00:00Z`);
const rule = (spec: {
  max?: number;
  maxPercentage?: number;
  expiryMonths?: number;
}): RolloverRule => ({
  max: spec.max === undefined ? null : quantity(spec.max),
  maxPercentage: spec.maxPercentage === undefined ? null : quantity(spec.maxPercentage),
  expiryMonths: spec.expiryMonths ?? null,
});

let made = 0;
const options = (persistFreeOverage = false) => ({
  newId: () => {
    made += 1;
    return `lot${String(made).padStart(9, "0")}`;
  },
  persistFreeOverage,
});
const bring = (grants: readonly Grant[], now: Date, persistDebt = false): DueWork =>
  bringDue(grants, now, options(persistDebt));

const lot = (id: string, amount: number, spec: Parameters<typeof buildGrant>[1] = {}) =>
  buildGrant(id, { kind: "rollover", parentId: "a", setId: "a", included: amount, ...spec });

/** Living lots as `[amount, expiry]`, in the order in which they expire. */
function lotsOf(work: Pick<DueWork, "grants">): [number, string | null][] {
  return work.grants
    .filter((grant) => grant.kind === "rollover" && grant.endedAt === null)
    .sort((x, y) => (x.expiresAt?.getTime() ?? 9e15) - (y.expiresAt?.getTime() ?? 9e15))
    .map((grant) => [toWire(grant.balance), grant.expiresAt?.toISOString().slice(0, 10) ?? null]);
}

describe("rollovers", () => {
  it("turns what is left into a lot of the same feature, entity and plan", () => {
    const parent = monthly("a", 100, {
      setId: "s",
      balance: 30,
      entityId: "e",
      subscriptionId: "sub",
      planItemId: 7n,
      isAddOn: true,
      rollover: rule({ expiryMonths: 2 }),
    });
    const { grants, changes, opened } = bring([parent], at("2026-02-10"));
    expect(changes).toMatchObject([
      { entries: [{ at: at("2026-02-01"), cause: LedgerCause.reset, delta: quantity(70) }] },
    ]);
    expect(opened).toMatchObject([
      {
        grant: {
          kind: "rollover",
          parentId: "a",
          setId: "s",
          featureId: 1,
          entityId: "e",
          subscriptionId: "sub",
          planItemId: 7n,
          planId: "free",
          isAddOn: true,
          included: quantity(30),
          balance: quantity(30),
          startsAt: at("2026-02-01"),
          expiresAt: at("2026-04-01"),
          nextResetAt: null,
          rollover: null,
        },
        entries: [
          { at: at("2026-02-01"), cause: LedgerCause.opening, causeId: "a", delta: quantity(30) },
        ],
      },
    ]);
    expect(grants.map((grant) => toWire(grant.balance))).toEqual([100, 30]);
  });

  it("rolls nothing over from a debt, an empty grant or one without a rule", () => {
    const rollover = rule({});
    for (const grant of [
      monthly("a", 100, { balance: -5, rollover }),
      monthly("a", 100, { balance: 0, rollover }),
      monthly("a", 100, { balance: 50 }),
      monthly("a", 100, { unlimited: true, rollover }),
      monthly("a", 100, { resetBy: 1, rollover }),
    ]) {
      expect(bring([grant], at("2026-02-01")).opened).toEqual([]);
    }
  });

  it("gives each missed period its own lot, as of its own reset", () => {
    const parent = monthly("a", 100, { balance: 40, rollover: rule({ expiryMonths: 6 }) });
    const work = bring([parent], at("2026-04-15"));
    expect(lotsOf(work)).toEqual([
      [40, "2026-08-01"],
      [100, "2026-09-01"],
      [100, "2026-10-01"],
    ]);
    expect(work.opened.map(({ grant }) => grant.startsAt)).toEqual(
      ["2026-02-01", "2026-03-01", "2026-04-01"].map(at),
    );
  });

  it("caps the sum of lots and trims those that expire first", () => {
    const lots = [
      lot("never", 30),
      lot("late", 60, { balance: 50, expiresAt: at("2026-05-01") }),
      lot("soon", 80, { balance: 70, expiresAt: at("2026-03-01") }),
    ];
    const parent = monthly("a", 100, { balance: 20, rollover: rule({ max: 80, expiryMonths: 4 }) });
    const { grants, changes } = bring([parent, ...lots], at("2026-02-01"));
    const byId = new Map(grants.map((grant) => [grant.id, grant]));
    expect(lotsOf({ grants })).toEqual([
      [30, "2026-05-01"],
      [20, "2026-06-01"],
      [30, null],
    ]);
    const late = byId.get("late");
    expect(late && [toWire(grantedOf(late)), toWire(late.balance)]).toEqual([40, 30]);
    expect(byId.get("soon")).toMatchObject({ endedAt: at("2026-02-01") });
    expect(changes.find(({ grant }) => grant.id === "late")?.entries).toMatchObject([
      { cause: LedgerCause.trimmed, causeId: "a", at: at("2026-02-01"), delta: quantity(-20) },
    ]);
  });

  it("takes a share of what the grant renews to, rounded down", () => {
    const parent = monthly("a", 101, { adjustment: 50, rollover: rule({ maxPercentage: 50 }) });
    expect(lotsOf(bring([parent], at("2026-02-01")))).toEqual([[50, null]]);
    const both = rule({ max: 20, maxPercentage: 50 });
    expect(rolloverCap(both, parent)).toEqual(quantity(20));
    expect(rolloverCap(rule({}), parent)).toBeNull();
    expect(bring([{ ...parent, rollover: rule({ max: 0 }) }], at("2026-02-01")).opened).toEqual([]);
  });

  it("caps the rows of entities each for itself", () => {
    const rollover = rule({ max: 60 });
    const rows = ["a", "b"].map((id) => monthly(id, 50, { setId: "s", entityId: id, rollover }));
    const work = bring(rows, at("2026-03-01"));
    expect(work.opened.map(({ grant }) => [grant.entityId, toWire(grant.balance)])).toEqual([
      ["a", 10],
      ["a", 50],
      ["b", 10],
      ["b", 50],
    ]);
  });

  it("closes used-up lots at the next reset and lots of an expired grant with it", () => {
    const expiresAt = at("2026-02-20");
    const parent = monthly("a", 10, { balance: 5, rollover: rule({}), expiresAt });
    const used = lot("used", 40, { balance: 0 });
    expect(bring([parent, used], at("2026-02-01")).grants[1]?.endedAt).toEqual(at("2026-02-01"));
    const ended = bring([parent, lot("left", 40)], at("2026-03-01"));
    expect(ended.opened).toEqual([]);
    expect(ended.grants.map((grant) => grant.endedAt)).toEqual([expiresAt, expiresAt]);
  });

  it("makes only the lots that are left of a million missed periods", () => {
    const parent = monthly("a", 5, {
      reset: { unit: "minute", count: 1 },
      nextResetAt: new Date("2026-01-01T00:01:00Z"),
      rollover: rule({ max: 12, expiryMonths: 1 }),
    });
    const lots = [lot("x", 9), lot("y", 9, { expiresAt: at("2026-02-01") })];
    const work = bring([parent, ...lots], at("2028-01-01"));
    expect(work.opened.map(({ grant }) => toWire(grant.balance))).toEqual([3]);
    expect(work.changes.flatMap(({ entries }) => entries).length).toBeLessThan(5);
  });
});

describe("worked examples of rollovers", () => {
  it("E54: credits that rolled over are spent first, at what each feature costs", () => {
    type Given = { included: number; max: number; cost: Record<string, number> };
    type Then = { rollover: number[]; total: number[] };
    const { given, when, then } = domainExample<Given, { track: string[] }, Then>("E54");
    const parent = monthly("a", given.included, { rollover: rule({ max: given.max }) });
    const now = at("2026-02-02");
    let { grants } = bring([parent], now);
    const seen = when.track.map((use) => {
      const [action = "", times = ""] = use.split(" x");
      const item: CreditItem = {
        featureId: 2,
        billingUnits: quantity(1),
        tiers: [{ to: null, creditCost: quantity(given.cost[action] ?? 0) }],
        dimensions: [],
        multipliers: [],
      };
      const deduction = deduct({
        featureId: 2,
        candidates: grants.map((grant) => ({ grant, cost: costOf(item, null) })),
        amount: quantity(times),
        entityId: null,
        overageBehavior: "reject",
        cause: LedgerCause.usage,
        causeId: "event",
        at: now,
      });
      if (deduction.outcome !== "applied") throw new Error("There is enough.");
      grants = applyChanges(grants, deduction.changes);
      const left = (rows: readonly Grant[]) => toWire(sum(rows.map(({ balance }) => balance)));
      return [left(grants.filter(({ kind }) => kind === "rollover")), left(grants)];
    });
    expect(seen).toEqual(then.rollover.map((left, n) => [left, then.total[n]]));
  });

  it("states a rule, and refuses what makes no sense", () => {
    const stated = { max: quantity(5), maxPercentage: null, months: 3 };
    expect(rolloverRule(stated)).toEqual(rule({ max: 5, expiryMonths: 3 }));
    expect(() => rolloverRule({ ...stated, maxPercentage: quantity(5) })).toThrow(/exclude/);
    expect(() => rolloverRule({ ...stated, max: quantity(-1) })).toThrow(/below 0/);
    for (const months of [0, -1, 1.5]) {
      expect(() => rolloverRule({ ...stated, months })).toThrow(/a month at least/);
    }
  });
});

const days = (count: number) => new Date(start.getTime() + count * 86_400_000);
const intervals = fc.record({
  unit: fc.constantFrom<Interval["unit"]>("day", "week", "month", "quarter"),
  count: fc.integer({ min: 1, max: 3 }),
});
const dueDays = fc.integer({ min: 0, max: 500 });

/** A grant with a rule and lots of earlier resets, some with other expiries than the rule gives. */
const families = fc
  .record({
    interval: intervals,
    full: fc.integer({ min: 0, max: 40 }),
    balance: fc.integer({ min: -60, max: 90 }),
    adjustment: fc.integer({ min: -20, max: 20 }),
    anchor: dueDays,
    firstReset: fc.integer({ min: 1, max: 120 }),
    expiry: fc.option(dueDays, { freq: 4 }),
    suspension: fc.option(dueDays, { freq: 4 }),
    rule: fc.record({
      max: fc.option(fc.integer({ min: 0, max: 150 }).map(quantity)),
      maxPercentage: fc.option(fc.integer({ min: 0, max: 300 }).map(quantity)),
      expiryMonths: fc.option(fc.integer({ min: 1, max: 6 })),
    }),
    lots: fc.array(
      fc.record({
        amount: fc.integer({ min: 0, max: 60 }),
        used: fc.integer({ min: 0, max: 20 }),
        age: fc.integer({ min: 1, max: 50 }),
        expiry: fc.option(fc.integer({ min: 1, max: 300 })),
      }),
      { maxLength: 4 },
    ),
  })
  .map((spec): Grant[] => [
    monthly("a", spec.full, {
      balance: spec.balance,
      adjustment: spec.adjustment,
      reset: spec.interval,
      anchorAt: days(spec.anchor),
      nextResetAt: days(spec.firstReset),
      expiresAt: spec.expiry === null ? null : days(spec.expiry),
      suspendedAt: spec.suspension === null ? null : days(spec.suspension),
      rollover: spec.rule,
    }),
    ...spec.lots.map(({ amount, used, age, expiry }, n) =>
      lot(`a${n}`, amount, {
        balance: Math.max(0, amount - used),
        startsAt: days(-age),
        expiresAt: expiry === null ? null : days(expiry),
      }),
    ),
  ]);

/** What anybody can see of grants: figures, dates and lots, without ids of lots. */
function figures(grants: readonly Grant[]) {
  const living = grants.filter((grant) => grant.endedAt === null);
  return {
    parents: living
      .filter((grant) => grant.kind !== "rollover")
      .map((grant) => [toWire(grantedOf(grant)), toWire(grant.balance), grant.nextResetAt]),
    lots: living
      .filter((grant) => grant.kind === "rollover")
      .map((grant) => [
        grant.startsAt.getTime(),
        grant.expiresAt?.getTime() ?? null,
        toWire(grantedOf(grant)),
        toWire(grant.balance),
      ])
      .sort((a, b) => String(a).localeCompare(String(b))),
  };
}

describe("properties of rollovers", () => {
  it("do not depend on whether due work ran in between", () => {
    fc.assert(
      fc.property(
        families,
        fc.array(dueDays, { maxLength: 5 }),
        dueDays,
        fc.boolean(),
        (family, stops, last, persistDebt) => {
          const now = days(last);
          let rows: readonly Grant[] = family;
          for (const stop of stops.filter((day) => day <= last).sort((a, b) => a - b)) {
            rows = bring(rows, days(stop), persistDebt).grants;
          }
          expect(figures(bring(rows, now, persistDebt).grants)).toEqual(
            figures(bring(family, now, persistDebt).grants),
          );
          expect(bring(bring(family, now).grants, now)).toMatchObject({ changes: [], opened: [] });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("never make units, and stay under the cap after a reset", () => {
    fc.assert(
      fc.property(families, (family) => {
        const [parent] = family;
        if (parent?.nextResetAt == null || parent.rollover === null) return;
        const { grants, changes } = bring(family, parent.nextResetAt);
        const after = grants[0];
        if (changes.length === 0 || after === undefined || after.endedAt !== null) return;
        const held = (rows: readonly Grant[]) =>
          sum(
            rows
              .filter((grant) => grant.kind === "rollover" && grant.endedAt === null)
              .map((grant) => grant.balance),
          );
        if (after.nextResetAt?.getTime() !== parent.nextResetAt.getTime()) {
          const leftover = larger(zero, parent.balance);
          expect(held(grants).lessThanOrEqualTo(held(family).plus(leftover))).toBe(true);
          expect(after.balance.equals(parent.included)).toBe(true);
          const cap = rolloverCap(parent.rollover, parent);
          if (cap !== null) expect(held(grants).lessThanOrEqualTo(cap)).toBe(true);
        }
      }),
    );
  });

  it("account for every unit in the ledger, in time", () => {
    fc.assert(
      fc.property(families, dueDays, (family, last) => {
        const now = days(last);
        const { changes, opened } = bring(family, now);
        for (const change of changes) {
          const before = family.find((grant) => grant.id === change.grant.id);
          expect(before && isChained(before, change)).toBe(true);
        }
        for (const { grant, entries } of opened) {
          expect(entries.map((entry) => toWire(entry.balanceAfter))).toEqual([
            toWire(grant.balance),
          ]);
        }
        for (const { entries } of [...changes, ...opened]) {
          const times = entries.map((entry) => entry.at.getTime());
          expect(times).toEqual([...times].sort((a, b) => a - b));
          expect(times.every((time) => time <= now.getTime())).toBe(true);
        }
      }),
    );
  });

  it("leaves other grants as the very same values", () => {
    const other = monthly("b", 5, { nextResetAt: at("2026-09-01") });
    const { grants } = bringDue([other, monthly("a", 5)], at("2026-02-01"), plainDue);
    expect(grants[0]).toBe(other);
  });
});
