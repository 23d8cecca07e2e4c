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
import { type FeatureControls, noControls } from "./controls";
import { type CreditCost, costOf, ownUnits } from "./credit-cost";
import { type Deduction, type DeductionInput, deduct } from "./deduction";
import { decide } from "./entitlement";
import { type Grant, Overflow } from "./grant";
import { Allowance, LedgerCause } from "./ledger";

const credits = 2;

/** The cost of units of feature 1 in grants of feature 2. */
function costIn(tiers: readonly (readonly [to: number | null, cost: number])[]): CreditCost {
  const item = {
    featureId: 1,
    billingUnits: quantity(1),
    tiers: tiers.map(([to, cost]) => ({
      to: to === null ? null : quantity(to),
      creditCost: quantity(cost),
    })),
    dimensions: [],
    multipliers: [],
  };
  return costOf(item, null);
}

const flat = (cost: number) => costIn([[null, cost]]);
const steps = costIn([
  [10, 2],
  [null, 1],
]);

type Rules = Partial<Omit<DeductionInput, "candidates" | "amount">> & { cost?: CreditCost };

function rulesFor(grants: readonly Grant[], { cost = flat(1), ...rules }: Rules) {
  return {
    featureId: 1,
    entityId: null,
    overageBehavior: "cap" as const,
    cause: LedgerCause.usage,
    causeId: "event",
    at: start,
    ...rules,
    candidates: grants.map((grant) => ({
      grant,
      cost: grant.featureId === (rules.featureId ?? 1) ? ownUnits : cost,
    })),
  };
}

function track(grants: readonly Grant[], amount: number | Quantity, rules: Rules = {}): Deduction {
  return deduct({ ...rulesFor(grants, rules), amount: quantity(amount) });
}

function rowsAfter(
  grants: readonly Grant[],
  amount: number | Quantity,
  rules: Rules = {},
): Grant[] {
  const deduction = track(grants, amount, rules);
  if (deduction.outcome !== "applied") throw new Error("The deduction was refused.");
  return applyChanges(grants, deduction.changes);
}

const balances = (grants: readonly Grant[]) => grants.map((grant) => toWire(grant.balance));
const system = (id: string, included: number, spec = {}) =>
  buildGrant(id, { featureId: credits, included, ...spec });
const limited = (controls: Partial<FeatureControls>, featureId = 1) => ({
  controls: new Map([[featureId, { ...noControls, ...controls }]]),
});
const spendLimit = (
  overageLimit: number | null,
  rest: Partial<NonNullable<FeatureControls["spendLimit"]>> = {},
) => ({
  spendLimit: {
    type: "absolute" as const,
    overageLimit: overageLimit === null ? null : quantity(overageLimit),
    skipOverageBilling: false,
    ...rest,
  },
});
const headroom = (units: number | null, left: Record<number, number> = {}) => ({
  limit: {
    units: units === null ? null : quantity(units),
    credits: new Map(Object.entries(left).map(([id, n]) => [Number(id), quantity(n)] as const)),
  },
});

