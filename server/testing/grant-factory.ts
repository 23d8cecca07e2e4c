import * as fc from "fast-check";
import { type Grant, grantedOf, Overflow } from "../core/balances/grant";
import { type GrantChange, LedgerCause, type LedgerDraft } from "../core/balances/ledger";
import { quantity, zero } from "../core/quantity";

type GrantSpec = Partial<Omit<Grant, "included" | "balance" | "floor" | "adjustment">> & {
  included?: number;
  balance?: number;
  floor?: number | null;
  adjustment?: number;
};

/** The instant at which the tests' grants begin. */
export const start = new Date("2026-01-01T00:00:00Z");

/** A grant of feature 1, full and live since {@link start}, but for what the test says. */
export function buildGrant(id: string, spec: GrantSpec = {}): Grant {
  const { included = 0, adjustment = 0, balance, floor = null, ...rest } = spec;
  return {
    id,
    setId: id,
    parentId: null,
    featureId: 1,
    entityId: null,
    kind: "plan",
    subscriptionId: null,
    planItemId: null,
    planId: "free",
    externalRef: null,
    included: quantity(included),
    prepaid: zero,
    adjustment: quantity(adjustment),
    balance: quantity(balance ?? included + adjustment),
    unlimited: false,
    overflow: Overflow.none,
    floor: floor === null ? null : quantity(floor),
    reset: null,
    resetBy: 2,
    anchorAt: null,
    nextResetAt: null,
    startsAt: start,
    expiresAt: null,
    endedAt: null,
    suspendedAt: null,
    isAddOn: false,
    rollover: null,
    lastSeq: 0n,
    createdAt: start,
    ...rest,
  };
}

/** A grant of so many units a month, anchored at {@link start}. */
export function monthly(id: string, included: number, spec: GrantSpec = {}): Grant {
  return buildGrant(id, {
    included,
    reset: { unit: "month", count: 1 },
    resetBy: 0,
    anchorAt: start,
    nextResetAt: new Date("2026-02-01T00:00:00Z"),
    ...spec,
  });
}

/** Due work as of an organization that forgives debts, for tests in which no lot is named. */
export const plainDue = { newId: () => "lot", persistFreeOverage: false };

/** The grants after changes: changed rows replace theirs, the others stay. */
export function applyChanges(grants: readonly Grant[], changes: readonly GrantChange[]): Grant[] {
  return grants.map(
    (grant) => changes.find((change) => change.grant.id === grant.id)?.grant ?? grant,
  );
}

/** Whether entries lead from a row to its successor without a gap, under the stored constraints. */
export function isChained(before: Grant, change: GrantChange): boolean {
  let balance = before.balance;
  let granted = grantedOf(before);
  for (const entry of change.entries) {
    balance = balance.plus(entry.delta);
    granted = granted.plus(entry.grantedDelta);
    if (!entry.balanceAfter.equals(balance) || !entry.grantedAfter.equals(granted)) return false;
    if (!isAccountable(entry) || entry.grantId !== before.id) return false;
  }
  return change.grant.balance.equals(balance) && grantedOf(change.grant).equals(granted);
}

/** The two checks that the ledger table makes of every row. */
export function isAccountable(entry: LedgerDraft): boolean {
  const permitted =
    entry.balanceAfter.greaterThanOrEqualTo(0) ||
    entry.delta.greaterThanOrEqualTo(0) ||
    entry.allowance !== 0;
  const withoutId: readonly number[] = [LedgerCause.reset, LedgerCause.expiry, LedgerCause.opening];
  return permitted && (entry.causeId !== null || withoutId.includes(entry.cause));
}

/** Amounts with up to four decimals, in the range that people use. */
export const amounts = fc.integer({ min: 0, max: 5_000_000 }).map((n) => n / 10_000);

/** Grants of every kind that a deduction meets, partly used or in debt where that is permitted. */
export const grantSets = fc
  .array(
    fc.record({
      included: fc.integer({ min: 0, max: 200 }),
      used: fc.integer({ min: 0, max: 300 }),
      overflow: fc.constantFrom(0 as const, 1 as const, 3 as const),
      floor: fc.option(fc.integer({ min: -400, max: 0 })),
      resets: fc.boolean(),
      rollover: fc.boolean(),
      entity: fc.constantFrom(null, null, "e1", "e2"),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((specs) =>
    specs.map((spec, n) => {
      const overflow = spec.rollover ? Overflow.none : spec.overflow;
      const lowest = overflow === Overflow.none ? 0 : (spec.floor ?? Number.NEGATIVE_INFINITY);
      const rest: GrantSpec = {
        included: spec.included,
        balance: Math.max(lowest, spec.included - spec.used),
        overflow,
        floor: overflow === Overflow.none ? null : spec.floor,
        kind: spec.rollover ? "rollover" : "plan",
        entityId: spec.entity,
      };
      return spec.resets ? monthly(`g${n}`, spec.included, rest) : buildGrant(`g${n}`, rest);
    }),
  );
