import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildGrant, grantSets, monthly } from "../../testing/grant-factory";
import { toWire } from "../quantity";
import { burnOrder, type Grant, grantedOf, isLive, Overflow, visibleGrants } from "./grant";

const ids = (grants: readonly Grant[]) => grants.map((grant) => grant.id);
const day = (n: number) => new Date(Date.UTC(2026, 0, n));

describe("burn order, rule by rule", () => {
  const soon = { nextResetAt: day(2), reset: { unit: "day", count: 1 } } as const;
  const cases: [string, Grant, Grant][] = [
    [
      "rollovers before all",
      buildGrant("z", { kind: "rollover" }),
      buildGrant("a", { unlimited: true }),
    ],
    [
      "rollovers that expire sooner",
      buildGrant("z", { kind: "rollover", expiresAt: day(9) }),
      buildGrant("a", { kind: "rollover" }),
    ],
    [
      "customer-level before entities",
      buildGrant("z"),
      buildGrant("a", { entityId: "e1", ...soon }),
    ],
    ["unlimited before limited", buildGrant("z", { unlimited: true }), monthly("a", 1)],
    ["resetting before lasting", monthly("z", 1), buildGrant("a", { expiresAt: day(9) })],
    [
      "resetting before merely periodic",
      monthly("z", 1),
      monthly("a", 1, { reset: { unit: "day", count: 1 }, nextResetAt: null }),
    ],
    [
      "shorter resets, counted through",
      monthly("z", 1, { reset: { unit: "month", count: 2 } }),
      monthly("a", 1, { reset: { unit: "quarter", count: 1 } }),
    ],
    ["earlier expiry, none last", buildGrant("z", { expiresAt: day(9) }), buildGrant("a")],
    [
      "entities by their key",
      buildGrant("z", { entityId: "e2" }),
      buildGrant("a", { entityId: "e1" }),
    ],
    ["main plans before add-ons", buildGrant("z"), buildGrant("a", { isAddOn: true })],
    ["hard stops before overage", buildGrant("z"), buildGrant("a", { overflow: Overflow.arrear })],
    [
      "older before newer",
      buildGrant("z", { createdAt: day(1) }),
      buildGrant("a", { createdAt: day(2) }),
    ],
    ["row id last", buildGrant("a"), buildGrant("b")],
  ];
  const scope = { entityId: null, entityKey: (id: string) => (id === "e1" ? "zoe" : "adam") };

  it.each(cases)("%s", (_rule, first, second) => {
    expect(ids(burnOrder([second, first], scope))).toEqual([first.id, second.id]);
    expect(ids(burnOrder([first, second], scope))).toEqual([first.id, second.id]);
  });

  it("puts an entity's own grants first when it is the one that spends", () => {
    const own = buildGrant("own", { entityId: "e1" });
    const shared = monthly("shared", 1);
    expect(ids(burnOrder([shared, own], { entityId: "e1" }))).toEqual(["own", "shared"]);
  });

  it("does not depend on the order of the rows", () => {
    const shuffled = grantSets.chain((grants) =>
      fc.tuple(fc.constant(grants), fc.shuffledSubarray(grants, { minLength: grants.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.constantFrom(null, "e1"), ([grants, other], entityId) => {
        expect(ids(burnOrder(other, { entityId }))).toEqual(ids(burnOrder(grants, { entityId })));
      }),
    );
  });
});

describe("a grant", () => {
  it("gives what is included, bought and adjusted", () => {
    expect(toWire(grantedOf(buildGrant("a", { included: 100, adjustment: -30 })))).toBe(70);
  });

  it.each([
    ["at its start", {}, day(1), true],
    ["before its start", { startsAt: day(2) }, day(1), false],
    ["before its expiry", { expiresAt: day(3) }, day(2), true],
    ["at its expiry", { expiresAt: day(3) }, day(3), false],
    ["ended", { endedAt: day(1) }, day(1), false],
    ["suspended", { suspendedAt: day(1) }, day(1), false],
  ])("%s counts or not", (_when, spec, now, live) => {
    expect(isLive(buildGrant("a", spec), now)).toBe(live);
  });

  it("of the customer is seen by its entities, and all are seen by the customer", () => {
    const grants = ["e1", null, "e2"].map((entityId, n) => buildGrant(`g${n}`, { entityId }));
    expect(ids(visibleGrants(grants, "e1"))).toEqual(["g0", "g1"]);
    expect(ids(visibleGrants(grants, null))).toEqual(["g0", "g1", "g2"]);
  });
});
