import type { CatalogFeature } from "../catalog/catalog";
import { matchesFilter, type PropertyFilter, type UsageWindow } from "../core/balances/controls";
import type { Deduction } from "../core/balances/deduction";
import type { Grant } from "../core/balances/grant";
import type { GrantChange } from "../core/balances/ledger";
import { dueTopup } from "../core/balances/topup";
import {
  boundless,
  countUse,
  limitHeadroom,
  replaceWindows,
  type UsageHeadroom,
} from "../core/balances/usage-limit";
import { hasBalance } from "../core/feature";
import { type Quantity, sum } from "../core/quantity";
import { type Crossing, noticesOf } from "./controls/crossings";
import { type ControlledSubject, limitView, liveGrants } from "./controls/limit-view";
import type { Decided, Subject } from "./hot/subject";
import { replaceChanged } from "./usage-rules";

type TopupSubject = Pick<Subject, "grantsOf" | "controlsOf" | "topupSuppressedUntil" | "now">;

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
 * deducting. A negative amount, `overflow` and an unlimited grant are not held by it.
 */
export function usageHeadroom(
  subject: ControlledSubject,
  feature: CatalogFeature,
  properties: Properties,
): UsageHeadroom {
  let headroom: UsageHeadroom = boundless;
  for (const counted of countedFeatures(subject, feature)) {
    const { usageLimits } = subject.controlsOf(counted);
    if (usageLimits.length === 0) continue;
    const left = limitHeadroom(usageLimits, limitView(subject, counted), properties);
    if (left === null) continue;
    headroom = countsCredits(counted)
      ? { ...headroom, credits: new Map([...headroom.credits, [counted.id, left]]) }
      : { ...headroom, units: left };
  }
  return headroom;
}

/**
 * What follows from uses that were decided on `subject`, in their order: the counters of usage
 * limits, limits reached, alerts that fired and automatic top-ups to ask for (domain §§22, 28).
 * `changes` are those of all uses. Call it once per decision, with every use of it.
 */
export function usageEffects(
  subject: ControlledSubject & TopupSubject,
  uses: readonly Use[],
): UsageEffects {
  const changes = uses.flatMap(({ deduction }) => deduction.changes);
  const windows = countUses(subject, uses);
  const touched = touchedFeatures(subject, uses, changes);
  const counted = uses.flatMap(({ feature }) => countedFeatures(subject, feature));
  const notices = noticesOf(
    subject,
    touched.map((feature) => crossingOf(subject, feature, { uses, changes, windows })),
  );
  return {
    changes,
    windows,
    ...notices,
    topups: topupsOf(subject, [...touched, ...counted], changes),
  };
}

/**
 * What an edit of balances that took units away brings about: limits reached and alerts. It counts
 * in no usage limit and asks for no top-up (domain §§12, 22).
 */
export function editEffects(
  subject: ControlledSubject,
  changes: readonly GrantChange[],
): Pick<UsageEffects, "outbox" | "alerts"> {
  const crossings = touchedFeatures(subject, [], changes).map((feature) => ({
    feature,
    changes,
    windows: [],
    balanceChanged: true,
    // An edit has no properties: no filter lets it through.
    concerns: (filter: PropertyFilter | null) => filter === null,
  }));
  return noticesOf(subject, crossings);
}

/**
 * The automatic top-ups that a mere check of these features asks for (domain §22), of the credit
 * systems that pay for them too: once credits are used up, nothing else would ask again.
 */
export function checkEffects(
  subject: TopupSubject & Pick<Subject, "catalog">,
  features: readonly CatalogFeature[],
): Pick<UsageEffects, "topups"> {
  const asked = features.filter(hasBalance).flatMap((feature) => countedFeatures(subject, feature));
  return { topups: topupsOf(subject, asked, []) };
}

/** The feature that is used and the credit systems that may pay for it. */
function countedFeatures(
  { catalog }: Pick<Subject, "catalog">,
  feature: CatalogFeature,
): CatalogFeature[] {
  return [feature, ...(catalog.creditSystemsOf.get(feature.id) ?? [])];
}

