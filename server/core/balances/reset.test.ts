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
import { quantity, toWire } from "../quantity";
import { deduct, ownCandidates } from "./deduction";
import { type Grant, grantedOf } from "./grant";
import { type GrantChange, LedgerCause } from "./ledger";
import { bringDue, endGrant, onTopOf } from "./reset";

const at = (text: string) => new Date(text);

/** What fell due on one grant without lots. */
function dueOf(grant: Grant, now: Date, persistFreeOverage = false): GrantChange {
  const work = bringDue([grant], now, { ...plainDue, persistFreeOverage });
  expect(work.opened).toEqual([]);
  return work.changes[0] ?? { grant, entries: [] };
}

describe("worked examples of resets", () => {
  it("E57: a reset that is due comes before the deduction", () => {
    type Given = { included: number };
    const { given, when, then } = domainExample<Given, { track: number }, { balance: number }>(
      "E57",
    );
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 200 }), (balance) => {
        const now = at("2026-02-01T00:00:00Z");
        const { grant } = dueOf(monthly("a", given.included, { balance }), now);
        const deduction = deduct({
          featureId: grant.featureId,
          candidates: ownCandidates([grant]),
          amount: quantity(when.track),
          entityId: null,
          overageBehavior: "cap",
          cause: LedgerCause.usage,
          causeId: "event",
          at: now,
        });
        if (deduction.outcome !== "applied") throw new Error("The deduction was refused.");
        const [row] = applyChanges([grant], deduction.changes);
        expect(row && toWire(row.balance)).toBe(then.balance);
      }),
    );
  });

  it("E58: resets of the 31st come back to the 31st", () => {
    const { given, then } = domainExample<
      { stripe_anchor_day: number },
      unknown,
      { next_reset_at: string[] }
    >("E58");
    const anchorAt = new Date(Date.UTC(2026, 2, given.stripe_anchor_day));
    let grant = monthly("a", 1, { anchorAt, nextResetAt: at("2026-05-31T00:00:00Z") });
    const seen = then.next_reset_at.map(() => {
      grant = dueOf(grant, grant.nextResetAt ?? start).grant;
      return grant.nextResetAt?.toISOString().slice(0, 10);
    });
    expect(then.next_reset_at).toEqual(["30 Jun", "31 Jul"]);
    expect(seen).toEqual(["2026-06-30", "2026-07-31"]);
  });
});

