import type { CatalogFeature } from "../catalog/catalog";
import type { FeatureControls } from "../core/balances/controls";
import { costOf, ownUnits } from "../core/balances/credit-cost";
import {
  type Candidate,
  type Deduction,
  deduct,
  type OverageBehavior,
  type UseRules,
} from "../core/balances/deduction";
import { type Grant, isLive, visibleGrants } from "../core/balances/grant";
import { LedgerCause } from "../core/balances/ledger";
import { boundless, replaceWindows } from "../core/balances/usage-limit";
import type { Quantity } from "../core/quantity";
import type { EventDraft } from "../events/event-draft";
import { newId } from "../platform/id";
import type { Subject } from "./hot/subject";
import { type Use, usageEffects, usageHeadroom } from "./usage-effects";
import { replaceChanged } from "./usage-rules";

type Properties = Use["properties"];

/** What is reported of one feature. */
export interface ReportedUse {
  readonly value: Quantity;
  readonly overageBehavior: OverageBehavior;
  readonly properties: Properties;
  readonly eventName: string | null;
  readonly occurredAt: Date;
  /** Its units are held by a lock for now. */
  readonly isHeld?: boolean;
}

/** A use with the event that records it. */
export interface RecordedUse extends Use {
  readonly event: EventDraft;
}

/** A feature that pays for a use of another, itself included, with its cost. */
interface Payer {
  readonly feature: CatalogFeature;
  readonly cost: Candidate["cost"];
}

/** The feature itself and the credit systems that contain it, in catalogue order. */
export function payersOf(
  { catalog }: Pick<Subject, "catalog">,
  feature: CatalogFeature,
  properties: Properties,
): Payer[] {
  const payers: Payer[] = [{ feature, cost: ownUnits }];
  for (const system of catalog.creditSystemsOf.get(feature.id) ?? []) {
    const item = system.creditItems.find(({ featureId }) => featureId === feature.id);
    if (item !== undefined) payers.push({ feature: system, cost: costOf(item, properties) });
  }
  return payers;
}

/** On what and by which rules a use of a feature with these properties is deducted or decided. */
export function rulesFor(
  subject: Subject,
  feature: CatalogFeature,
  properties: Properties,
): UseRules {
  const candidates: Candidate[] = [];
  let controls: Map<number, FeatureControls> | undefined;
  for (const payer of payersOf(subject, feature, properties)) {
    const { id } = payer.feature;
    for (const grant of subject.grantsOf(id)) {
      if (isLive(grant, subject.now)) candidates.push({ grant, cost: payer.cost });
    }
    const own = subject.controlsOf(payer.feature);
    if (own.overageAllowed === null && own.spendLimit === null) continue;
    controls ??= new Map();
    controls.set(id, own);
  }
  const limit = usageHeadroom(subject, feature, properties);
  return {
    featureId: feature.id,
    candidates,
    entityId: subject.entity?.id ?? null,
    entityKey: subject.entityKey,
    controls,
    limit: limit === boundless ? undefined : limit,
    reverseOrder: subject.catalog.settings.reverseDeductionOrder,
  };
}

/**
 * Deducts one reported use and drafts its event. Under `reject` it may fall short; otherwise it is
 * always applied, whatever that took.
 *
 * @param rules when they are known already, those of {@link rulesFor}
 */
export function recordUse(
  subject: Subject,
  feature: CatalogFeature,
  use: ReportedUse,
  rules: UseRules = rulesFor(subject, feature, use.properties),
): RecordedUse | Extract<Deduction, { outcome: "insufficient" }> {
  const { value, overageBehavior, properties } = use;
  const id = newId();
  const deduction = deduct({
    ...rules,
    amount: value,
    overageBehavior,
    cause: use.isHeld === true ? LedgerCause.lock : LedgerCause.usage,
    causeId: id,
    at: subject.now,
  });
  if (deduction.outcome === "insufficient") return deduction;
  const event: EventDraft = {
    id,
    featureId: feature.id,
    entityId: rules.entityId,
    eventName: use.eventName,
    occurredAt: use.occurredAt,
    value,
    parts: deduction.parts,
    properties,
  };
  return { feature, properties, deduction, event };
}

/** The subject as earlier uses of the same decision leave it: their rows and their counters. */
export function subjectAfter(subject: Subject, uses: readonly Use[]): Subject {
  if (uses.length === 0) return subject;
  const { changes, windows } = usageEffects(subject, uses);
  return {
    ...subject,
    grantsOf: (featureId) => replaceChanged(subject.grantsOf(featureId), changes),
    windowsOf: (featureId) =>
      replaceWindows(
        subject.windowsOf(featureId),
        windows.filter((window) => window.featureId === featureId),
      ),
  };
}

/** The grants of a feature that count for whoever asks. */
export function countingGrants(subject: Subject, feature: CatalogFeature): Grant[] {
  return visibleGrants(subject.grantsOf(feature.id), subject.entity?.id ?? null).filter((grant) =>
    isLive(grant, subject.now),
  );
}
