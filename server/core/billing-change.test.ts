import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyChanges,
  buildGrant,
  isAccountable,
  isChained,
  start,
} from "../testing/grant-factory";
import { deduct, ownCandidates } from "./balances/deduction";
import { grantedOf, Overflow } from "./balances/grant";
import { Allowance, LedgerCause } from "./balances/ledger";
import { type BillingChange, type BillingState, decideAttach } from "./billing-change";
import { amount } from "./money";
import {
  defaultVersions,
  type ItemPrice,
  isFree,
  type PlanItem,
  type PlanVersion,
  plainRules,
} from "./plan";
import { quantity, toWire, zero } from "./quantity";

const month = { unit: "month", count: 1 } as const;
const nobody: BillingState = { subscriptions: [], grants: [] };

type ItemSpec = Partial<PlanItem["feature"]> & {
  included?: number;
  unlimited?: boolean;
  price?: ItemPrice;
};

function item(featureId: number, spec: ItemSpec = {}): PlanItem {
  const { included = 0, unlimited = false, price = null, ...feature } = spec;
  return {
    id: BigInt(featureId),
    feature: {
      id: featureId,
      slug: `f${featureId}`,
      type: "metered",
      consumable: true,
      ...feature,
    },
    included: quantity(included),
    unlimited,
    reset: month,
    ...plainRules,
    price,
  };
}

function plan(planId: number, items: PlanItem[], spec: Partial<PlanVersion> = {}): PlanVersion {
  return {
    id: BigInt(planId * 10),
    planId,
    slug: `plan${planId}`,
    name: `Plan ${planId}`,
    version: 1,
    groupKey: "",
    isAddOn: false,
    autoEnable: false,
    price: null,
    items,
    ...spec,
  };
}

function priced(text: string, spec: Partial<ItemPrice> = {}): ItemPrice {
  return {
    interval: "month",
    intervalCount: 1,
    billingUnits: quantity(1),
    method: "usage_based",
    tierBehavior: "graduated",
    tiers: [{ to: null, amounts: [{ currency: "usd", amount: amount(text), flatAmount: null }] }],
    maxPurchase: null,
    onIncrease: "prorate_immediately",
    onDecrease: "prorate_immediately",
    ...spec,
  };
}

let ids = 0;
const newId = () => {
  ids += 1;
  return `id${ids}`;
};

function attach(
  state: BillingState,
  version: PlanVersion,
  options: {
    entityId?: string | null;
    now?: Date;
    entities?: { id: string; featureId: number }[];
    carryUsages?: "all" | Set<number>;
  } = {},
): BillingChange {
  const { entityId = null, now = start, entities = [], carryUsages = null } = options;
  return decideAttach(state, { version, entityId, entities, carryUsages, newId }, now);
}

/** The state after a change is written. */
function applied(state: BillingState, change: BillingChange): BillingState {
  const ended = change.end.subscriptions.map((held) => held.id);
  return {
    subscriptions: [
      ...state.subscriptions.filter((held) => !ended.includes(held.id)),
      change.start.subscription,
    ],
    grants: [
      ...applyChanges(state.grants, change.end.grants),
      ...change.start.grants.map(({ grant }) => grant),
    ],
  };
}

/** The state after so much use of one feature. */
function used(state: BillingState, featureId: number, units: number): BillingState {
  const deduction = deduct({
    featureId,
    candidates: ownCandidates(
      state.grants.filter((grant) => grant.featureId === featureId && grant.endedAt === null),
    ),
    amount: quantity(units),
    entityId: null,
    overageBehavior: "cap",
    cause: LedgerCause.usage,
    causeId: "event",
    at: start,
  });
  if (deduction.outcome !== "applied") throw new Error("cap never refuses");
  return { ...state, grants: applyChanges(state.grants, deduction.changes) };
}

const midJanuary = new Date("2026-01-16T08:30:00Z");
const seats = (included: number) => item(2, { consumable: false, included });