describe("a use paid in credits", () => {
  it("spends own units first, then credits at their cost", () => {
    const grants = [system("c", 200), buildGrant("own", { included: 5 })];
    const deduction = track(grants, 12, { cost: flat(0.2) });
    expect(deduction).toMatchObject({
      applied: quantity(12),
      parts: [
        { grantId: "own", value: quantity(5), units: quantity(5) },
        { grantId: "c", value: quantity(1.4), units: quantity(7) },
      ],
    });
  });

  it("E54: spends rolled-over credits first, at the cost of each member", () => {
    type Given = { included: number; max: number; cost: Record<string, number> };
    type Then = { rollover: number[]; total: number[] };
    const { given, when, then } = domainExample<Given, { track: string[] }, Then>("E54");
    const lot = system("lot", given.max, { kind: "rollover" });
    let grants = [monthly("main", given.included, { featureId: credits }), lot];
    for (const [n, step] of when.track.entries()) {
      const [member = "", amount = ""] = step.split(" x");
      grants = rowsAfter(grants, Number(amount), { cost: flat(given.cost[member] ?? 0) });
      expect(toWire(grants[1]?.balance ?? zero)).toBe(then.rollover[n]);
      expect(toWire(summarize(grants).remaining)).toBe(then.total[n]);
    }
  });

  it("pays for thirds without losing or inventing anything", () => {
    const grants = [system("a", 1), system("b", 100), buildGrant("own")];
    const deduction = track(grants, 6, { cost: flat(3) });
    if (deduction.outcome !== "applied") throw new Error("cap never refuses");
    expect(balances(applyChanges(grants, deduction.changes))).toEqual([0, 83, 0]);
    expect(sum(deduction.parts.map(({ units }) => units))).toEqual(quantity(6));
    const short = track([system("a", 1)], 6, { cost: flat(3) });
    expect(short).toMatchObject({
      applied: quantity("0.3333333333"),
      dropped: quantity("5.6666666667"),
    });
  });

  it("charges each unit by its place in the use, whoever paid for those before it", () => {
    const grants = [buildGrant("own", { included: 4 }), system("a", 10), system("b", 100)];
    expect(balances(rowsAfter(grants, 14, { cost: steps }))).toEqual([0, 0, 94]);
    const whole = [system("a", 10), system("b", 100)];
    const back = rowsAfter(rowsAfter(whole, 14, { cost: steps }), -14, { cost: steps });
    expect(balances(back)).toEqual([10, 100]);
  });

  it("that costs nothing leaves the credits untouched", () => {
    const deduction = track([system("a", 0)], 5, { cost: flat(0), overageBehavior: "reject" });
    expect(deduction).toMatchObject({
      applied: quantity(5),
      dropped: zero,
      changes: [],
      parts: [],
    });
  });

  it("in a grant without limit goes there alone", () => {
    const grants = [buildGrant("own", { included: 9 }), system("c", 0, { unlimited: true })];
    const rules = { cost: flat(2), ...headroom(1) };
    expect(balances(rowsAfter(grants, 5, rules))).toEqual([9, -10]);
    expect(balances(rowsAfter(rowsAfter(grants, 5, rules), -5, rules))).toEqual([9, 0]);
  });

  it("keeps owner before feature, feature before reset, and the reverse order of resets", () => {
    const grants = [
      monthly("credit", 10, { featureId: credits }),
      buildGrant("own", { included: 10 }),
      monthly("monthly", 10),
      system("entity", 10, { entityId: "e1" }),
    ];
    const order = (rules: Rules) => {
      const deduction = track(grants, 40, rules);
      return deduction.outcome === "applied" ? deduction.parts.map(({ grantId }) => grantId) : [];
    };
    expect(order({})).toEqual(["monthly", "own", "credit", "entity"]);
    expect(order({ entityId: "e1" })).toEqual(["entity", "monthly", "own", "credit"]);
    expect(order({ reverseOrder: true })).toEqual(["own", "monthly", "credit", "entity"]);
  });
});

