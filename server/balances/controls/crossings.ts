import type { CatalogFeature } from "../../catalog/catalog";
import { usageOf } from "../../core/balances/balance";
import {
  filterKey,
  type PropertyFilter,
  tighter,
  type UsageAlert,
  type UsageLimit,
  type UsageWindow,
} from "../../core/balances/controls";
import type { Limiting } from "../../core/balances/deduction";
import { remainingOf } from "../../core/balances/entitlement";
import { type Grant, grantedOf, visibleGrants } from "../../core/balances/grant";
import type { GrantChange } from "../../core/balances/ledger";
import { leavesSome, stoppedBy } from "../../core/balances/limit-reached";
import {
  type AlertFigures,
  alertKey,
  crossesThreshold,
  isRepeat,
} from "../../core/balances/usage-alert";
import { replaceWindows, usedOf } from "../../core/balances/usage-limit";
import { larger, type Quantity, sum, toWire, zero } from "../../core/quantity";
import type { OutboxDraft } from "../../platform/outbox";
import type { AlertPlace } from "../hot/subject";
import { replaceChanged } from "../usage-rules";
import { type ControlledSubject, limitView, liveGrants } from "./limit-view";

/** What a decision moved of one feature: the figures before are the subject's. */
export interface Crossing {
  readonly feature: CatalogFeature;
  /** Of any feature. */
  readonly changes: readonly GrantChange[];
  /** Whether a grant of this feature is among them. */
  readonly balanceChanged: boolean;
  /** Counters that moved, of any feature, as they stand afterwards. */
  readonly windows: readonly UsageWindow[];
  /** Whether the filter lets something of what happened count. */
  readonly concerns: (filter: PropertyFilter | null) => boolean;
}

/**
 * Limits that were reached and alerts that fired (domain §§22, 28): each crossing is told of once,
 * since the customer's gate puts before and after of all decisions in one row.
 */
export function noticesOf(
  subject: ControlledSubject,
  crossings: readonly Crossing[],
): { outbox: OutboxDraft[]; alerts: AlertPlace[] } {
  const outbox: OutboxDraft[] = [];
  const alerts: AlertPlace[] = [];
  for (const crossing of crossings) {
    const reached = limitReached(subject, crossing);
    if (reached !== null) outbox.push(reached);
    for (const alert of subject.controlsOf(crossing.feature).usageAlerts) {
      const place = {
        scopeId: alert.scopeId,
        featureId: crossing.feature.id,
        key: alertKey(alert),
      };
      if (!alertCrossed(subject, crossing, alert)) continue;
      if (isRepeat(subject.alertFiredAt(place), subject.now)) continue;
      alerts.push(place);
      outbox.push(alertDraft(subject, crossing.feature, alert));
    }
  }
  return { outbox, alerts };
}

/** The customer before the decision, or after it. */
interface Side {
  /** All living grants of a feature. */
  readonly grantsOf: (featureId: number) => readonly Grant[];
  readonly windowsOf: (featureId: number) => readonly UsageWindow[];
}

function sideBefore(subject: ControlledSubject): Side {
  return {
    grantsOf: (featureId) => liveGrants(subject, featureId),
    windowsOf: (featureId) => subject.windowsOf(featureId),
  };
}

function sideAfter(subject: ControlledSubject, { changes, windows }: Crossing): Side {
  return {
    grantsOf: (featureId) => replaceChanged(liveGrants(subject, featureId), changes),
    windowsOf: (featureId) =>
      replaceWindows(
        subject.windowsOf(featureId),
        windows.filter((window) => window.featureId === featureId),
      ),
  };
}

/** The event of a limit that this crossing reached; an entity's use tells of the entity alone. */
function limitReached(subject: ControlledSubject, crossing: Crossing): OutboxDraft | null {
  const { feature } = crossing;
  if (countingLimits(subject, crossing, feature).length === 0) {
    if (!crossing.balanceChanged) return null;
    // Nearly always a grant that was used has something left, and nothing needs to be compared.
    const isLeft = ({ grant }: GrantChange) => grant.featureId === feature.id && leavesSome(grant);
    if (crossing.changes.some(isLeft)) return null;
  }
  const after = sideAfter(subject, crossing);
  const stop = stopOf(subject, crossing, after);
  if (stop === null || stopOf(subject, crossing, sideBefore(subject)) !== null) return null;
  const filter = stop === "usage_limit" ? exhaustedFilter(subject, crossing, after) : null;
  return {
    type: "balances.limit_reached",
    customerId: subject.customerId,
    payload: {
      ...namesOf(subject, subject.entity !== null),
      feature_id: feature.slug,
      limit_type: stop,
      ...(filter === null ? {} : { filter: { properties: filter } }),
    },
  };
}

