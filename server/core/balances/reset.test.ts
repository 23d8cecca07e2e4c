import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainExample } from "../../testing/domain-example";
import { applyChanges, buildGrant, isChained, monthly, start } from "../../testing/grant-factory";
import type { Interval } from "../interval";
import { quantity, toWire } from "../quantity";
import { deduct } from "./deduction";
import { type Grant, grantedOf } from "./grant";
import { LedgerCause } from "./ledger";
import { applyDue, endGrant } from "./reset";

const at = (text: string) => new Date(text);

describe("worked examples of resets", () => {
  it("E57: a reset that is due comes before the deduction", () => {
    type Given = { included: number };
    const { given, when, then } = domainExample<Given, { track: number }, { balance: number }>(
      "E57",
    );
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 200 }), (balance) => {
        const now = at("2026-02-01T00:00:00Z");
        const { grant } = applyDue(monthly("a", given.included, { balance }), now);
        const deduction = deduct({
          grants: [grant],
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
      grant = applyDue(grant, grant.nextResetAt ?? start).grant;
      return grant.nextResetAt?.toISOString().slice(0, 10);
    });
    expect(then.next_reset_at).toEqual(["30 Jun", "31 Jul"]);
    expect(seen).toEqual(["2026-06-30", "2026-07-31"]);
  });
});

describe("due work", () => {
  it("does nothing before its time and returns the same row", () => {
    const grant = monthly("a", 100, { balance: 3 });
    expect(applyDue(grant, at("2026-01-31T23:59:59.999Z"))).toEqual({ grant, entries: [] });
  });

  it("renews at the boundary, as of the boundary", () => {
    const { grant, entries } = applyDue(
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
    const { grant, entries } = applyDue(monthly("a", 100), at("2026-02-01T00:00:00Z"));
    expect(entries).toEqual([]);
    expect(grant.nextResetAt).toEqual(at("2026-03-01T00:00:00Z"));
  });

  it("forgives a debt and takes back what an edit added", () => {
    const now = at("2026-02-01T00:00:00Z");
    expect(toWire(applyDue(monthly("a", 100, { balance: -40 }), now).grant.balance)).toBe(100);
    expect(toWire(applyDue(monthly("a", 100, { balance: 400 }), now).grant.balance)).toBe(100);
  });

  it("keeps a shortened first period, then follows the anchor", () => {
    const nextResetAt = at("2026-01-10T00:00:00Z");
    const { grant } = applyDue(monthly("a", 1, { balance: 0, nextResetAt }), nextResetAt);
    expect(grant.nextResetAt).toEqual(at("2026-02-01T00:00:00Z"));
  });

  it("closes an expired grant at the instant of its expiry, without a reset for no time", () => {
    const expiresAt = at("2026-02-01T00:00:00Z");
    const { grant, entries } = applyDue(
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
    expect(applyDue(grant, at("2027-01-01T00:00:00Z"))).toEqual({ grant, entries: [] });
    const lasting = buildGrant("b", { included: 1, expiresAt });
    expect(applyDue(lasting, expiresAt).grant.endedAt).toEqual(expiresAt);
    expect(applyDue(lasting, new Date(expiresAt.getTime() - 1)).entries).toEqual([]);
  });

  it("leaves unlimited, lasting and invoiced grants alone", () => {
    const now = at("2028-01-01T00:00:00Z");
    const grants = [
      monthly("a", 0, { unlimited: true, balance: -5 }),
      buildGrant("b", { included: 5, balance: 1 }),
      monthly("c", 5, { resetBy: 1, balance: 1 }),
    ];
    for (const grant of grants) expect(applyDue(grant, now)).toEqual({ grant, entries: [] });
  });

  it("stops at a suspension, whenever it runs", () => {
    const suspendedAt = at("2026-02-15T00:00:00Z");
    const { grant } = applyDue(
      monthly("a", 100, { balance: 7, suspendedAt }),
      at("2026-06-01T00:00:00Z"),
    );
    expect(toWire(grant.balance)).toBe(100);
    expect(grant.nextResetAt).toEqual(at("2026-03-01T00:00:00Z"));
    const expired = applyDue(
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
    const { entries } = applyDue(grant, at("2028-01-01T00:00:00Z"));
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
        const atOnce = applyDue(grant, now);
        let row = grant;
        const entries = [];
        for (const stop of stops.filter((ms) => ms <= last).sort((a, b) => a - b)) {
          const step = applyDue(row, new Date(start.getTime() + stop));
          row = step.grant;
          entries.push(...step.entries);
        }
        const end = applyDue(row, now);
        expect(end.grant).toEqual(atOnce.grant);
        expect([...entries, ...end.entries]).toEqual(atOnce.entries);
        expect(applyDue(end.grant, now).entries).toEqual([]);
      }),
    );
  });

  it("chains its entries, in time", () => {
    fc.assert(
      fc.property(dueGrants, offsets, (grant, last) => {
        const change = applyDue(grant, new Date(start.getTime() + last));
        expect(isChained(grant, change)).toBe(true);
        const times = change.entries.map((entry) => entry.at.getTime());
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(change.entries.length).toBeLessThanOrEqual(2);
        expect(times.every((time) => time <= start.getTime() + last)).toBe(true);
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
