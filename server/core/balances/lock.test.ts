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
import { quantity, sum, toWire, zero } from "../quantity";
import { type CreditItem, costOf } from "./credit-cost";
import {
  type Candidate,
  type Deduction,
  type DeductionInput,
  deduct,
  ownCandidates,
} from "./deduction";
import type { Grant } from "./grant";
import { LedgerCause } from "./ledger";
import {
  type FinalizedLock,
  finalizeLock,
  holdLock,
  isLockDue,
  LONGEST_HOLD_MS,
  type Lock,
  LockStatus,
  lapseLock,
} from "./lock";

const day = 86_400_000;
const later = (ms: number) => new Date(start.getTime() + ms);

type Applied = Extract<Deduction, { outcome: "applied" }>;
type Rules = Partial<Pick<DeductionInput, "limit" | "overageBehavior">>;

function take(candidates: readonly Candidate[], amount: number, rules: Rules = {}): Applied {
  const deduction = deduct({
    featureId: 1,
    candidates,
    amount: quantity(amount),
    entityId: null,
    overageBehavior: "reject",
    cause: LedgerCause.lock,
    causeId: "hold",
    at: start,
    ...rules,
  });
  if (deduction.outcome !== "applied") throw new Error("The deduction was refused.");
  return deduction;
}

function lockOf(deduction: Applied, expiresAt: Date | null = null): Lock {
  const named = { id: "hold", key: "k", featureId: 1, entityId: null, properties: null };
  return holdLock({ ...named, deduction, expiresAt, at: start });
}

/** The rows with what a decision changed, their costs as they were. */
function rowsAfter(candidates: readonly Candidate[], { changes }: Applied): Candidate[] {
  return candidates.map(({ grant, cost }) => ({
    grant: applyChanges([grant], changes)[0] ?? grant,
    cost,
  }));
}

function close(
  lock: Lock,
  candidates: readonly Candidate[],
  final: number,
  extra: { at?: Date; rules?: { limit?: DeductionInput["limit"] } } = {},
): FinalizedLock {
  return finalizeLock({
    lock,
    status: LockStatus.confirmed,
    final: quantity(final),
    candidates,
    rules: { featureId: 1, ...extra.rules },
    eventId: "close",
    at: extra.at ?? start,
  });
}

/** Balances after holding `held` units of these rows and closing the lock at `final`. */
function holdAndClose(grants: readonly Grant[], held: number, final: number): number[] {
  const candidates = ownCandidates(grants);
  const hold = take(candidates, held);
  const between = rowsAfter(candidates, hold);
  return balances(rowsAfter(between, close(lockOf(hold), between, final).deduction));
}

const balances = (candidates: readonly Candidate[]) =>
  candidates.map(({ grant }) => toWire(grant.balance));

const hourly = (included: number) =>
  monthly("hour", included, { reset: { unit: "hour", count: 1 }, nextResetAt: later(3_600_000) });

describe("worked examples of locks", () => {
  type LockAndConfirm = { lock: number; confirm: number };

  it("E63: less than was held goes back to the row that was taken last", () => {
    const { given, when, then } = domainExample<
      { hour: number; lifetime: number },
      LockAndConfirm,
      { hour: number; lifetime: number }
    >("E63");
    const grants = [hourly(given.hour), buildGrant("lifetime", { included: given.lifetime })];
    expect(holdAndClose(grants, when.lock, when.confirm)).toEqual([then.hour, then.lifetime]);
  });

  it("E65: more than was held is deducted as any use", () => {
    const { given, when, then } = domainExample<
      { hour: number; month: number },
      LockAndConfirm,
      { remaining: number }
    >("E65");
    const left = holdAndClose(
      [hourly(given.hour), monthly("month", given.month)],
      when.lock,
      when.confirm,
    );
    expect(left[0]).toBe(0);
    expect(left[1]).toBe(then.remaining);
  });

  it("E66: below zero everything returns and the rest is refunded up to the grants", () => {
    const { given, when, then } = domainExample<
      { hour: number; month: number },
      LockAndConfirm,
      { remaining: number; events: [number, number] }
    >("E66");
    const candidates = ownCandidates([hourly(given.hour), monthly("month", given.month)]);
    const hold = take(candidates, when.lock);
    const between = rowsAfter(candidates, hold);
    const closed = close(lockOf(hold), between, when.confirm);
    expect([toWire(hold.applied), toWire(closed.delta)]).toEqual(then.events);
    expect(
      toWire(sum(rowsAfter(between, closed.deduction).map(({ grant }) => grant.balance))),
    ).toBe(then.remaining);
    expect(toWire(closed.deduction.dropped)).toBe(-2);
  });

  it("E73: a usage limit clamps what goes beyond the hold", () => {
    type Given = { usage_limit: number; included: number };
    const { given, when, then } = domainExample<
      Given,
      { lock: number; finalize: number },
      { usage: number; remaining: number }
    >("E73");
    const candidates = ownCandidates([monthly("a", given.included)]);
    const hold = take(candidates, when.lock);
    const between = rowsAfter(candidates, hold);
    const limit = { units: quantity(given.usage_limit - when.lock), credits: new Map() };
    const closed = close(lockOf(hold), between, when.finalize, { rules: { limit } });
    expect(balances(rowsAfter(between, closed.deduction))).toEqual([then.remaining]);
    expect(toWire(hold.applied.plus(closed.deduction.applied))).toBe(then.usage);
  });
});