describe("attaching a plan without a price", () => {
  it("starts it with one full grant per item", () => {
    const change = attach(nobody, plan(1, [item(1, { included: 100 }), seats(3)]));
    expect(change).toMatchObject({
      kind: "started",
      carry: [],
      end: { subscriptions: [], grants: [] },
    });
    const { subscription, grants } = change.start;
    expect(subscription).toMatchObject({
      planId: 1,
      planVersionId: 10n,
      isMain: true,
      startedAt: start,
      anchorAt: start,
    });
    expect(grants).toMatchObject([
      {
        grant: {
          kind: "plan",
          planId: "plan1",
          subscriptionId: subscription.id,
          balance: quantity(100),
          overflow: Overflow.none,
          reset: month,
          nextResetAt: new Date("2026-02-01T00:00:00Z"),
        },
        entries: [
          { cause: LedgerCause.opening, delta: quantity(100), grantedAfter: quantity(100) },
        ],
      },
      { grant: { overflow: Overflow.freeSeat, reset: null, nextResetAt: null, resetBy: 2 } },
    ]);
  });

  it("gives booleans and unlimited items as grants without figures", () => {
    const version = plan(1, [
      item(1, { type: "boolean", consumable: false }),
      item(2, { unlimited: true, included: 7 }),
    ]);
    const grants = attach(nobody, version).start.grants.map(({ grant }) => grant);
    expect(grants).toMatchObject([
      { included: zero, unlimited: false, overflow: Overflow.none, nextResetAt: null },
      { included: zero, unlimited: true, nextResetAt: null },
    ]);
  });

  it("lets an item priced at zero run over up to what may be bought", () => {
    const version = plan(1, [
      item(1, { included: 5, price: priced("0", { maxPurchase: quantity(10) }) }),
      item(2, { price: priced("0.00") }),
      item(3, { price: priced("0", { method: "prepaid" }) }),
    ]);
    expect(attach(nobody, version).start.grants.map(({ grant }) => grant)).toMatchObject([
      { overflow: Overflow.arrear, floor: quantity(-10) },
      { overflow: Overflow.arrear, floor: null },
      { overflow: Overflow.none, floor: null },
    ]);
  });

  it("sets an add-on beside, again and again", () => {
    const addOn = plan(2, [item(1, { included: 10 })], { isAddOn: true });
    let state = applied(nobody, attach(nobody, plan(1, [])));
    for (let n = 0; n < 2; n += 1) {
      const change = attach(state, addOn);
      expect(change).toMatchObject({ kind: "added", end: { subscriptions: [] } });
      expect(change.start.grants[0]?.grant).toMatchObject({ kind: "addon", isAddOn: true });
      state = applied(state, change);
    }
    expect(state.subscriptions).toHaveLength(3);
    state = { ...state, subscriptions: [...state.subscriptions].reverse() };
    expect(attach(state, plan(3, [])).end.subscriptions).toMatchObject([{ planId: 1 }]);
  });

  it("refuses the plan that is current, in any version", () => {
    const state = applied(nobody, attach(nobody, plan(1, [])));
    const again = () => attach(state, plan(1, [], { id: 11n, version: 2 }));
    expect(again).toThrow("Plan 'plan1' is already attached to this customer.");
    expect(again).toThrow(
      expect.objectContaining({ kind: "invalid_request", reason: "plan_already_attached" }),
    );
    expect(attach(state, plan(1, []), { entityId: "e1" }).kind).toBe("started");
  });

  it("leaves plans of other groups, scopes and standalone grants alone", () => {
    const state = applied(nobody, attach(nobody, plan(1, [item(1)], { groupKey: "a" })));
    expect(attach(state, plan(2, [], { groupKey: "b" })).kind).toBe("started");
    expect(attach(state, plan(2, [], { groupKey: "a" }), { entityId: "e1" }).kind).toBe("started");
    const withLot = { ...state, grants: [...state.grants, buildGrant("lot", { included: 5 })] };
    const change = attach(withLot, plan(2, [], { groupKey: "a" }));
    expect(change.kind).toBe("switched");
    expect(change.end.grants.map(({ grant }) => grant.id)).not.toContain("lot");
  });

  it.each([
    [
      "a base price",
      {
        price: {
          interval: "month",
          intervalCount: 1,
          amounts: [{ currency: "usd", amount: amount(20) }],
        },
      },
    ],
    ["a priced item", { items: [item(1, { price: priced("0.01") })] }],
  ] as const)("refuses %s", (_what, spec) => {
    const pay = () =>
      attach(nobody, plan(7, [], { ...spec, items: "items" in spec ? [...spec.items] : [] }));
    expect(pay).toThrow(/Plan 'plan7' has a price/);
    expect(pay).toThrow(expect.objectContaining({ reason: "not_supported" }));
  });
});