describe("due work", () => {
  it("does nothing before its time and returns the same row", () => {
    const grant = monthly("a", 100, { balance: 3 });
    expect(dueOf(grant, at("2026-01-31T23:59:59.999Z"))).toEqual({ grant, entries: [] });
  });

  it("renews at the boundary, as of the boundary", () => {
    const { grant, entries } = dueOf(
      monthly("a", 100, { balance: 3, adjustment: 20 }),
      at("2026-04-10T00:00:00Z"),
    );
    expect(entries).toMatchObject([
      {
        at: at("2026-02-01T00:00:00Z"),
        cause: LedgerCause.reset,
        causeId: null,
        delta: quantity(97),
        balanceAfter: quantity(100),
        grantedDelta: quantity(-20),
        grantedAfter: quantity(100),
      },
    ]);
    expect(grant.nextResetAt).toEqual(at("2026-05-01T00:00:00Z"));
  });

  it("moves an untouched grant on without an entry", () => {
    const { grant, entries } = dueOf(monthly("a", 100), at("2026-02-01T00:00:00Z"));
    expect(entries).toEqual([]);
    expect(grant.nextResetAt).toEqual(at("2026-03-01T00:00:00Z"));
  });

  it("forgives a debt and takes back what an edit added", () => {
    const now = at("2026-02-01T00:00:00Z");
    expect(toWire(dueOf(monthly("a", 100, { balance: -40 }), now).grant.balance)).toBe(100);
    expect(toWire(dueOf(monthly("a", 100, { balance: 400 }), now).grant.balance)).toBe(100);
  });

  it("takes a debt off the next periods where the organization wants it", () => {
    const indebted = monthly("a", 100, { balance: -250, adjustment: 30 });
    const indebtedAt = (now: string) => dueOf(indebted, at(now), true);
    expect(toWire(indebtedAt("2026-02-01T00:00:00Z").grant.balance)).toBe(-150);
    expect(toWire(indebtedAt("2026-04-15T00:00:00Z").grant.balance)).toBe(50);
    const settled = indebtedAt("2027-01-01T00:00:00Z");
    expect(toWire(settled.grant.balance)).toBe(100);
    expect(settled.entries).toMatchObject([
      { at: at("2026-02-01T00:00:00Z"), delta: quantity(100), grantedDelta: quantity(-30) },
      { at: at("2026-05-01T00:00:00Z"), delta: quantity(250), balanceAfter: quantity(100) },
    ]);
    expect(toWire(dueOf(monthly("a", 0, { balance: -5 }), start, true).grant.balance)).toBe(-5);
  });

  it("keeps a shortened first period, then follows the anchor", () => {
    const nextResetAt = at("2026-01-10T00:00:00Z");
    const { grant } = dueOf(monthly("a", 1, { balance: 0, nextResetAt }), nextResetAt);
    expect(grant.nextResetAt).toEqual(at("2026-02-01T00:00:00Z"));
  });

  it("closes an expired grant at the instant of its expiry, without a reset for no time", () => {
    const expiresAt = at("2026-02-01T00:00:00Z");
    const { grant, entries } = dueOf(
      monthly("a", 100, { balance: 60, expiresAt }),
      at("2026-07-01T00:00:00Z"),
    );
    expect(entries).toMatchObject([
      {
        at: expiresAt,
        cause: LedgerCause.expiry,
        delta: quantity(-60),
        grantedDelta: quantity(-100),
      },
    ]);
    expect(grant).toMatchObject({ endedAt: expiresAt, nextResetAt: null });
    expect(toWire(grantedOf(grant))).toBe(0);
    expect(dueOf(grant, at("2027-01-01T00:00:00Z"))).toEqual({ grant, entries: [] });
    const lasting = buildGrant("b", { included: 1, expiresAt });
    expect(dueOf(lasting, expiresAt).grant.endedAt).toEqual(expiresAt);
    expect(dueOf(lasting, new Date(expiresAt.getTime() - 1)).entries).toEqual([]);
  });

  it("leaves unlimited, lasting and invoiced grants alone", () => {
    const now = at("2028-01-01T00:00:00Z");
    const grants = [
      monthly("a", 0, { unlimited: true, balance: -5 }),
      buildGrant("b", { included: 5, balance: 1 }),
      monthly("c", 5, { resetBy: 1, balance: 1 }),
    ];
    for (const grant of grants) expect(dueOf(grant, now)).toEqual({ grant, entries: [] });
  });

  it("stops at a suspension, whenever it runs", () => {
    const suspendedAt = at("2026-02-15T00:00:00Z");
    const { grant } = dueOf(
      monthly("a", 100, { balance: 7, suspendedAt }),
      at("2026-06-01T00:00:00Z"),
    );
    expect(toWire(grant.balance)).toBe(100);
    expect(grant.nextResetAt).toEqual(at("2026-03-01T00:00:00Z"));
    const expired = dueOf(
      { ...grant, expiresAt: at("2026-03-05T00:00:00Z") },
      at("2026-06-01T00:00:00Z"),
    );
    expect(expired.grant.endedAt).toEqual(at("2026-03-05T00:00:00Z"));
  });

  it("costs the same for a million missed minutes", () => {
    const grant = monthly("a", 5, {
      balance: 1,
      reset: { unit: "minute", count: 1 },
      nextResetAt: at("2026-01-01T00:01:00Z"),
    });
    const { entries } = dueOf(grant, at("2028-01-01T00:00:00Z"));
    expect(entries).toHaveLength(1);
  });
});

const intervals = fc.record({
  unit: fc.constantFrom<Interval["unit"]>("hour", "day", "week", "month", "quarter"),
  count: fc.integer({ min: 1, max: 3 }),
});
const offsets = fc.integer({ min: 0, max: 400 * 86_400_000 });
const dueGrants = fc
  .record({
    interval: fc.option(intervals),
    balance: fc.integer({ min: -50, max: 150 }),
    adjustment: fc.integer({ min: -50, max: 50 }),
    anchor: offsets,
    firstReset: offsets,
    expiry: fc.option(offsets),
    suspension: fc.option(offsets),
  })
  .map(({ interval, expiry, suspension, ...spec }): Grant => {
    const instant = (ms: number) => new Date(start.getTime() + ms);
    return buildGrant("a", {
      included: 100,
      balance: spec.balance,
      adjustment: spec.adjustment,
      reset: interval,
      resetBy: interval === null ? 2 : 0,
      anchorAt: interval === null ? null : instant(spec.anchor),
      nextResetAt: interval === null ? null : instant(spec.firstReset),
      expiresAt: expiry === null ? null : instant(expiry),
      suspendedAt: suspension === null ? null : instant(suspension),
    });
  });

