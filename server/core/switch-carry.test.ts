import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainExample } from "../testing/domain-example";
import { applyChanges, isAccountable, start } from "../testing/grant-factory";
import { summarize } from "./balances/balance";
import { deduct, ownCandidates } from "./balances/deduction";
import { type Grant, grantedOf } from "./balances/grant";
import { Allowance, LedgerCause } from "./balances/ledger";
import { bringDue } from "./balances/reset";
import type { RolloverRule } from "./balances/rollover";
import {
  type AttachRequest,
  type BillingChange,
  type BillingState,
  decideAttach,
} from "./billing-change";
import { amount } from "./money";
import { type ItemPrice, type PlanItem, type PlanVersion, plainRules } from "./plan";
import { openForEntity } from "./plan-grants";
import { quantity, sum, toWire } from "./quantity";

const MESSAGES = 1;
const SEATS = 2;
const SPACES = 3;
const nobody: BillingState = { subscriptions: [], grants: [] };
const halfway = new Date("2026-01-16T08:30:00Z");

let ids = 0;
const newId = () => {
  ids += 1;
  return `id${String(ids).padStart(6, "0")}`;
};

function feature(id: number) {
  const consumable = id === MESSAGES;
  return { id, slug: `f${id}`, type: "metered", consumable } as const;
}

function item(featureId: number, included: number, rules: Partial<PlanItem> = {}): PlanItem {
  return {
    id: BigInt(newId().slice(2)),
    feature: feature(featureId),
    included: quantity(included),
    unlimited: false,
    reset: featureId === MESSAGES ? { unit: "month", count: 1 } : null,
    price: null,
    ...plainRules,
    ...rules,
  };
}

function plan(planId: number, items: PlanItem[], isAddOn = false): PlanVersion {
  return {
    id: BigInt(planId * 10),
    planId,
    slug: `plan${planId}`,
    name: `Plan ${planId}`,
    version: 1,
    groupKey: "",
    isAddOn,
    autoEnable: false,
    price: null,
    items,
  };
}

function attach(
  state: BillingState,
  version: PlanVersion,
  asked: Partial<AttachRequest> & { now?: Date } = {},
): BillingChange {
  const { now = start, ...request } = asked;
  const plain = { entityId: null, entities: [], carryUsages: null };
  return decideAttach(state, { ...plain, version, newId, ...request }, now);
}

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

function used(
  state: BillingState,
  units: number,
  of: { featureId?: number; entityId?: string } = {},
): BillingState {
  const { featureId = MESSAGES, entityId = null } = of;
  const living = state.grants.filter(
    (grant) => grant.featureId === featureId && grant.endedAt === null,
  );
  const deduction = deduct({
    featureId,
    candidates: ownCandidates(living),
    amount: quantity(units),
    entityId,
    overageBehavior: "overflow",
    cause: LedgerCause.usage,
    causeId: "event",
    at: start,
  });
  if (deduction.outcome !== "applied") throw new Error("overflow never refuses");
  return { ...state, grants: applyChanges(state.grants, deduction.changes) };
}

const started = (change: BillingChange) => change.start.grants.map(({ grant }) => grant);
const balances = (grants: readonly Grant[]) => grants.map((grant) => toWire(grant.balance));
const forever = (max: number): RolloverRule => ({
  max: quantity(max),
  maxPercentage: null,
  expiryMonths: null,
});

