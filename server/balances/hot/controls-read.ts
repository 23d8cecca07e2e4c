import type { Catalog } from "../../catalog/catalog";
import type { StoredControls } from "../../catalog/controls";
import type { UsageWindow } from "../../core/balances/controls";
import { fromRow } from "../../core/quantity";
import { instantOf } from "../../platform/sql-text";
import { alertKey } from "./effects";

/** The controls of whoever asks and the state behind them, as the hot read gives them. */
export interface ControlsRead {
  readonly customer: StoredControls | null;
  readonly entity: StoredControls | null;
  /** Plans held: row id, and the entity that holds it; in the order in which they started. */
  readonly plans: readonly (readonly [planId: number, entityId: string | null])[] | null;
  readonly windows:
    | readonly (readonly [
        featureId: number,
        scopeId: string,
        limitHash: string,
        startsAt: string,
        endsAt: string,
        used: string,
      ])[]
    | null;
  readonly alerts:
    | readonly (readonly [scopeId: string, featureId: number, key: string, firedAt: string])[]
    | null;
  readonly topups: readonly (readonly [featureId: number, suppressedUntil: string | null])[] | null;
}

/** The row ids of the plans that count for the customer or for one of its entities. */
export function planIdsOf(read: ControlsRead | null, entityId: string | null): number[] {
  return (read?.plans ?? []).flatMap(([planId, holder]) =>
    holder === null || holder === entityId ? [planId] : [],
  );
}

export function windowsIn(read: ControlsRead): UsageWindow[] {
  return (read.windows ?? []).map(([featureId, scopeId, limitHash, startsAt, endsAt, used]) => ({
    featureId,
    scopeId,
    limitHash: BigInt(limitHash),
    startsAt: instantOf(startsAt),
    endsAt: instantOf(endsAt),
    used: fromRow(used),
  }));
}

/** When each alert fired last. */
export function alertsIn(read: ControlsRead): [key: string, firedAt: Date][] {
  return (read.alerts ?? []).map(([scopeId, featureId, key, firedAt]) => [
    alertKey({ scopeId, featureId, key }),
    instantOf(firedAt),
  ]);
}

/** Until when top-ups are not asked for, by feature. */
export function suppressionsIn(read: ControlsRead): [featureId: number, until: Date][] {
  return (read.topups ?? []).flatMap(([featureId, until]) =>
    until === null ? [] : [[featureId, instantOf(until)]],
  );
}

const knownCatalogs = new WeakMap<Catalog, boolean>();

/** Whether any plan brings controls, so that the plans a customer holds matter to the hot path. */
export function hasPlanControls(catalog: Catalog): boolean {
  const known = knownCatalogs.get(catalog);
  if (known !== undefined) return known;
  const found = [...catalog.planById.values()].some((plan) => plan.billingControls !== null);
  knownCatalogs.set(catalog, found);
  return found;
}