/** What stops whoever asks on one side; what credits still pay for is not stopped. */
function stopOf(subject: ControlledSubject, crossing: Crossing, side: Side): Limiting | null {
  const stop = stopOfOne(subject, crossing, { feature: crossing.feature, side });
  if (stop === null || stop === "usage_limit") return stop;
  const systems = subject.catalog.creditSystemsOf.get(crossing.feature.id) ?? [];
  const payable = systems.some(
    (feature) => stopOfOne(subject, crossing, { feature, side }) === null,
  );
  return payable ? null : stop;
}

function stopOfOne(
  subject: ControlledSubject,
  crossing: Crossing,
  { feature, side }: { feature: CatalogFeature; side: Side },
): Limiting | null {
  return stoppedBy({
    featureId: feature.id,
    grants: side.grantsOf(feature.id),
    entityId: subject.entity?.id ?? null,
    controls: subject.controlsOf(feature),
    headroom: tightestOf(
      countingLimits(subject, crossing, feature).map((limit) =>
        roomOf(subject, { feature, limit, side }),
      ),
    ),
  });
}

/** The usage limits of a feature that count what happened. */
function countingLimits(
  subject: ControlledSubject,
  crossing: Crossing,
  feature: CatalogFeature,
): UsageLimit[] {
  const { usageLimits } = subject.controlsOf(feature);
  return usageLimits.filter((limit) => crossing.concerns(limit.filter));
}

/** What a usage limit leaves on one side. */
function roomOf(
  subject: ControlledSubject,
  { feature, limit, side }: { feature: CatalogFeature; limit: UsageLimit; side: Side },
): Quantity {
  const view = { ...limitView(subject, feature), windows: side.windowsOf(feature.id) };
  return larger(zero, limit.limit.minus(usedOf(limit, view)));
}

function tightestOf(rooms: readonly Quantity[]): Quantity | null {
  return rooms.reduce<Quantity | null>(tighter, null);
}

/** The filter of the usage limit that stops, so that the event says which one it was. */
function exhaustedFilter(
  subject: ControlledSubject,
  crossing: Crossing,
  side: Side,
): PropertyFilter | null {
  const { feature } = crossing;
  const ranked = countingLimits(subject, crossing, feature)
    .map((limit) => ({ limit, room: roomOf(subject, { feature, limit, side }) }))
    .sort((a, b) => a.room.comparedTo(b.room));
  return ranked[0]?.limit.filter ?? null;
}

function alertCrossed(subject: ControlledSubject, crossing: Crossing, alert: UsageAlert): boolean {
  if (!crossing.concerns(alert.filter)) return false;
  if (alert.basis === "balance" && !crossing.balanceChanged) return false;
  const before = figuresOf(subject, crossing.feature, { alert, side: sideBefore(subject) });
  const after = figuresOf(subject, crossing.feature, {
    alert,
    side: sideAfter(subject, crossing),
  });
  return before !== null && after !== null && crossesThreshold(alert, before, after);
}

/** What an alert watches on one side; null when it watches a usage limit that does not exist. */
function figuresOf(
  subject: ControlledSubject,
  feature: CatalogFeature,
  { alert, side }: { alert: UsageAlert; side: Side },
): AlertFigures | null {
  if (alert.basis === "balance") {
    const entityId = alert.scopeId === subject.entity?.id ? alert.scopeId : null;
    return balanceFigures(visibleGrants(side.grantsOf(feature.id), entityId));
  }
  const limit = subject
    .controlsOf(feature)
    .usageLimits.find((one) => filterKey(one.filter) === filterKey(alert.filter));
  if (limit === undefined) return null;
  const remaining = roomOf(subject, { feature, limit, side });
  const view = { ...limitView(subject, feature), windows: side.windowsOf(feature.id) };
  return { granted: limit.limit, usage: usedOf(limit, view), remaining, unlimited: false };
}

function balanceFigures(grants: readonly Grant[]): AlertFigures {
  return {
    granted: sum(grants.map(grantedOf)),
    usage: sum(grants.map(usageOf)),
    remaining: remainingOf(grants),
    unlimited: grants.some((grant) => grant.unlimited),
  };
}

function alertDraft(
  subject: ControlledSubject,
  feature: CatalogFeature,
  alert: UsageAlert,
): OutboxDraft {
  return {
    type: "balances.usage_alert_triggered",
    customerId: subject.customerId,
    payload: {
      ...namesOf(subject, alert.scopeId === subject.entity?.id),
      feature_id: feature.slug,
      usage_alert: {
        ...(alert.name === null ? {} : { name: alert.name }),
        threshold: toWire(alert.threshold),
        threshold_type: alert.thresholdType,
      },
    },
  };
}

/** Whom an event is about, by the ids that its receiver knows. */
function namesOf(subject: ControlledSubject, ofEntity: boolean) {
  return {
    customer_id: subject.customerExternalId,
    ...(ofEntity && subject.entity !== null ? { entity_id: subject.entity.externalId } : {}),
  };
}