describe("finalizeLock", () => {
  it("refunds to the rows of now what a vanished row cannot take back", () => {
    const old = ownCandidates([monthly("old", 50)]);
    const hold = take(old, 40);
    const now = ownCandidates([monthly("new", 80, { balance: 60 })]);
    const closed = close(lockOf(hold), now, 30);
    expect(balances(rowsAfter(now, closed.deduction))).toEqual([70]);
    const full = ownCandidates([monthly("new", 80)]);
    const lost = close(lockOf(hold), full, 0);
    expect(balances(rowsAfter(full, lost.deduction))).toEqual([80]);
    expect(toWire(lost.deduction.dropped)).toBe(-40);
  });

  it("gives a row that was renewed since the hold no more than it lacks", () => {
    const candidates = ownCandidates([monthly("a", 100)]);
    const hold = take(candidates, 30);
    const renewed = ownCandidates([
      monthly("a", 100, { balance: 95, nextResetAt: new Date("2026-03-01T00:00:00Z") }),
    ]);
    const released = close(lockOf(hold), renewed, 0, { at: later(40 * day) });
    expect(balances(rowsAfter(renewed, released.deduction))).toEqual([100]);
    expect(toWire(released.deduction.applied)).toBe(-5);
    expect(toWire(released.delta)).toBe(-30);
  });

  it("gives back what an edit had raised above the grant", () => {
    const raised = [monthly("a", 10, { balance: 500 })];
    expect(holdAndClose(raised, 200, 0)).toEqual([500]);
  });

  it("writes one entry for each row that moved, caused by the closing event", () => {
    const candidates = ownCandidates([hourly(5), monthly("month", 10, { balance: 2 })]);
    const hold = take(candidates, 5);
    const between = rowsAfter(candidates, hold);
    const { deduction, lock } = close(lockOf(hold), between, -3);
    expect(deduction.changes.map(({ entries }) => entries.length)).toEqual([1, 1]);
    for (const change of deduction.changes) {
      const before = between.find(({ grant }) => grant.id === change.grant.id);
      expect(before && isChained(before.grant, change)).toBe(true);
      expect(change.entries[0]).toMatchObject({ cause: LedgerCause.lock, causeId: "close" });
    }
    expect(lock).toMatchObject({ status: LockStatus.confirmed, closeEventId: "close" });
  });

  it("makes no event of a lock that is confirmed as it was held", () => {
    const candidates = ownCandidates([monthly("a", 10)]);
    const hold = take(candidates, 4);
    const { lock, deduction } = close(lockOf(hold), rowsAfter(candidates, hold), 4);
    expect(lock.closeEventId).toBeNull();
    expect([deduction.changes, deduction.parts]).toEqual([[], []]);
  });

  it("holds what a capped deduction applied, not what it dropped", () => {
    const candidates = ownCandidates([buildGrant("a", { included: 5 })]);
    const hold = take(candidates, 8, { overageBehavior: "cap" });
    const lock = lockOf(hold);
    expect(toWire(lock.amount)).toBe(5);
    const between = rowsAfter(candidates, hold);
    expect(balances(rowsAfter(between, close(lock, between, 0).deduction))).toEqual([5]);
  });
});

describe("locks paid in credits", () => {
  const item = (tiers: readonly [number | null, number][]): CreditItem => ({
    featureId: 1,
    billingUnits: quantity(1),
    tiers: tiers.map(([to, cost]) => ({
      to: to === null ? null : quantity(to),
      creditCost: quantity(cost),
    })),
    dimensions: [],
    multipliers: [],
  });
  const credits = (included: number, price: CreditItem): Candidate => ({
    grant: buildGrant("credits", { included, featureId: 2 }),
    cost: costOf(price, null),
  });

  it("E61: own units first, then credits, and more of them when more was used", () => {
    const { given, when, then } = domainExample<
      { action1_own: number; credits: number; cost: number },
      { lock_action1: number; confirm: number },
      { action1: number; credits: number }
    >("E61");
    const candidates = [
      ...ownCandidates([buildGrant("own", { included: given.action1_own })]),
      credits(given.credits, item([[null, given.cost]])),
    ];
    const hold = take(candidates, when.lock_action1);
    const between = rowsAfter(candidates, hold);
    const closed = close(lockOf(hold), between, when.confirm);
    expect(balances(rowsAfter(between, closed.deduction))).toEqual([then.action1, then.credits]);
  });

  it("gives part of a credit part back at the price of the last units", () => {
    const stepped = item([
      [10, 2],
      [null, 1],
    ]);
    const candidates = [
      ...ownCandidates([buildGrant("own", { included: 5 })]),
      credits(100, stepped),
    ];
    const hold = take(candidates, 20);
    const between = rowsAfter(candidates, hold);
    const closed = close(lockOf(hold), between, 8);
    const direct = rowsAfter(candidates, take(candidates, 8));
    expect(balances(rowsAfter(between, closed.deduction))).toEqual(balances(direct));
  });

  it("gives units that cost nothing back to nobody", () => {
    const candidates = [
      credits(100, item([[null, 0]])),
      ...ownCandidates([buildGrant("own", { included: 9, balance: 0 })]),
    ];
    const free = take(candidates, 4, { overageBehavior: "cap" });
    const lock: Lock = { ...lockOf(free), amount: quantity(4) };
    expect(balances(rowsAfter(candidates, close(lock, candidates, 0).deduction))).toEqual([100, 0]);
  });
});

