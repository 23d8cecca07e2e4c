import { intervalWeightMinutes } from "./interval";
import type { PlanItem, PlanVersion } from "./plan";
import { isOneOff, isUpgrade, pricePerMonth } from "./plan-diff";
import { type Quantity, sum, zero } from "./quantity";

type Blocked<Version extends PlanVersion> = {
  /** What can be attached: one version of each plan. */
  readonly offers: readonly Version[];
  /** What whoever was refused holds or is about to hold. */
  readonly held: readonly PlanVersion[];
  /** The feature that was refused and the credit systems that pay for it. */
  readonly featureIds: ReadonlySet<number>;
  readonly currency: string;
};

/**
 * The plans that would lift a refusal, the cheapest by the month first (domain §17): those that are
 * not held and give the feature. One that would take the place of a held plan must also be a step
 * up and give more of the feature than that plan does.
 */
export function plansThatUnblock<Version extends PlanVersion>(
  blocked: Blocked<Version>,
): Version[] {
  const { offers, held, featureIds, currency } = blocked;
  const heldIds = new Set(held.map(({ planId }) => planId));
  return offers
    .filter((offer) => {
      if (heldIds.has(offer.planId)) return false;
      const offered = giftOf(offer, featureIds);
      if (offered === null) return false;
      const replaced = replacedBy(offer, held);
      if (replaced === undefined) return true;
      const present = giftOf(replaced, featureIds);
      return isUpgrade(replaced, offer, currency) && (present === null || isMore(offered, present));
    })
    .map((offer) => ({ offer, price: pricePerMonth(offer, currency) }))
    .sort((a, b) => a.price.comparedTo(b.price) || a.offer.planId - b.offer.planId)
    .map(({ offer }) => offer);
}

/** The main plan of the same group; add-ons and single purchases replace nothing. */
function replacedBy(offer: PlanVersion, held: readonly PlanVersion[]): PlanVersion | undefined {
  if (offer.isAddOn || isOneOff(offer)) return undefined;
  return held.find((plan) => !plan.isAddOn && plan.groupKey === offer.groupKey);
}

type Gift = {
  readonly unlimited: boolean;
  /** Units a minute for what renews, units for what is given once. */
  readonly renewing: Quantity;
  readonly once: Quantity;
  /** Whether more can be bought or used and paid afterwards. */
  readonly priced: boolean;
};

/** What a version gives of some features; null for nothing at all. */
function giftOf(version: PlanVersion, featureIds: ReadonlySet<number>): Gift | null {
  const items = version.items.filter(
    (item) => featureIds.has(item.feature.id) && givesAnything(item),
  );
  if (items.length === 0) return null;
  return {
    unlimited: items.some((item) => item.unlimited),
    renewing: sum(
      items.map(({ reset, included }) =>
        reset === null ? zero : included.dividedBy(intervalWeightMinutes(reset)),
      ),
    ),
    once: sum(items.map(({ reset, included }) => (reset === null ? included : zero))),
    priced: items.some((item) => item.price !== null),
  };
}

function givesAnything(item: PlanItem): boolean {
  return (
    item.feature.type === "boolean" ||
    item.unlimited ||
    item.price !== null ||
    item.included.greaterThan(zero)
  );
}

function isMore(offered: Gift, present: Gift): boolean {
  if (present.unlimited) return false;
  return (
    offered.unlimited ||
    (offered.priced && !present.priced) ||
    offered.renewing.greaterThan(present.renewing) ||
    offered.once.greaterThan(present.once)
  );
}
