import type { CatalogFeature } from "../catalog/catalog";
import type { Deduction } from "../core/balances/deduction";
import { boundless, type UsageHeadroom } from "../core/balances/usage-limit";
import type { Decided, Subject } from "./hot/subject";

/** The properties of an event. */
type Properties = Readonly<Record<string, unknown>> | null;

/** What was taken, or given back, for one use of a feature. */
export interface Use {
  /** The feature that was used, not the credit system that paid. */
  readonly feature: CatalogFeature;
  readonly properties: Properties;
  readonly deduction: Extract<Deduction, { outcome: "applied" }>;
}

/** What a use brings about beside the event: pass it on in `Decided` as it is. */
export type UsageEffects = Required<
  Pick<Decided, "changes" | "windows" | "outbox" | "alerts" | "topups">
>;

/**
 * What usage limits leave for a use of `feature` with these properties: give it to `deduct` before
 * deducting. A negative amount and `overflow` are not held by it.
 */
export function usageHeadroom(
  _subject: Subject,
  _feature: CatalogFeature,
  _properties: Properties,
): UsageHeadroom {
  return boundless;
}

/**
 * What follows from uses that were decided on `subject`, in their order: the counters of usage
 * limits, limits reached, alerts that fired and automatic top-ups to ask for (domain §§22, 28).
 * `changes` are those of all uses. Call it once per decision, with every use of it.
 */
export function usageEffects(_subject: Subject, uses: readonly Use[]): UsageEffects {
  return {
    changes: uses.flatMap(({ deduction }) => deduction.changes),
    windows: [],
    outbox: [],
    alerts: [],
    topups: [],
  };
}

/** The automatic top-ups that a mere check of these features asks for (domain §22). */
export function checkEffects(
  _subject: Subject,
  _features: readonly CatalogFeature[],
): Pick<UsageEffects, "topups"> {
  return { topups: [] };
}