describe("replacing a main plan", () => {
  const small = plan(1, [item(1, { included: 100 }), seats(3)]);
  const large = plan(2, [item(1, { included: 500 }), seats(10)]);

  it("ends the old one, renews consumables, carries seats and keeps the rhythm", () => {
    const held = used(used(applied(nobody, attach(nobody, small)), 1, 60), 2, 5);
    const change = attach(held, large, { now: midJanuary });
    expect(change).toMatchObject({
      kind: "switched",
      carry: [{ featureId: 2, usage: quantity(5) }],
      end: { subscriptions: [{ planId: 1 }] },
      start: { subscription: { startedAt: midJanuary, anchorAt: start } },
    });
    const [messages, places] = change.start.grants;
    expect(messages?.grant.balance).toEqual(quantity(500));
    expect(messages?.grant.nextResetAt).toEqual(new Date("2026-02-01T00:00:00Z"));
    expect(places?.grant.balance).toEqual(quantity(5));
    expect(places?.entries).toMatchObject([
      { cause: LedgerCause.opening, delta: quantity(10), allowance: Allowance.none },
      { cause: LedgerCause.carried, delta: quantity(-5), allowance: Allowance.none },
    ]);
    for (const { grant, entries } of change.end.grants) {
      expect(grant).toMatchObject({ endedAt: midJanuary, balance: zero });
      expect(entries).toMatchObject([
        { cause: LedgerCause.ended, causeId: change.start.subscription.id },
      ]);
    }
  });

  it("carries seats below zero when the new plan has fewer", () => {
    const held = used(applied(nobody, attach(nobody, large)), 2, 8);
    const places = attach(held, small, { now: midJanuary }).start.grants[1];
    expect(toWire(places?.grant.balance ?? zero)).toBe(-5);
    expect(places?.entries[1]?.allowance).toBe(Allowance.carried);
  });

  it("drops the use of a feature that the new plan lacks", () => {
    const held = used(applied(nobody, attach(nobody, small)), 2, 2);
    expect(attach(held, plan(3, [item(1)])).carry).toEqual([]);
  });

  it("keeps every ledger chained and the seats in use, for any two plans", () => {
    const plans = (planId: number) =>
      fc
        .array(fc.record({ feature: fc.integer({ min: 1, max: 3 }), included: fc.nat(20) }), {
          maxLength: 5,
        })
        .map((rows) =>
          plan(
            planId,
            rows.map(({ feature, included }) =>
              item(feature, { included, consumable: feature === 1 }),
            ),
          ),
        );
    fc.assert(
      fc.property(plans(1), plans(2), fc.nat(30), (from, to, use) => {
        const held = used(applied(nobody, attach(nobody, from)), 2, use);
        const change = attach(held, to, { now: midJanuary });
        for (const one of change.end.grants) {
          const row = held.grants.find((grant) => grant.id === one.grant.id);
          expect(row !== undefined && isChained(row, one)).toBe(true);
        }
        for (const { grant, entries } of change.start.grants) {
          const last = entries.at(-1);
          expect(last?.balanceAfter.equals(grant.balance)).toBe(true);
          expect(last?.grantedAfter.equals(grantedOf(grant))).toBe(true);
          expect(entries.every(isAccountable)).toBe(true);
        }
        const inUse = (rows: readonly { grant: { featureId: number } }[]) =>
          rows.some(({ grant }) => grant.featureId === 2);
        const seatsKept = inUse(change.start.grants) && inUse(change.end.grants);
        const carried = change.carry.find(({ featureId }) => featureId === 2)?.usage ?? zero;
        expect(toWire(carried)).toBe(seatsKept ? use : 0);
      }),
    );
  });
});

describe("plans", () => {
  it("are free when every amount is zero", () => {
    const base = (text: string) => ({
      interval: "month" as const,
      intervalCount: 1,
      amounts: [{ currency: "usd", amount: amount(text) }],
    });
    expect(isFree(plan(1, []))).toBe(true);
    expect(isFree(plan(1, [], { price: base("0") }))).toBe(true);
    expect(isFree(plan(1, [], { price: base("0.01") }))).toBe(false);
    const flat = { currency: "usd", amount: amount(0), flatAmount: amount(5) };
    const tiered = priced("0", { tiers: [{ to: null, amounts: [flat] }] });
    expect(isFree(plan(1, [item(1, { price: tiered })]))).toBe(false);
  });

  it("that are given to all: free add-ons, and the oldest free main plan of each group", () => {
    const all = { autoEnable: true };
    const chosen = defaultVersions([
      plan(4, [], { ...all, groupKey: "b" }),
      plan(3, [], { ...all, isAddOn: true }),
      plan(2, [], all),
      plan(1, []),
      plan(5, [], { ...all, groupKey: "b" }),
      plan(6, [item(1, { price: priced("1") })], { ...all, groupKey: "c" }),
    ]);
    expect(chosen.map((version) => version.planId)).toEqual([2, 3, 4]);
  });
});