describe("use over a switch", () => {
  it.each(["E90", "E91"])("%s: the caller has the use of consumables carried", (id) => {
    type Then = { balance: number; usage: number };
    const { given, when, then } = domainExample<{ pro: string }, { attach: string }, Then>(id);
    const [included = 0, use = 0] = [...given.pro.matchAll(/\d+/g)].map(Number);
    const [offered = 0] = [...when.attach.matchAll(/\d+/g)].map(Number);
    const held = used(applied(nobody, attach(nobody, plan(1, [item(MESSAGES, included)]))), use);
    const change = attach(held, plan(2, [item(MESSAGES, offered)]), {
      now: halfway,
      carryUsages: "all",
    });
    const [row] = started(change);
    if (row === undefined) throw new Error("The plan gave nothing.");
    const usage = grantedOf(row).minus(row.balance);
    expect({ balance: toWire(row.balance), usage: toWire(usage) }).toEqual(then);
    const entry = change.start.grants[0]?.entries[1];
    expect(entry).toMatchObject({
      cause: LedgerCause.carried,
      allowance: then.balance < 0 ? Allowance.carried : Allowance.none,
    });
  });

  it("follows the item that ends, unless the caller names features", () => {
    const keeping = plan(1, [item(MESSAGES, 100, { resetOnSwitch: false })]);
    const forgetful = plan(2, [item(MESSAGES, 100)]);
    const [fromKeeping, fromForgetful] = [keeping, forgetful].map((version) =>
      used(applied(nobody, attach(nobody, version)), 30),
    );
    if (fromKeeping === undefined || fromForgetful === undefined) return;
    expect(balances(started(attach(fromKeeping, forgetful)))).toEqual([70]);
    expect(balances(started(attach(fromForgetful, keeping)))).toEqual([100]);
    const others = { carryUsages: new Set([SEATS]) };
    expect(balances(started(attach(fromForgetful, keeping, others)))).toEqual([100]);
    const named = { carryUsages: new Set([MESSAGES]) };
    expect(balances(started(attach(fromForgetful, keeping, named)))).toEqual([70]);
  });

  it("stays with the entity that used it", () => {
    const entities = ["e1", "e2"].map((id) => ({ id, featureId: SEATS }));
    const perSeat = { entityFeature: feature(SEATS), resetOnSwitch: false };
    let state = applied(
      nobody,
      attach(nobody, plan(1, [item(MESSAGES, 50, perSeat)]), { entities }),
    );
    state = used(used(state, 20, { entityId: "e1" }), 45, { entityId: "e2" });
    const next = plan(2, [item(MESSAGES, 60, { entityFeature: feature(SEATS) })]);
    expect(balances(started(attach(state, next, { entities })))).toEqual([40, 15]);
    const shared = plan(3, [item(MESSAGES, 80)]);
    const change = attach(state, shared);
    expect(balances(started(change))).toEqual([15]);
    expect(change.carry).toEqual([
      { featureId: MESSAGES, entityId: "e1", usage: quantity(20) },
      { featureId: MESSAGES, entityId: "e2", usage: quantity(45) },
    ]);
  });
});

describe("rollovers over a switch", () => {
  /** Two resets without use: the lots of two full periods. */
  function withLots(rule: RolloverRule | null, included = 500): BillingState {
    const state = applied(
      nobody,
      attach(nobody, plan(1, [item(MESSAGES, included, { rollover: rule })])),
    );
    const now = new Date("2026-03-10T00:00:00Z");
    const due = bringDue(state.grants, now, { newId, persistFreeOverage: false });
    return { ...state, grants: due.grants };
  }

  it("E55: lots survive where the new plan rolls over too, cut to its cap", () => {
    type Given = { rollovers: number[]; old_max: number };
    type When = { upgrade_to: { included: number; max: number } };
    type Then = { rollovers: number[]; balance: number };
    const { given, when, then } = domainExample<Given, When, Then>("E55");
    const [first = 0] = given.rollovers;
    const state = withLots(forever(given.old_max), first);
    expect(balances(state.grants)).toEqual([first, ...given.rollovers]);
    const { included, max } = when.upgrade_to;
    const now = new Date("2026-03-11T00:00:00Z");
    const change = attach(state, plan(2, [item(MESSAGES, included, { rollover: forever(max) })]), {
      now,
    });
    const [main, ...lots] = started(change);
    expect(balances(lots)).toEqual(then.rollovers);
    expect(toWire(sum(started(change).map(({ balance }) => balance)))).toBe(then.balance);
    for (const lot of lots) {
      expect(lot).toMatchObject({ parentId: main?.id, setId: main?.setId, kind: "rollover" });
      expect(lot.subscriptionId).toBe(change.start.subscription.id);
    }
    expect(change.end.grants.every(({ grant }) => grant.endedAt === now)).toBe(true);
  });

  it("are lost where the new plan does not roll over, or lacks the feature", () => {
    const state = withLots(forever(1_000));
    expect(started(attach(state, plan(2, [item(MESSAGES, 5)])))).toHaveLength(1);
    expect(started(attach(state, plan(2, [item(SEATS, 5)])))).toHaveLength(1);
  });

  it("do not count as use that is carried", () => {
    const state = used(withLots(forever(1_000)), 300);
    const next = plan(2, [item(MESSAGES, 500, { rollover: forever(2_000) })]);
    const change = attach(state, next, { carryUsages: "all" });
    expect(change.carry).toEqual([]);
    expect(balances(started(change))).toEqual([500, 200, 500]);
  });

  it("never make units, and every ledger begins with its opening", () => {
    fc.assert(
      fc.property(fc.nat(1_500), fc.option(fc.nat(1_200)), (use, cap) => {
        const state = used(withLots(forever(1_000)), use);
        const rollover = { max: cap === null ? null : quantity(cap), maxPercentage: null };
        const next = plan(2, [item(MESSAGES, 70, { rollover: { ...rollover, expiryMonths: 1 } })]);
        const change = attach(state, next);
        const [, ...lots] = started(change);
        const before = state.grants.filter((grant) => grant.kind === "rollover");
        const held = (grants: readonly Grant[]) => toWire(sum(grants.map((lot) => lot.balance)));
        expect(held(lots)).toBe(Math.min(held(before), cap ?? Number.POSITIVE_INFINITY));
        for (const { grant, entries } of change.start.grants) {
          expect(entries[0]).toMatchObject({ cause: LedgerCause.opening });
          expect(entries.at(-1)?.balanceAfter).toEqual(grant.balance);
          expect(entries.every(isAccountable)).toBe(true);
        }
      }),
    );
  });
});

