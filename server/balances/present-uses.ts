import type { z } from "zod";
import type { CatalogFeature } from "../catalog/catalog";
import type { BalanceObject, DeductionObject } from "./balance-schema";
import type { Subject } from "./hot/subject";
import { presentBalance, presentDeductions } from "./present";
import type { Use } from "./usage-effects";
import { replaceChanged } from "./usage-rules";
import { countingGrants, payersOf } from "./use";

/** What an answer says of the balances that uses concerned, as they stand afterwards. */
interface UsesWire {
  readonly balance: z.input<typeof BalanceObject> | null;
  readonly balances?: Record<string, z.input<typeof BalanceObject>>;
  readonly deductions: z.input<typeof DeductionObject>[];
}

/**
 * The balances that uses moved, and those of the used features (domain §18). `balance` is that of
 * the first feature used, or where the customer has none of it the one of the credit system that
 * paid, or would pay. With several features used or several balances shown, `balances` has them all.
 */
export function presentUses(subject: Subject, uses: readonly Use[]): UsesWire {
  const changes = uses.flatMap(({ deduction }) => deduction.changes);
  const balances: Record<string, z.input<typeof BalanceObject>> = {};
  const shown = uses.map((use) => concerned(subject, use));
  for (const feature of shown.flat()) {
    if (feature.slug in balances) continue;
    const after = replaceChanged(countingGrants(subject, feature), changes);
    balances[feature.slug] = presentBalance(subject.catalog, feature, after, {
      overageAllowed: subject.controlsOf(feature).overageAllowed,
    });
  }
  const first = shown[0]?.[0];
  const isSeveral = uses.length > 1 || Object.keys(balances).length > 1;
  return {
    balance: first === undefined ? null : (balances[first.slug] ?? null),
    ...(isSeveral ? { balances } : {}),
    deductions: uses.flatMap(({ feature, deduction }) =>
      presentDeductions(subject.catalog, deduction.parts, {
        feature,
        grants: deduction.changes.map(({ grant }) => grant),
      }),
    ),
  };
}

/** The features with a balance that a use concerned: its own, then credit systems that moved. */
function concerned(subject: Subject, use: Use): CatalogFeature[] {
  const payers = payersOf(subject, use.feature, use.properties).map(({ feature }) => feature);
  const held = payers.filter((feature) => countingGrants(subject, feature).length > 0);
  const moved = new Set(use.deduction.changes.map(({ grant }) => grant.featureId));
  const shown = held.filter((feature) => feature === use.feature || moved.has(feature.id));
  return shown.length > 0 ? shown : held.slice(0, 1);
}
