import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { costOf, ownUnits } from "../../core/balances/credit-cost";
import { type Grant, visibleGrants } from "../../core/balances/grant";
import { finalizeLock, type Lock, LockStatus } from "../../core/balances/lock";
import { bringDue } from "../../core/balances/reset";
import { nextBoundary } from "../../core/interval";
import { sum, zero } from "../../core/quantity";
import type { Ctx } from "../../platform/context";
import { newId } from "../../platform/id";
import { toGrant } from "../grant-row";
import { replaceChanged } from "../usage-rules";
import { loadOverdueLocks, loadProvenGrants, type ProvenGrant } from "./explain-rows";

/** A grant with its figures at an instant. */
export interface Lot {
  /** As it is stored now. */
  readonly grant: Grant;
  /** Null for what had rolled over by then but was not stored yet. */
  readonly proven: ProvenGrant | null;
  /** As it stood at the instant. */
  readonly shown: Grant;
}

/** What is looked at: a feature of a customer, or of one of its entities, at an instant. */
export interface LotsWanted {
  readonly customerId: string;
  readonly entityId: string | null;
  readonly feature: CatalogFeature;
  readonly at: Date;
  /** Null for the present: the figures are then those of the rows that a check decides on. */
  readonly asOf: Date | null;
}

/**
 * The grants behind a balance as they stood at an instant, ended ones included. The past comes from
 * the ledger alone; what had fallen due by then counts whether or not it was stored yet.
 */
export async function loadLots(ctx: Ctx, catalog: Catalog, wanted: LotsWanted): Promise<Lot[]> {
  const { customerId, entityId, feature, at, asOf } = wanted;
  const proven = await loadProvenGrants(ctx, { customerId, featureId: feature.id, asOf: at });
  const slugOf = (itemId: bigint) => catalog.planSlugByItem.get(itemId) ?? null;
  const stored = proven
    .map((one) => ({ proven: one, grant: toGrant(one.row, slugOf) }))
    .filter(({ grant }) => visibleGrants([grant], entityId).length > 0)
    // What was stored later did not stand then; what has no entry at all is a fault to be seen.
    .filter(({ proven: { proven, newest } }) => proven !== null || newest === null);
  const then = stored.map((lot) => (asOf === null ? lot.grant : figuresThen(lot)));
  const released =
    asOf === null
      ? then
      : await releaseOverdue(ctx, catalog, { customerId, feature, asOf, grants: then });
  const due = bringDue(released, at, { newId, ...catalog.settings });
  return due.grants.map((shown, place) => ({
    shown,
    grant: stored[place]?.grant ?? shown,
    proven: stored[place]?.proven ?? null,
  }));
}

/** Gives back what locks held that were over by then, as of each expiry, where nobody had yet. */
async function releaseOverdue(
  ctx: Ctx,
  catalog: Catalog,
  wanted: { customerId: string; feature: CatalogFeature; asOf: Date; grants: readonly Grant[] },
): Promise<readonly Grant[]> {
  const { customerId, feature, asOf } = wanted;
  // A credit system's rows are held by locks of its members.
  const members = feature.creditItems.map(({ featureId }) => featureId);
  const featureIds = [feature.id, ...members];
  const locks = await loadOverdueLocks(ctx, { customerId, featureIds, asOf });
  let grants = wanted.grants;
  for (const lock of locks) {
    grants = bringDue(grants, lock.expiresAt, { newId, ...catalog.settings }).grants;
    const item = feature.creditItems.find(({ featureId }) => featureId === lock.featureId);
    const cost = item === undefined ? ownUnits : costOf(item, lock.properties);
    const { deduction } = finalizeLock({
      lock: partsAmong(lock, grants),
      status: LockStatus.expired,
      final: zero,
      candidates: grants.map((grant) => ({ grant, cost })),
      rules: { featureId: lock.featureId },
      eventId: lock.id,
      at: lock.expiresAt,
    });
    grants = replaceChanged(grants, deduction.changes);
  }
  return grants;
}

/** The lock as far as it holds these grants: other features' rows are not looked at here. */
function partsAmong(lock: Lock, grants: readonly Grant[]): Lock {
  const parts = lock.parts.filter(({ grantId }) => grants.some(({ id }) => id === grantId));
  return { ...lock, parts, amount: sum(parts.map(({ units }) => units)) };
}

/** The row as the ledger proves it for a past instant, before what fell due since its last entry. */
function figuresThen({ grant, proven }: { grant: Grant; proven: ProvenGrant }): Grant {
  if (proven.proven === null) {
    return { ...grant, startsAt: grant.createdAt, endedAt: grant.createdAt };
  }
  const { balance, granted, at } = proven.proven;
  const anchorAt = proven.datesThen === null ? grant.anchorAt : proven.datesThen.anchorAt;
  return {
    ...grant,
    balance,
    adjustment: granted.minus(grant.included).minus(grant.prepaid),
    // Until its closing entry was stored, what ended then is found out by its dates.
    endedAt: grant.endedAt !== null && grant.endedAt <= at ? grant.endedAt : null,
    expiresAt: proven.datesThen === null ? grant.expiresAt : proven.datesThen.expiresAt,
    anchorAt,
    nextResetAt: nextResetAfter(grant, anchorAt, at),
  };
}

/** An anchor that lies ahead is the next reset itself: whoever sets that date sets the anchor. */
function nextResetAfter({ reset }: Grant, anchorAt: Date | null, at: Date): Date | null {
  if (reset === null || anchorAt === null) return null;
  return anchorAt > at ? anchorAt : nextBoundary(anchorAt, reset, at);
}
