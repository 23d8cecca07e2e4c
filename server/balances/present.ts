import type { z } from "zod";
import type { Catalog, CatalogFeature } from "../catalog/catalog";
import { presentFeature } from "../catalog/present";
import { type BalanceSet, type RolloverLot, summarize } from "../core/balances/balance";
import type { DeductionPart } from "../core/balances/deduction";
import { type Grant, isLive, visibleGrants } from "../core/balances/grant";
import { bringDue } from "../core/balances/reset";
import { toPublicId } from "../core/id";
import type { Interval } from "../core/interval";
import { toWire } from "../core/quantity";
import { newId } from "../platform/id";
import { toInstant } from "../platform/wire";
import type { BalanceObject, DeductionObject, FlagObject } from "./balance-schema";
import { priceOfItem } from "./present-price";

type WireBalance = z.input<typeof BalanceObject>;
type WireFlag = z.input<typeof FlagObject>;

/** Which sub-objects to inline. */
export interface BalanceExpand {
  readonly balanceFeature?: boolean;
  readonly flagFeature?: boolean;
}

/**
 * The `balances` and `flags` of a customer (`entityId` null) or an entity, from all living grants
 * of the customer. Due resets and expiries are applied first.
 */
export function presentBalances(
  catalog: Catalog,
  grants: readonly Grant[],
  view: {
    entityId: string | null;
    now: Date;
    expand?: BalanceExpand;
    /** What controls say of use beyond the grant, by feature id on the wire. */
    overageAllowed?: ReadonlyMap<string, boolean>;
  },
): { balances: Record<string, WireBalance>; flags: Record<string, WireFlag> } {
  const balances: Record<string, WireBalance> = {};
  const flags: Record<string, WireFlag> = {};
  const brought = bringDue(visibleGrants(grants, view.entityId), view.now, {
    newId,
    ...catalog.settings,
  });
  const visible = brought.grants.filter((grant) => isLive(grant, view.now));
  for (const feature of catalog.featureById.values()) {
    const own = visible.filter((grant) => grant.featureId === feature.id);
    if (own.length === 0) continue;
    if (feature.type === "boolean") {
      flags[feature.slug] = presentFlag(feature, own, view.expand?.flagFeature);
    } else {
      balances[feature.slug] = presentBalance(catalog, feature, own, {
        withFeature: view.expand?.balanceFeature === true,
        overageAllowed: view.overageAllowed?.get(feature.slug) ?? null,
      });
    }
  }
  return { balances, flags };
}

interface BalanceView {
  /** Inlines the feature. */
  readonly withFeature?: boolean;
  /** What a control says of use beyond the grant. */
  readonly overageAllowed?: boolean | null;
}

/** One balance over live, visible grants of one feature, at least one. */
export function presentBalance(
  catalog: Catalog,
  feature: CatalogFeature,
  grants: readonly Grant[],
  { withFeature = false, overageAllowed = null }: BalanceView = {},
): WireBalance {
  const balance = summarize(grants, overageAllowed);
  return {
    feature_id: feature.slug,
    ...(withFeature ? { feature: presentFeature(feature) } : {}),
    granted: toWire(balance.granted),
    remaining: toWire(balance.remaining),
    usage: toWire(balance.usage),
    unlimited: balance.unlimited,
    overage_allowed: balance.overageAllowed,
    max_purchase: balance.maxPurchase === null ? null : toWire(balance.maxPurchase),
    next_reset_at: toInstant(balance.nextResetAt),
    breakdown: balance.sets.map((set) => presentSet(catalog, feature, set)),
    ...(balance.rollovers.length === 0 ? {} : { rollovers: balance.rollovers.map(presentLot) }),
  };
}

function presentSet(
  catalog: Catalog,
  feature: CatalogFeature,
  set: BalanceSet,
): WireBalance["breakdown"][number] {
  return {
    id: toPublicId("grt", set.id),
    plan_id: set.planId,
    included_grant: toWire(set.includedGrant),
    prepaid_grant: toWire(set.prepaidGrant),
    remaining: toWire(set.remaining),
    usage: toWire(set.usage),
    unlimited: set.unlimited,
    reset: presentReset(feature, set.reset, set.resetsAt),
    price: set.planItemId === null ? null : priceOfItem(catalog, set.planItemId),
    expires_at: toInstant(set.expiresAt),
  };
}

/** The contract knows no rollover without an expiry: one that never expires shows the year 9999. */
const neverMs = Date.UTC(9999, 11, 31);

function presentLot(lot: RolloverLot): NonNullable<WireBalance["rollovers"]>[number] {
  return {
    granted: toWire(lot.granted),
    balance: toWire(lot.balance),
    expires_at: lot.expiresAt?.getTime() ?? neverMs,
  };
}

/** Non-consumables have no reset at all; consumables without one report `one_off`. */
export function presentReset(
  feature: CatalogFeature,
  reset: Interval | null,
  resetsAt: Date | null,
) {
  if (!feature.consumable) return null;
  if (reset === null) return { interval: "one_off", resets_at: null };
  return {
    interval: reset.unit,
    interval_count: reset.count,
    resets_at: toInstant(resetsAt),
  };
}

/** The flag of a boolean feature: the grant that lasts longest speaks for it. */
export function presentFlag(
  feature: CatalogFeature,
  grants: readonly Grant[],
  withFeature = false,
): WireFlag {
  const lasting = [...grants].sort(
    (a, b) =>
      (b.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) -
      (a.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY),
  )[0];
  return {
    id: toPublicId("grt", lasting?.setId ?? ""),
    plan_id: lasting?.planId ?? null,
    expires_at: toInstant(lasting?.expiresAt ?? null),
    feature_id: feature.slug,
    ...(withFeature ? { feature: presentFeature(feature) } : {}),
  };
}

/** The figures of a part that the wire shows. */
type ShownPart = Pick<DeductionPart, "grantId" | "setId" | "value">;

/**
 * What each balance gave to a tracked value, in its own units, rows of one plan item summed.
 *
 * @param used the feature that was tracked, which names parts whose grant is not among `grants`
 */
export function presentDeductions(
  catalog: Catalog,
  parts: readonly ShownPart[],
  used: { readonly feature: CatalogFeature; readonly grants: readonly Grant[] },
): z.input<typeof DeductionObject>[] {
  const bySet = new Map<string, ShownPart>();
  for (const part of parts) {
    const earlier = bySet.get(part.setId);
    bySet.set(part.setId, earlier ? { ...part, value: earlier.value.plus(part.value) } : part);
  }
  return [...bySet.values()].map((part) => {
    const grant = used.grants.find((candidate) => candidate.id === part.grantId);
    const feature = catalog.featureById.get(grant?.featureId ?? used.feature.id) ?? used.feature;
    const reset = presentReset(feature, grant?.reset ?? null, grant?.nextResetAt ?? null);
    return {
      balance_id: toPublicId("grt", part.setId),
      feature_id: feature.slug,
      plan_id: grant?.planId ?? null,
      reset: reset === null ? null : { interval: reset.interval, resets_at: reset.resets_at },
      value: toWire(part.value),
    };
  });
}
