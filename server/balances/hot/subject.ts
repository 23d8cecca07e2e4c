import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import type { FeatureControls, UsageWindow } from "../../core/balances/controls";
import type { Grant } from "../../core/balances/grant";
import type { GrantChange } from "../../core/balances/ledger";
import type { Lock } from "../../core/balances/lock";
import type { EventDraft } from "../../events/event-draft";
import type { Ctx } from "../../platform/context";
import type { OutboxDraft } from "../../platform/outbox";

/** A request of the hot path. Many wait together for one read and one write. */
export interface UsageRequest {
  readonly ctx: Ctx;
  /** External ids, as the caller knows them. */
  readonly customerId: string;
  readonly entityId: string | null;
  /** The lock that it is about, by the caller's own name. */
  readonly lockKey?: string;
  /** It brings locks that fell due up to date, so it is decided although some still are. */
  readonly closesDueLocks?: true;
  /**
   * The features it concerns, found in a catalog that the read confirms or replaces. Grants of the
   * credit systems that contain them are read too.
   */
  readonly featuresIn: (catalog: Catalog) => readonly CatalogFeature[];
  /** Pure: sees what its predecessors in the batch left, and says what it takes. */
  readonly decide: (subject: Subject) => Decided;
}

/** Everything that one decision needs, as of one snapshot, with due work applied. */
export interface Subject {
  readonly catalog: Catalog;
  readonly features: readonly CatalogFeature[];
  /** The customer's row id. */
  readonly customerId: string;
  /** The id by which the caller knows the customer. */
  readonly customerExternalId: string;
  readonly entity: { readonly id: string; readonly externalId: string } | null;
  /** Sorts entities in burn order: by their external id. */
  readonly entityKey: (entityId: string) => string;
  readonly now: Date;
  /** The held lock of `lockKey` in this environment, if it is this customer's; else null. */
  readonly lock: Lock | null;
  /** Whether anybody in this environment holds a lock by the name `lockKey`. */
  readonly lockKeyTaken: boolean;
  /** The customer's living grants of the feature, whoever of its entities owns them. */
  grantsOf(featureId: number): readonly Grant[];
  /** What limits the feature for whoever asks. */
  controlsOf(feature: CatalogFeature): FeatureControls;
  /** The counters of the customer's usage limits of the feature, of all its scopes. */
  windowsOf(featureId: number): readonly UsageWindow[];
  /** When this alert fired last for this scope, or null. */
  alertFiredAt(alert: AlertPlace): Date | null;
  /** Until when no automatic top-up of the feature is asked for; null is free to ask. */
  topupSuppressedUntil(featureId: number): Date | null;
}

/** Which alert of whose balance. */
export interface AlertPlace {
  /** The customer's row id or the entity's. */
  readonly scopeId: string;
  readonly featureId: number;
  /** Kind and threshold. */
  readonly key: string;
}

/** What a decision yields: an answer alone, or one with effects. */
export interface Decided {
  /** The wire answer. */
  readonly answer: unknown;
  readonly changes: readonly GrantChange[];
  readonly events: readonly EventDraft[];
  /** Locks as they stand afterwards: made, or closed. */
  readonly locks?: readonly Lock[];
  /** Counters as they stand afterwards. */
  readonly windows?: readonly UsageWindow[];
  readonly outbox?: readonly OutboxDraft[];
  /** Alerts that fired. */
  readonly alerts?: readonly AlertPlace[];
  /** Automatic top-ups that are asked for now. */
  readonly topups?: readonly { readonly featureId: number; readonly suppressedUntil: Date }[];
}
