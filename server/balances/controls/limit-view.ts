import type { CatalogFeature } from "../../catalog/catalog";
import { type Grant, isLive } from "../../core/balances/grant";
import { cycleAnchorOf, type LimitView } from "../../core/balances/usage-limit";
import type { Subject } from "../hot/subject";

/** The part of a subject that limits and alerts are decided on. */
export type ControlledSubject = Pick<
  Subject,
  | "catalog"
  | "customerId"
  | "customerExternalId"
  | "entity"
  | "now"
  | "grantsOf"
  | "controlsOf"
  | "windowsOf"
  | "alertFiredAt"
>;

/**
 * The rhythm and the counters of a feature's limits. Its cycle is that of its own grants, else of
 * the credit systems that pay for it.
 */
export function limitView(
  subject: Pick<ControlledSubject, "catalog" | "entity" | "now" | "grantsOf" | "windowsOf">,
  feature: Pick<CatalogFeature, "id">,
): LimitView {
  const { catalog, entity, now } = subject;
  return {
    featureId: feature.id,
    windows: subject.windowsOf(feature.id),
    now,
    cycleAnchor: (scopeId) => {
      const entityId = scopeId === entity?.id ? scopeId : null;
      for (const { id } of [feature, ...(catalog.creditSystemsOf.get(feature.id) ?? [])]) {
        const anchor = cycleAnchorOf(liveGrants(subject, id), entityId);
        if (anchor !== null) return anchor;
      }
      return null;
    },
  };
}

/** The customer's grants of a feature that count now, whoever of its entities owns them. */
export function liveGrants(subject: Pick<Subject, "grantsOf" | "now">, featureId: number): Grant[] {
  return subject.grantsOf(featureId).filter((grant) => isLive(grant, subject.now));
}