describe("items for entities", () => {
  const entities = [
    { id: "e1", featureId: SEATS },
    { id: "e2", featureId: SEATS },
    { id: "s1", featureId: SPACES },
  ];
  const perSeat = item(MESSAGES, 50, { entityFeature: feature(SEATS) });

  it("are given to each entity of their type, as one set in the plan's rhythm", () => {
    const grants = started(attach(nobody, plan(1, [perSeat]), { entities }));
    expect(grants).toMatchObject([{ entityId: "e1" }, { entityId: "e2" }]);
    expect(new Set(grants.map((grant) => grant.setId)).size).toBe(1);
    expect(new Set(grants.map((grant) => grant.id)).size).toBe(2);
    expect(started(attach(nobody, plan(1, [perSeat])))).toEqual([]);
  });

  it("are given in full to an entity that comes later", () => {
    const state = used(applied(nobody, attach(nobody, plan(1, [perSeat]), { entities })), 30);
    const late = { id: "e3", featureId: SEATS };
    const opened = openForEntity(state.subscriptions, state.grants, late, { at: halfway, newId });
    expect(opened).toMatchObject([
      {
        grant: {
          entityId: "e3",
          setId: state.grants[0]?.setId,
          balance: quantity(50),
          subscriptionId: state.subscriptions[0]?.id,
          anchorAt: start,
          nextResetAt: new Date("2026-02-01T00:00:00Z"),
          startsAt: halfway,
        },
        entries: [{ cause: LedgerCause.opening, causeId: "e3" }],
      },
    ]);
    const other = { id: "s2", featureId: SPACES };
    expect(openForEntity(state.subscriptions, [], other, { at: halfway, newId })).toEqual([]);
    const alone = applied(nobody, attach(nobody, plan(1, [perSeat])));
    expect(openForEntity(alone.subscriptions, [], late, { at: halfway, newId })).toHaveLength(1);
  });

  it("run over for each entity by itself, and the overage sums up (the balances of E81)", () => {
    const price: ItemPrice = {
      interval: "month",
      intervalCount: 1,
      billingUnits: quantity(10),
      method: "usage_based",
      tierBehavior: "graduated",
      tiers: [{ to: null, amounts: [{ currency: "usd", amount: amount(0), flatAmount: null }] }],
      maxPurchase: null,
      onIncrease: "prorate_immediately",
      onDecrease: "prorate_immediately",
    };
    const arrear = item(MESSAGES, 100, { entityFeature: feature(SEATS), price });
    const held = applied(nobody, attach(nobody, plan(1, [arrear]), { entities }));
    const state = used(used(held, 155, { entityId: "e1" }), 123, { entityId: "e2" });
    expect(balances(state.grants)).toEqual([-55, -23]);
    const { usage, granted, remaining } = summarize(state.grants);
    expect([usage.minus(granted), remaining].map(toWire)).toEqual([78, 0]);
  });

  it("of an entity's own plan go to that entity, pooled ones to the customer", () => {
    const pooled = item(MESSAGES, 20, { pooled: true });
    const version = plan(1, [perSeat, pooled], true);
    const forEntity = started(attach(nobody, version, { entityId: "e1", entities }));
    expect(forEntity).toMatchObject([{ entityId: "e1" }, { entityId: null }]);
    expect(forEntity.map((grant) => grant.subscriptionId)).toEqual([
      forEntity[0]?.subscriptionId,
      forEntity[0]?.subscriptionId,
    ]);
    const forCustomer = started(attach(nobody, plan(2, [pooled])));
    expect(forCustomer).toMatchObject([{ entityId: null }]);
  });
});