describe("properties of due work", () => {
  it("does not depend on when or how often it ran", () => {
    fc.assert(
      fc.property(dueGrants, fc.array(offsets, { maxLength: 8 }), offsets, (grant, stops, last) => {
        const now = new Date(start.getTime() + last);
        const atOnce = dueOf(grant, now);
        let row = grant;
        const entries = [];
        for (const stop of stops.filter((ms) => ms <= last).sort((a, b) => a - b)) {
          const step = dueOf(row, new Date(start.getTime() + stop));
          row = step.grant;
          entries.push(...step.entries);
        }
        const end = dueOf(row, now);
        expect(end.grant).toEqual(atOnce.grant);
        expect([...entries, ...end.entries]).toEqual(atOnce.entries);
        expect(dueOf(end.grant, now).entries).toEqual([]);
      }),
    );
  });

  it("chains its entries, in time", () => {
    fc.assert(
      fc.property(dueGrants, offsets, (grant, last) => {
        const change = dueOf(grant, new Date(start.getTime() + last));
        expect(isChained(grant, change)).toBe(true);
        const times = change.entries.map((entry) => entry.at.getTime());
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(change.entries.length).toBeLessThanOrEqual(2);
        expect(times.every((time) => time <= start.getTime() + last)).toBe(true);
      }),
    );
  });

  it("carries a debt the same way, whether or not it ran in between", () => {
    fc.assert(
      fc.property(dueGrants, offsets, offsets, (grant, a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)].map(
          (ms) => new Date(start.getTime() + ms),
        );
        if (first === undefined || last === undefined) return;
        const between = dueOf(grant, first, true);
        const end = dueOf(between.grant, last, true);
        expect(end.grant).toEqual(dueOf(grant, last, true).grant);
        expect(isChained(between.grant, end)).toBe(true);
      }),
    );
  });

  it("leaves nothing on a grant that ended", () => {
    fc.assert(
      fc.property(dueGrants, (grant) => {
        const change = endGrant(grant, start, "subscription");
        expect(isChained(grant, change)).toBe(true);
        expect(change.grant).toMatchObject({ endedAt: start, nextResetAt: null });
        expect(change.grant.balance.isZero() && grantedOf(change.grant).isZero()).toBe(true);
        expect(endGrant(change.grant, start, "again").entries).toEqual([]);
      }),
    );
  });
});

describe("what was decided on top of due work", () => {
  const now = at("2026-03-10T00:00:00Z");

  it("follows it, in one change a grant", () => {
    const due = bringDue([monthly("g1", 100, { balance: 40 })], now, plainDue);
    const ended = due.grants.map((grant) => endGrant(grant, now, "cause"));
    const { opened, changed } = onTopOf(due, ended);
    expect(opened).toEqual([]);
    expect(changed).toHaveLength(1);
    expect(changed[0]?.grant).toBe(ended[0]?.grant);
    expect(changed[0]?.entries.map((entry) => toWire(entry.balanceAfter))).toEqual([100, 0]);
  });

  it("leaves the others as they are, and lots that just rolled over as openings", () => {
    const rollover = { max: null, maxPercentage: null, expiryMonths: null };
    const due = bringDue([monthly("g1", 100, { balance: 40, rollover })], at("2026-02-01"), {
      ...plainDue,
    });
    const other = endGrant(buildGrant("g2", { included: 5 }), now, "cause");
    const lot = due.opened[0]?.grant;
    const { opened, changed } = onTopOf(due, [
      other,
      ...(lot === undefined ? [] : [endGrant(lot, now, "cause")]),
    ]);
    expect(changed).toEqual([...due.changes, other]);
    expect(opened).toHaveLength(1);
    expect(opened[0]?.entries.map((entry) => toWire(entry.balanceAfter))).toEqual([40, 0]);
  });
});
