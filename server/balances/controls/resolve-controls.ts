import type { Catalog } from "../../catalog/catalog";
import { readControls, type StoredControls } from "../../catalog/controls";
import {
  type ControlSet,
  type ControlSources,
  effectiveControls,
  type FeatureControls,
  noControls,
} from "../../core/balances/controls";
import { type Quantity, sum } from "../../core/quantity";

/** Who asks, with the controls stored for it; the row's JSON as it was read. */
export interface ControlHolders {
  readonly catalog: Catalog;
  readonly customer: { readonly id: string; readonly controls: StoredControls | null };
  readonly entity: { readonly id: string; readonly controls: StoredControls | null } | null;
  /**
   * Row ids of the plans that the customer holds and, for an entity, those of that entity too: all
   * subscriptions that have not ended, in the order in which they started.
   */
  readonly planIds: readonly number[];
}

/** Answers, for each feature, with the controls that count for who asks (domain §22). */
export function controlsFor(
  holders: ControlHolders,
): (feature: { readonly id: number }) => FeatureControls {
  const sources = sourcesOf(holders);
  if (sources === null) return () => noControls;
  const known = new Map<number, FeatureControls>();
  return ({ id }) => {
    const resolved = known.get(id) ?? resolve(holders, sources, id);
    known.set(id, resolved);
    return resolved;
  };
}

/** The sources of controls of who asks; null when nobody set any. */
export function sourcesOf(holders: ControlHolders): ControlSources | null {
  const { catalog, customer, entity, planIds } = holders;
  const plans = plansWithControls(catalog);
  const held =
    plans.size === 0
      ? []
      : planIds.flatMap((planId) => {
          const set = plans.get(planId);
          return set === undefined ? [] : [set];
        });
  const customerSet = customer.controls === null ? null : readControls(customer.controls);
  const entitySet =
    entity === null || entity.controls === null ? null : readControls(entity.controls);
  if (customerSet === null && entitySet === null && held.length === 0) return null;
  return {
    customer: { id: customer.id, set: customerSet },
    entity: entity === null ? null : { id: entity.id, set: entitySet },
    plans: held,
  };
}

function resolve(
  { catalog, planIds }: ControlHolders,
  sources: ControlSources,
  featureId: number,
): FeatureControls {
  const controls = effectiveControls(sources, featureId, () =>
    includedOf(catalog, planIds, featureId),
  );
  if (controls.autoTopup === null || sellsTopups(catalog, planIds, featureId)) return controls;
  return { ...controls, autoTopup: null };
}

const setsOfPlans = new WeakMap<Catalog, ReadonlyMap<number, ControlSet>>();

/** The controls of a catalog's plans, for those that have any. */
function plansWithControls(catalog: Catalog): ReadonlyMap<number, ControlSet> {
  const known = setsOfPlans.get(catalog);
  if (known !== undefined) return known;
  const sets = new Map<number, ControlSet>();
  for (const plan of catalog.planById.values()) {
    if (plan.billingControls !== null) sets.set(plan.id, readControls(plan.billingControls));
  }
  setsOfPlans.set(catalog, sets);
  return sets;
}

/** What the main recurring plans include of a feature: the base of a spend limit in percent. */
export function includedOf(
  catalog: Catalog,
  planIds: readonly number[],
  featureId: number,
): Quantity {
  return sum(
    planIds.flatMap((planId) => {
      const plan = catalog.planById.get(planId);
      if (plan === undefined || plan.isAddOn || plan.active.price?.interval === "one_off")
        return [];
      return plan.active.items
        .filter((item) => item.feature.id === featureId)
        .map((item) => item.included);
    }),
  );
}

/** Whether a plan held sells units of a feature once, so that an automatic top-up can buy them. */
function sellsTopups(catalog: Catalog, planIds: readonly number[], featureId: number): boolean {
  return planIds.some((planId) =>
    catalog.planById
      .get(planId)
      ?.active.items.some(
        ({ feature, price }) =>
          feature.id === featureId &&
          price?.method === "prepaid" &&
          price.interval === "one_off" &&
          price.tierBehavior !== "volume",
      ),
  );
}