describe("controls of a deduction", () => {
  it("E48: overflow ignores usage limits", () => {
    type Given = { included: number; usage_limit: number; window_usage: number };
    type Then = { usage: number; remaining: number };
    const { given, when, then } = domainExample<Given, { track: number }, Then>("E48");
    const grants = [monthly("a", given.included, { balance: given.included - given.window_usage })];
    const left = headroom(given.usage_limit - given.window_usage);
    const rows = rowsAfter(grants, when.track, { overageBehavior: "overflow", ...left });
    const { usage, remaining } = summarize(rows);
    expect([toWire(usage), toWire(remaining)]).toEqual([then.usage, then.remaining]);
  });

  it("E49: overflow stops at the spend limit", () => {
    type Given = {
      lifetime: number;
      ppu_included: number;
      max_purchase: number;
      spend_limit: number;
      usage: number;
    };
    const { given, when, then } = domainExample<Given, { track: number }, { usage: number }>("E49");
    const grants = [
      buildGrant("lifetime", { included: given.lifetime }),
      monthly("ppu", given.ppu_included, {
        overflow: Overflow.arrear,
        floor: -given.max_purchase,
      }),
    ];
    const rules = limited(spendLimit(given.spend_limit));
    const used = rowsAfter(grants, given.usage, rules);
    expect(toWire(summarize(used).usage)).toBe(given.usage);
    const after = rowsAfter(used, when.track, { overageBehavior: "overflow", ...rules });
    expect(toWire(summarize(after).usage)).toBe(then.usage);
  });

  it("E68: a spend limit ends the overage", () => {
    type Given = { included: number; overage_limit: number };
    type Then = { check_allowed: boolean; remaining: number };
    const { given, when, then } = domainExample<Given, { usage: number }, Then>("E68");
    const rules = limited(spendLimit(given.overage_limit));
    const grants = [monthly("a", given.included, { overflow: Overflow.arrear })];
    const used = rowsAfter(grants, when.usage, rules);
    expect(toWire(summarize(used).usage)).toBe(when.usage);
    expect(toWire(summarize(used).remaining)).toBe(then.remaining);
    const answer = decide({
      ...rulesFor(used, rules),
      feature: { type: "metered" },
      required: quantity(1),
    });
    expect(answer).toMatchObject({
      allowed: then.check_allowed,
      limitedBy: "spend_limit",
      missing: quantity(1),
    });
  });

  it("E70: a spend limit in percent counts main plans alone", () => {
    type Given = { main: number; add_on: number; percent: number };
    type Then = { overage_cap: number; usage: number };
    const { given, when, then } = domainExample<Given, { track: number }, Then>("E70");
    const grants = [
      monthly("main", given.main, { overflow: Overflow.arrear }),
      monthly("addon", given.add_on, { kind: "addon", isAddOn: true }),
    ];
    const rules = limited(spendLimit(given.percent, { type: "usage_percentage" }));
    const rows = rowsAfter(grants, when.track, rules);
    expect(toWire(summarize(rows).usage)).toBe(then.usage);
    expect(track(rows, 1, rules)).toMatchObject({ applied: zero });
    expect(given.main + given.add_on + then.overage_cap).toBe(then.usage);
  });

  it("of the customer counts the overage of all its entities, an entity's only what it sees", () => {
    const seat = (id: string, balance: number) =>
      buildGrant(id, { entityId: id, balance, overflow: Overflow.arrear });
    const grants = [seat("e1", 0), seat("e2", -15)];
    const ask = (rest: object) =>
      track(grants, 10, { entityId: "e1", ...limited(spendLimit(20, rest)) });
    expect(ask({})).toMatchObject({ applied: quantity(5) });
    expect(ask({ ofEntity: true })).toMatchObject({ applied: quantity(10) });
  });

  it("without a cap leave the maximum purchase as it is", () => {
    const grants = [buildGrant("a", { overflow: Overflow.arrear, floor: -5 })];
    expect(balances(rowsAfter(grants, 9, limited(spendLimit(null))))).toEqual([-5]);
    expect(balances(rowsAfter(grants, 9, limited(spendLimit(8))))).toEqual([-8]);
  });

  it("allow overage without charge where no grant sells it", () => {
    const on = limited({ overageAllowed: true });
    const deduction = track([buildGrant("a", { included: 3 })], 10, {
      ...on,
      overageBehavior: "reject",
    });
    expect(deduction).toMatchObject({
      changes: [{ entries: [{ allowance: Allowance.overageAllowed, balanceAfter: quantity(-7) }] }],
    });
    const bought = buildGrant("bought", { kind: "purchase", included: 3 });
    expect(balances(rowsAfter([bought], 10, on))).toEqual([0]);
    const selling = buildGrant("b", { overflow: Overflow.arrear, floor: -2 });
    expect(balances(rowsAfter([buildGrant("a", { included: 3 }), selling], 10, on))).toEqual([
      0, -2,
    ]);
    const seats = [buildGrant("seats", { included: 1, overflow: Overflow.freeSeat })];
    expect(balances(rowsAfter(seats, 4, { ...on, overageBehavior: "reject" }))).toEqual([-3]);
  });

  it("stop everything at zero when overage is off", () => {
    const off = limited({ overageAllowed: false });
    for (const overflow of [Overflow.none, Overflow.arrear, Overflow.freeSeat]) {
      const grants = [buildGrant("a", { included: 3, overflow })];
      expect(balances(rowsAfter(grants, 10, off))).toEqual([0]);
      expect(balances(rowsAfter(grants, 10, { ...off, overageBehavior: "overflow" }))).toEqual([0]);
    }
  });

  it("clamp what counts for a usage limit, and refuse where nothing may be dropped", () => {
    const grants = [buildGrant("own", { included: 100 }), system("c", 100)];
    expect(track(grants, 10, headroom(4))).toMatchObject({
      applied: quantity(4),
      dropped: quantity(6),
    });
    expect(track(grants, 10, { ...headroom(4), overageBehavior: "reject" })).toEqual({
      outcome: "insufficient",
      missing: quantity(6),
      limitedBy: "usage_limit",
    });
    expect(balances(rowsAfter(grants, 150, headroom(null, { [credits]: 20 })))).toEqual([0, 80]);
    const lot = system("lot", 10, { kind: "rollover" });
    const rolled = rowsAfter([lot, system("c", 100)], 50, headroom(null, { [credits]: 20 }));
    expect(balances(rolled)).toEqual([0, 80]);
  });
});

