import { type Grant, Overflow, ResetBy } from "./balances/grant";
import { type GrantChange, openGrant } from "./balances/ledger";
import { hasBalance } from "./feature";
import { nextBoundary } from "./interval";
import type { PlanItem } from "./plan";
import { zero } from "./quantity";

/** A plan that is held or starts, as far as its grants depend on it. */
export type GrantingPlan = {
  readonly id: string;
  readonly planSlug: string;
  /** The entity that the plan is for; null is the customer. */
  readonly entityId: string | null;
  readonly isMain: boolean;
  /** The instant that resets repeat from. */
  readonly anchorAt: Date;
  readonly items: readonly PlanItem[];
};

/** A living entity of the customer and the feature that types it. */
export type OwnedEntity = { readonly id: string; readonly featureId: number };

type Opening = { readonly at: Date; readonly newId: () => string };

/**
 * The grants that a plan gives when it starts, with their opening entries (domain §3, §7).
 *
 * An item goes to whom the plan is for. A pooled item of an entity's plan goes to the customer, for
 * all its entities; an item per entity goes to each entity of its type, as rows of one set.
 */
export function openPlan(
  plan: GrantingPlan,
  entities: readonly OwnedEntity[],
  opening: Opening,
): GrantChange[] {
  return plan.items.flatMap((item) => {
    const setId = opening.newId();
    return ownersOf(item, plan, entities).map((entityId, n) =>
      openItem(item, plan, {
        id: n === 0 ? setId : opening.newId(),
        setId,
        entityId,
        at: opening.at,
        causeId: null,
      }),
    );
  });
}

/**
 * What an entity that was just made gets of the plans that its customer holds: each item per entity
 * of its type, in full, in the rhythm of the plan.
 *
 * @param grants the customer's living grants, whose sets the new rows join
 */
export function openForEntity(
  held: readonly GrantingPlan[],
  grants: readonly Grant[],
  entity: OwnedEntity,
  opening: Opening,
): GrantChange[] {
  return held
    .filter((plan) => plan.entityId === null)
    .flatMap((plan) =>
      plan.items
        .filter((item) => item.entityFeature?.id === entity.featureId)
        .map((item) => {
          const sibling = grants.find(
            (grant) => grant.subscriptionId === plan.id && grant.planItemId === item.id,
          );
          const id = opening.newId();
          return openItem(item, plan, {
            id,
            setId: sibling?.setId ?? id,
            entityId: entity.id,
            at: opening.at,
            causeId: entity.id,
          });
        }),
    );
}

function ownersOf(
  item: PlanItem,
  plan: GrantingPlan,
  entities: readonly OwnedEntity[],
): (string | null)[] {
  if (plan.entityId !== null) return [item.pooled ? null : plan.entityId];
  const { entityFeature } = item;
  if (entityFeature === null) return [null];
  return entities.filter(({ featureId }) => featureId === entityFeature.id).map(({ id }) => id);
}

/** The grant that a plan item gives to one owner, with its opening entry. */
function openItem(
  item: PlanItem,
  plan: GrantingPlan,
  row: { id: string; setId: string; entityId: string | null; at: Date; causeId: string | null },
): GrantChange {
  const { id, setId, entityId, at, causeId } = row;
  const metered = hasBalance(item.feature);
  const unlimited = metered && item.unlimited;
  const included = metered && !unlimited ? item.included : zero;
  const reset = metered && item.feature.consumable && !unlimited ? item.reset : null;
  const grant: Grant = {
    id,
    setId,
    parentId: null,
    featureId: item.feature.id,
    entityId,
    kind: plan.isMain ? "plan" : "addon",
    subscriptionId: plan.id,
    planItemId: item.id,
    planId: plan.planSlug,
    externalRef: null,
    included,
    prepaid: zero,
    adjustment: zero,
    balance: included,
    unlimited,
    ...overflowOf(item),
    reset,
    resetBy: reset === null ? ResetBy.never : ResetBy.lazy,
    anchorAt: reset === null ? null : plan.anchorAt,
    nextResetAt: reset === null ? null : nextBoundary(plan.anchorAt, reset, at),
    startsAt: at,
    expiresAt: null,
    endedAt: null,
    suspendedAt: null,
    isAddOn: !plan.isMain,
    rollover: reset === null ? null : item.rollover,
    lastSeq: 0n,
    createdAt: at,
  };
  return { grant, entries: [openGrant(grant, at, causeId)] };
}

/** How far an item's balance may fall below zero: the four pricing modes of domain §3. */
function overflowOf(item: PlanItem): Pick<Grant, "overflow" | "floor"> {
  if (item.feature.type === "boolean") return { overflow: Overflow.none, floor: null };
  if (item.price === null) {
    return {
      overflow: item.feature.consumable ? Overflow.none : Overflow.freeSeat,
      floor: null,
    };
  }
  if (item.price.method === "prepaid") return { overflow: Overflow.none, floor: null };
  const { maxPurchase } = item.price;
  return {
    overflow: Overflow.arrear,
    floor: maxPurchase === null ? null : zero.minus(maxPurchase),
  };
}
