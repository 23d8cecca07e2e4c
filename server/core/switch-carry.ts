import { usageOf } from "./balances/balance";
import { deduct, ownCandidates } from "./balances/deduction";
import type { Grant } from "./balances/grant";
import { Allowance, type GrantChange, LedgerCause } from "./balances/ledger";
import { openLot, rolloverCap, trimLots } from "./balances/rollover";
import type { PlanItem } from "./plan";
import { larger, type Quantity, zero } from "./quantity";

/** What was used of one feature by one owner and moves from the ended plan to the one that starts. */
export type CarriedUsage = {
  readonly featureId: number;
  /** Whose it was; null is the customer. */
  readonly entityId: string | null;
  readonly usage: Quantity;
};

/** The plans of a switch as far as carrying goes. */
type Switch = {
  /** The items of the plan that ends. */
  readonly before: readonly PlanItem[];
  /** The items of the plan that starts. */
  readonly after: readonly PlanItem[];
  /** The living grants of the plan that ends. */
  readonly replaced: readonly Grant[];
  /** Consumables whose use the caller wants carried; null carries none on its own account. */
  readonly wanted: "all" | ReadonlySet<number> | null;
};

/**
 * The use that survives a switch (domain §9), where the new plan has the feature at all: always
 * that of non-consumables, and that of consumables whose old item says so or that the caller names.
 * What rolled over earlier was used up on its own account and is not carried as use.
 */
export function carriedUsage({ before, after, replaced, wanted }: Switch): CarriedUsage[] {
  const keeping = new Set(
    before.filter((item) => item.resetOnSwitch === false).map((item) => item.id),
  );
  const features = new Map(
    after
      .filter(({ feature }) => feature.type !== "boolean")
      .map((item) => [item.feature.id, item]),
  );
  const carried = new Map<string, CarriedUsage>();
  for (const grant of replaced) {
    const feature = features.get(grant.featureId)?.feature;
    if (feature === undefined || grant.kind === "rollover") continue;
    const kept =
      !feature.consumable ||
      wanted === "all" ||
      wanted?.has(feature.id) === true ||
      (grant.planItemId !== null && keeping.has(grant.planItemId));
    if (!kept) continue;
    const { entityId } = grant;
    const key = `${feature.id}/${entityId}`;
    const earlier = carried.get(key)?.usage ?? zero;
    const usage = earlier.plus(usageOf(grant));
    carried.set(key, { featureId: feature.id, entityId, usage });
  }
  return [...carried.values()].filter(({ usage }) => usage.greaterThan(zero));
}

/** Books carried use on the grants that were just opened, as an entry of its own, below zero if need be. */
export function bookCarried(
  opened: readonly GrantChange[],
  carry: readonly CarriedUsage[],
  why: { readonly at: Date; readonly causeId: string },
): GrantChange[] {
  const changes = new Map(opened.map((change) => [change.grant.id, change]));
  for (const { featureId, entityId, usage } of carry) {
    const deduction = deduct({
      featureId,
      candidates: ownCandidates(
        [...changes.values()]
          .map((change) => change.grant)
          .filter((grant) => grant.featureId === featureId),
      ),
      amount: usage,
      entityId,
      overageBehavior: "overflow",
      cause: LedgerCause.carried,
      ...why,
    });
    if (deduction.outcome !== "applied") continue;
    for (const { grant, entries } of deduction.changes) {
      const earlier = changes.get(grant.id)?.entries ?? [];
      changes.set(grant.id, { grant, entries: [...earlier, ...entries.map(asCarried)] });
    }
  }
  return [...changes.values()];
}

function asCarried(entry: GrantChange["entries"][number]): GrantChange["entries"][number] {
  const below = entry.balanceAfter.lessThan(zero);
  return { ...entry, allowance: below ? Allowance.carried : Allowance.none };
}

/**
 * What had rolled over before a switch and still does after it: only where the new plan rolls that
 * feature over, and no more than its cap allows (domain §9). The lots keep their expiries.
 *
 * @param ended the lots of the plan that ends, as they stood before
 */
export function carryLots(
  ended: readonly Grant[],
  opened: readonly GrantChange[],
  opening: { readonly at: Date; readonly newId: () => string },
): GrantChange[] {
  const claimed = new Set<string>();
  return opened.flatMap(({ grant: parent }) => {
    if (parent.rollover === null) return [];
    const lots = ended.filter(
      (lot) =>
        !claimed.has(lot.id) &&
        lot.featureId === parent.featureId &&
        lot.entityId === parent.entityId,
    );
    for (const lot of lots) claimed.add(lot.id);
    const { at, newId } = opening;
    const why = { at, causeId: parent.id };
    const trimmed = trimLots(lots, rolloverCap(parent.rollover, parent), why);
    return lots.flatMap((lot) => {
      const kept = trimmed.find(({ grant }) => grant.id === lot.id)?.grant ?? lot;
      const amount = larger(zero, kept.balance);
      if (amount.isZero()) return [];
      return [openLot(parent, { id: newId(), amount, at, expiresAt: lot.expiresAt })];
    });
  });
}