/** Some grants of the feature, some of a credit system, and what limits them. */
const situations = fc.record({
  grants: grantSets.chain((grants) =>
    fc
      .array(fc.boolean(), { minLength: grants.length, maxLength: grants.length })
      .map((inCredits) =>
        grants
          .map((grant, n) => ({ ...grant, featureId: inCredits[n] === true ? credits : 1 }))
          .filter(({ floor, balance }) => floor === null || balance.greaterThanOrEqualTo(floor)),
      ),
  ),
  cost: fc.constantFrom(0.2, 0.5, 1, 2, 4).map(flat),
  entityId: fc.constantFrom(null, "e1"),
  overage: fc.constantFrom(null, true, false),
  spend: fc.option(fc.integer({ min: 0, max: 300 })),
  reverseOrder: fc.boolean(),
});

type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;

function rulesIn({ cost, entityId, overage, spend, reverseOrder }: Situation): Rules {
  const own = {
    ...noControls,
    overageAllowed: overage,
    ...(spend === null ? {} : spendLimit(spend)),
  };
  const others = { ...noControls, overageAllowed: overage };
  const controls = new Map([
    [1, own],
    [credits, others],
  ]);
  return { cost, entityId, reverseOrder, controls };
}

describe("properties of deductions in credits and under controls", () => {
  const limits = fc.option(
    fc.record({
      units: fc.integer({ min: 0, max: 400 }),
      credits: fc.integer({ min: 0, max: 400 }),
    }),
  );

  it("conserve units and chain their entries", () => {
    const behaviors = fc.constantFrom("cap" as const, "overflow" as const);
    fc.assert(
      fc.property(situations, amounts, fc.boolean(), behaviors, limits, (s, n, back, b, limit) => {
        const left = limit === null ? {} : headroom(limit.units, { [credits]: limit.credits });
        const asked = quantity(back ? -n : n);
        const deduction = track(s.grants, asked, { ...rulesIn(s), overageBehavior: b, ...left });
        if (deduction.outcome !== "applied") throw new Error("only reject refuses");
        const { applied, dropped, parts, changes } = deduction;
        expect(applied.plus(dropped).equals(asked)).toBe(true);
        expect(sum(parts.map(({ units }) => units)).equals(applied)).toBe(true);
        for (const change of changes) {
          const before = s.grants.find(({ id }) => id === change.grant.id);
          expect(before !== undefined && isChained(before, change)).toBe(true);
          const part = parts.find(({ grantId }) => grantId === change.grant.id);
          expect(part?.value.negated().equals(change.entries[0]?.delta ?? zero)).toBe(true);
        }
      }),
    );
  });

  it("come to the same, however the units are cut into calls", () => {
    fc.assert(
      fc.property(situations, amounts, amounts, (s, a, b) => {
        const rules = rulesIn(s);
        const once = rowsAfter(s.grants, quantity(a).plus(b), rules);
        const twice = rowsAfter(rowsAfter(s.grants, a, rules), b, rules);
        expect(twice.map(({ balance }) => balance.toString())).toEqual(
          once.map(({ balance }) => balance.toString()),
        );
      }),
    );
  });

  it("are undone by a refund on full grants", () => {
    fc.assert(
      fc.property(situations, amounts, (s, amount) => {
        const full = s.grants.map((grant) => ({
          ...grant,
          kind: "plan" as const,
          balance: grant.included,
        }));
        const rules = rulesIn(s);
        const deduction = track(full, amount, rules);
        if (deduction.outcome !== "applied") throw new Error("cap never refuses");
        const used = applyChanges(full, deduction.changes);
        const back = rowsAfter(used, deduction.applied.negated(), rules);
        expect(balances(back)).toEqual(balances(full));
      }),
    );
  });

  it("go through with reject exactly when a check says yes, and miss what it says", () => {
    const costs = fc.constantFrom(flat(0), flat(0.7), flat(3), steps);
    fc.assert(
      fc.property(situations, costs, amounts, limits, (s, cost, amount, limit) => {
        const left = limit === null ? {} : headroom(limit.units, { [credits]: limit.credits });
        const rules = { ...rulesIn({ ...s, cost }), ...left };
        const deduction = track(s.grants, amount, { ...rules, overageBehavior: "reject" });
        const answer = decide({
          ...rulesFor(s.grants, rules),
          feature: { type: "metered" },
          required: quantity(amount),
        });
        if (answer.reason === "no_balance") {
          expect(amount === 0 || deduction.outcome === "insufficient").toBe(true);
          return;
        }
        expect(answer.allowed).toBe(deduction.outcome === "applied");
        if (deduction.outcome === "insufficient") {
          expect(answer.limitedBy).toBe(deduction.limitedBy);
          if (answer.featureId === 1) expect(answer.missing).toEqual(deduction.missing);
        }
      }),
    );
  });
});
