import type { Catalog, CatalogFeature } from "../catalog/catalog";
import type { Deduction, UseRules } from "../core/balances/deduction";
import type { Grant } from "../core/balances/grant";
import type { ReadCtx } from "../platform/context";
import { loadControlled } from "./controls/load-controlled";
import { type UsageEffects, usageEffects, usageHeadroom } from "./usage-effects";

/** Whose seats are taken or handed back, behind the customer's gate. */
interface SeatOwner {
  readonly catalog: Catalog;
  readonly customerId: string;
  /** All living grants of the customer, due work applied. */
  readonly grants: readonly Grant[];
  readonly feature: CatalogFeature;
  readonly now: Date;
}

/** What holds an entity's unit of its seat feature, and what follows once it moved. */
export interface SeatControls {
  readonly rules: Required<Pick<UseRules, "controls" | "limit">>;
  readonly effectsOf: (moved: Extract<Deduction, { outcome: "applied" }>) => UsageEffects;
}

/**
 * Reads the controls of a seat feature: a unit that an entity takes is held by them, counted and
 * told of like one that is tracked (domain §§7, 22).
 */
export async function loadSeatControls(ctx: ReadCtx, owner: SeatOwner): Promise<SeatControls> {
  const { feature, ...of } = owner;
  const subject = await loadControlled(ctx, { ...of, entityId: null });
  return {
    rules: {
      controls: new Map([[feature.id, subject.controlsOf(feature)]]),
      limit: usageHeadroom(subject, feature, null),
    },
    effectsOf: (deduction) => usageEffects(subject, [{ feature, properties: null, deduction }]),
  };
}