/** A limit on a credit system counts credits drained, one on a plain feature its units. */
function countsCredits(feature: CatalogFeature): boolean {
  return feature.type === "credit_system" || feature.type === "ai_credit_system";
}

/** Counts the uses one after the other; the last state of each counter that moved. */
function countUses(subject: ControlledSubject, uses: readonly Use[]): UsageWindow[] {
  const moved = new Map<number, UsageWindow[]>();
  for (const use of uses) {
    for (const feature of countedFeatures(subject, use.feature)) {
      const { usageLimits } = subject.controlsOf(feature);
      if (usageLimits.length === 0) continue;
      const earlier = moved.get(feature.id) ?? [];
      const view = limitView(subject, feature);
      const counted = countUse(
        usageLimits,
        { ...view, windows: replaceWindows(view.windows, earlier) },
        { amount: countedAmount(use, feature), properties: use.properties },
      );
      moved.set(feature.id, replaceWindows(earlier, counted));
    }
  }
  return [...moved.values()].flat();
}

/**
 * What a limit of `feature` counts of a use: units, those of rollovers too, or credits without
 * them. What an unlimited grant took is not counted.
 */
function countedAmount({ feature: used, deduction }: Use, feature: CatalogFeature): Quantity {
  const grants = new Map(deduction.changes.map(({ grant }) => [grant.id, grant]));
  const partsOf = (counts: (grant: Grant) => boolean) =>
    deduction.parts.filter(({ grantId }) => {
      const grant = grants.get(grantId);
      return grant !== undefined && counts(grant);
    });
  if (feature.id === used.id && !countsCredits(feature)) {
    const unlimited = partsOf((grant) => grant.unlimited);
    return deduction.applied.minus(sum(unlimited.map(({ units }) => units)));
  }
  const drained = partsOf(
    (grant) => grant.featureId === feature.id && grant.kind !== "rollover" && !grant.unlimited,
  );
  return sum(drained.map(({ value }) => value));
}

/** The features that were used, and those whose balance changed with it. */
function touchedFeatures(
  { catalog }: Pick<Subject, "catalog">,
  uses: readonly Use[],
  changes: readonly GrantChange[],
): CatalogFeature[] {
  const touched = new Map(uses.map(({ feature }) => [feature.id, feature]));
  for (const { grant } of changes) {
    const feature = catalog.featureById.get(grant.featureId);
    if (feature !== undefined) touched.set(feature.id, feature);
  }
  return [...touched.values()];
}

function crossingOf(
  subject: ControlledSubject,
  feature: CatalogFeature,
  done: {
    readonly uses: readonly Use[];
    readonly changes: readonly GrantChange[];
    readonly windows: readonly UsageWindow[];
  },
): Crossing {
  const concerning = done.uses.filter((use) =>
    countedFeatures(subject, use.feature).some(({ id }) => id === feature.id),
  );
  return {
    feature,
    changes: done.changes,
    windows: done.windows,
    balanceChanged: done.changes.some(({ grant }) => grant.featureId === feature.id),
    concerns: (filter) => concerning.some((use) => matchesFilter(filter, use.properties)),
  };
}

function topupsOf(
  subject: TopupSubject,
  features: readonly CatalogFeature[],
  changes: readonly GrantChange[],
): UsageEffects["topups"] {
  return [...new Set(features)].flatMap((feature) => {
    const { autoTopup } = subject.controlsOf(feature);
    if (autoTopup === null) return [];
    const grants = replaceChanged(liveGrants(subject, feature.id), changes);
    const suppressedUntil = dueTopup(autoTopup, grants, {
      suppressedUntil: subject.topupSuppressedUntil(feature.id),
      now: subject.now,
    });
    return suppressedUntil === null ? [] : [{ featureId: feature.id, suppressedUntil }];
  });
}
