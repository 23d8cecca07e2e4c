import { usageOf } from "./balances/balance";
import { deduct, ownCandidates } from "./balances/deduction";
import { type Grant, Overflow, ResetBy } from "./balances/grant";
import { Allowance, type GrantChange, LedgerCause, openGrant } from "./balances/ledger";
import { endGrant } from "./balances/reset";
import { WindfallError } from "./error";
import { hasBalance } from "./feature";
import { nextBoundary } from "./interval";
import { isFree, type PlanItem, type PlanVersion } from "./plan";
import { larger, type Quantity, sum, zero } from "./quantity";

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
};

/** The customer's active subscriptions and their grants, with due work applied. */
export type BillingState = {
  readonly subscriptions: readonly HeldSubscription[];
  readonly grants: readonly Grant[];
};

type AttachRequest = {
  readonly version: PlanVersion;
  /** The entity that the plan is for; null is the customer. */
  readonly entityId: string | null;
  /** Makes the ids of the rows to come; called once per subscription and grant. */
  readonly newId: () => string;
};

export type SubscriptionDraft = HeldSubscription & {
  readonly planVersionId: bigint;
  readonly status: "active";
  readonly startedAt: Date;
};

/** Usage of a non-consumable feature that moves from the ended plan to the one that starts. */
type CarriedUsage = { readonly featureId: number; readonly usage: Quantity };

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
 * and the same customer or entity at once: the old one ends now, consumables start afresh, and the
 * usage of non-consumables is carried, below zero if need be. The reset rhythm of a replaced plan
 * is kept (domain §5); otherwise it begins now.
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
  };
  const opened = version.items.map((item) =>
    openItem(item, { version, subscription, id: newId() }),
  );
  const replaced = current === undefined ? [] : grantsOf(state, current);
  const carry = carriedUsage(version, replaced);
  return {
    kind: kindOf(version, current),
    start: { subscription, grants: carryOver(opened, carry, subscription) },
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

/** The grant that a plan item gives, with its opening entry. */
function openItem(
  item: PlanItem,
  context: { version: PlanVersion; subscription: SubscriptionDraft; id: string },
): GrantChange {
  const { version, subscription, id } = context;
  const now = subscription.startedAt;
  const metered = hasBalance(item.feature);
  const unlimited = metered && item.unlimited;
  const included = metered && !unlimited ? item.included : zero;
  const reset = metered && item.feature.consumable && !unlimited ? item.reset : null;
  const grant: Grant = {
    id,
    setId: id,
    parentId: null,
    featureId: item.feature.id,
    entityId: subscription.entityId,
    kind: version.isAddOn ? "addon" : "plan",
    subscriptionId: subscription.id,
    planItemId: item.id,
    planId: version.slug,
    externalRef: null,
    included,
    prepaid: zero,
    adjustment: zero,
    balance: included,
    unlimited,
    ...overflowOf(item),
    reset,
    resetBy: reset === null ? ResetBy.never : ResetBy.lazy,
    anchorAt: reset === null ? null : subscription.anchorAt,
    nextResetAt: reset === null ? null : nextBoundary(subscription.anchorAt, reset, now),
    startsAt: now,
    expiresAt: null,
    endedAt: null,
    suspendedAt: null,
    isAddOn: version.isAddOn,
    rollover: item.rollover,
    lastSeq: 0n,
    createdAt: now,
  };
  return { grant, entries: [openGrant(grant, now)] };
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

/** Use of non-consumables survives a switch where the new plan has the feature at all. */
function carriedUsage(version: PlanVersion, replaced: readonly Grant[]): CarriedUsage[] {
  const kept = version.items.filter(
    ({ feature }) => feature.type === "metered" && !feature.consumable,
  );
  const featureIds = new Set(kept.map((item) => item.feature.id));
  return [...featureIds].flatMap((featureId) => {
    const rows = replaced.filter((grant) => grant.featureId === featureId);
    const usage = larger(zero, sum(rows.map(usageOf)));
    return usage.isZero() ? [] : [{ featureId, usage }];
  });
}

/** Books carried usage on the grants that were just opened, as an entry of its own. */
function carryOver(
  opened: readonly GrantChange[],
  carry: readonly CarriedUsage[],
  subscription: SubscriptionDraft,
): GrantChange[] {
  const carriedRows = new Map<string, GrantChange>();
  for (const { featureId, usage } of carry) {
    const deduction = deduct({
      featureId,
      candidates: ownCandidates(
        opened.map((change) => change.grant).filter((grant) => grant.featureId === featureId),
      ),
      amount: usage,
      entityId: subscription.entityId,
      overageBehavior: "overflow",
      cause: LedgerCause.carried,
      causeId: subscription.id,
      at: subscription.startedAt,
    });
    if (deduction.outcome !== "applied") continue;
    for (const change of deduction.changes) carriedRows.set(change.grant.id, change);
  }
  return opened.map((change) => {
    const carried = carriedRows.get(change.grant.id);
    if (carried === undefined) return change;
    const entries = carried.entries.map((entry) => ({
      ...entry,
      allowance: entry.balanceAfter.lessThan(zero) ? Allowance.carried : Allowance.none,
    }));
    return { grant: carried.grant, entries: [...change.entries, ...entries] };
  });
}