describe("properties of locks", () => {
  const cases = fc.record({
    grants: grantSets,
    held: amounts,
    final: fc.tuple(amounts, fc.boolean()).map(([n, negative]) => (negative ? -n : n)),
  });
  const heldUnder = (grants: readonly Grant[], held: number) => {
    const candidates = ownCandidates(grants);
    const hold = take(candidates, held, { overageBehavior: "cap" });
    return { candidates, hold, between: rowsAfter(candidates, hold) };
  };

  it("a lock that is released leaves nothing behind", () => {
    fc.assert(
      fc.property(cases, ({ grants, held }) => {
        const { candidates, hold, between } = heldUnder(grants, held);
        const released = close(lockOf(hold), between, 0);
        expect(balances(rowsAfter(between, released.deduction))).toEqual(balances(candidates));
      }),
    );
  });

  it("a lock that is confirmed as held is a track, and closing it lower is a track of less", () => {
    fc.assert(
      fc.property(cases, fc.nat(100), ({ grants, held }, percent) => {
        const { candidates, hold, between } = heldUnder(grants, held);
        const used = toWire(hold.applied.times(percent).dividedBy(100).toDecimalPlaces(4));
        const closed = rowsAfter(between, close(lockOf(hold), between, used).deduction);
        const tracked = rowsAfter(candidates, take(candidates, used, { overageBehavior: "cap" }));
        // A debt is given back where it was made last, so single rows may differ only below zero.
        const total = (rows: readonly Candidate[]) => toWire(sum(rows.map((r) => r.grant.balance)));
        expect(total(closed)).toBe(total(tracked));
        if (percent === 100) expect(balances(closed)).toEqual(balances(tracked));
      }),
    );
  });

  it("whatever it is closed at, entries chain and parts, applied and dropped add up", () => {
    fc.assert(
      fc.property(cases, ({ grants, held, final }) => {
        const { hold, between } = heldUnder(grants, held);
        const { deduction, delta } = close(lockOf(hold), between, final);
        for (const change of deduction.changes) {
          const before = between.find(({ grant }) => grant.id === change.grant.id)?.grant;
          expect(before && isChained(before, change)).toBe(true);
        }
        expect(deduction.applied.plus(deduction.dropped).equals(delta)).toBe(true);
        const moved = sum(deduction.parts.map(({ units }) => units));
        expect(moved.equals(deduction.applied)).toBe(true);
      }),
    );
  });
});

describe("the end of a lock by time", () => {
  const candidates = ownCandidates([monthly("a", 10)]);
  const hold = take(candidates, 4);

  it("is a day after a lock without an expiry, which then lapses", () => {
    const lock = lockOf(hold);
    expect(lock).toMatchObject({ lapses: true, expiresAt: later(LONGEST_HOLD_MS) });
    expect(isLockDue(lock, later(LONGEST_HOLD_MS - 1))).toBe(false);
    expect(isLockDue(lock, later(LONGEST_HOLD_MS))).toBe(true);
    const rows = rowsAfter(candidates, hold).map(({ grant }) => grant);
    const lapsed = lapseLock(lock, rows, lock.expiresAt);
    expect(lapsed.lock).toMatchObject({ status: LockStatus.lapsed, closedAt: lock.expiresAt });
    expect(lapsed.changes[0]?.entries).toMatchObject([
      { delta: zero, cause: LedgerCause.lock, causeId: lock.id, balanceAfter: quantity(6) },
    ]);
    expect(lapseLock(lock, [], lock.expiresAt).changes).toEqual([]);
  });

  it("is the instant that its caller named", () => {
    const lock = lockOf(hold, later(1000));
    expect(lock).toMatchObject({ lapses: false, expiresAt: later(1000) });
    expect(isLockDue({ ...lock, status: LockStatus.released }, later(2000))).toBe(false);
  });
});
