import type { Grant } from "./balances/grant";
import type { GrantChange } from "./balances/ledger";
import { endGrant } from "./balances/reset";
import { WindfallError } from "./error";
import { isFree, type PlanItem, type PlanVersion } from "./plan";
import { type OwnedEntity, openPlan } from "./plan-grants";
import { bookCarried, type CarriedUsage, carriedUsage, carryLots } from "./switch-carry";

/** What a decision needs to know about a plan that the customer holds now. */
type HeldSubscription = {
  readonly id: string;
  readonly planId: number;
  readonly planSlug: string;
  readonly entityId: string | null;
  readonly groupKey: string;
  readonly isMain: boolean;
  /** The instant that resets and billing repeat from. */
  readonly anchorAt: Date;
  /** The items of the version that is held. */
  readonly items: readonly PlanItem[];
};

/** The customer's active subscriptions and their grants, with due work applied. */
export type BillingState = {
  readonly subscriptions: readonly HeldSubscription[];
  readonly grants: readonly Grant[];
};

/** What is attached, and to whom. */
export type AttachRequest = {
  readonly version: PlanVersion;
  /** The entity that the plan is for; null is the customer. */
  readonly entityId: string | null;
  /** The customer's living entities; those that no item of the version is for may be left out. */
  readonly entities: readonly OwnedEntity[];
  /** Consumables whose use is carried although the plans would not; null for none. */
  readonly carryUsages: "all" | ReadonlySet<number> | null;
  /** Makes the ids of the rows to come; called once per subscription and grant. */
  readonly newId: () => string;
};

export type SubscriptionDraft = HeldSubscription & {
  readonly planVersionId: bigint;
  readonly status: "active";
  readonly startedAt: Date;
};

/** The computed effect of an attach, before anything is written. */
export type BillingChange = {
  readonly kind: "added" | "started" | "switched";
  readonly start: {
    readonly subscription: SubscriptionDraft;
    /** New grants as they will be stored, with their opening and carried entries. */
    readonly grants: readonly GrantChange[];
  };
  readonly end: {
    readonly subscriptions: readonly HeldSubscription[];
    readonly grants: readonly GrantChange[];
  };
  readonly carry: readonly CarriedUsage[];
};

/**
 * Decides what attaching a plan without a price does (domain §9).
 *
 * An add-on stands beside everything. A main plan replaces the current main plan of the same group
 * and the same customer or entity at once: the old one ends now, consumables start afresh unless
 * something says otherwise, and the usage of non-consumables is carried, below zero if need be.
 * What rolled over stays where the new plan rolls it over as well. The reset rhythm of a replaced
 * plan is kept (domain §5); otherwise it begins now.
 *
 * @throws WindfallError `not_supported` for a version with a price, `plan_already_attached` when
 *   that plan is the current one.
 */
export function decideAttach(
  state: BillingState,
  request: AttachRequest,
  now: Date,
): BillingChange {
  const { version, entityId, newId } = request;
  assertFree(version);
  const current = version.isAddOn ? undefined : currentMain(state, request);
  if (current?.planId === version.planId) {
    throw new WindfallError(
      "invalid_request",
      "plan_already_attached",
      `Plan '${version.slug}' is already attached to this ${entityId === null ? "customer" : "entity"}.`,
    );
  }
  const subscription: SubscriptionDraft = {
    id: newId(),
    planId: version.planId,
    planSlug: version.slug,
    planVersionId: version.id,
    entityId,
    groupKey: version.groupKey,
    isMain: !version.isAddOn,
    status: "active",
    startedAt: now,
    anchorAt: current?.anchorAt ?? now,
    items: version.items,
  };
  const replaced = current === undefined ? [] : grantsOf(state, current);
  const carry = carriedUsage({
    before: current?.items ?? [],
    after: version.items,
    replaced,
    wanted: request.carryUsages,
  });
  const opened = openPlan(subscription, request.entities, { at: now, newId });
  const lots = replaced.filter((grant) => grant.kind === "rollover");
  return {
    kind: kindOf(version, current),
    start: {
      subscription,
      grants: [
        ...bookCarried(opened, carry, { at: now, causeId: subscription.id }),
        ...carryLots(lots, opened, { at: now, newId }),
      ],
    },
    end: {
      subscriptions: current === undefined ? [] : [current],
      grants: replaced.map((grant) => endGrant(grant, now, subscription.id)),
    },
    carry,
  };
}

function assertFree(version: PlanVersion): void {
  if (isFree(version)) return;
  throw new WindfallError(
    "invalid_request",
    "not_supported",
    `Plan '${version.slug}' has a price. Only plans without a price can be attached.`,
  );
}

function currentMain(state: BillingState, request: AttachRequest): HeldSubscription | undefined {
  return state.subscriptions.find(
    (held) =>
      held.isMain &&
      held.groupKey === request.version.groupKey &&
      held.entityId === request.entityId,
  );
}

function kindOf(
  version: PlanVersion,
  current: HeldSubscription | undefined,
): BillingChange["kind"] {
  if (version.isAddOn) return "added";
  return current === undefined ? "started" : "switched";
}

function grantsOf(state: BillingState, held: HeldSubscription): Grant[] {
  return state.grants.filter((grant) => grant.subscriptionId === held.id && grant.endedAt === null);
}
