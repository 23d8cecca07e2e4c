import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import type { Grant } from "../../core/balances/grant";
import type { GrantChange } from "../../core/balances/ledger";
import type { EventDraft } from "../../events/event-draft";
import type { Ctx } from "../../platform/context";

/** A request of the hot path. Many wait together for one read and one write. */
export interface UsageRequest {
  readonly ctx: Ctx;
  /** External ids, as the caller knows them. */
  readonly customerId: string;
  readonly entityId: string | null;
  /** The features it concerns, found in a catalog that the read confirms or replaces. */
  readonly featuresIn: (catalog: Catalog) => readonly CatalogFeature[];
  /** Pure: sees what its predecessors in the batch left, and says what it takes. */
  readonly decide: (subject: Subject) => Decided;
}

/** Everything that one decision needs, as of one snapshot, with due work applied. */
export interface Subject {
  readonly catalog: Catalog;
  readonly features: readonly CatalogFeature[];
  readonly entity: { readonly id: string; readonly externalId: string } | null;
  /** Sorts entities in burn order: by their external id. */
  readonly entityKey: (entityId: string) => string;
  readonly now: Date;
  /** The customer's living grants of the feature, whoever of its entities owns them. */
  grantsOf(featureId: number): readonly Grant[];
}

/** What a decision yields: an answer alone, or one with effects. */
export interface Decided {
  /** The wire answer. */
  readonly answer: unknown;
  readonly changes: readonly GrantChange[];
  readonly events: readonly EventDraft[];
}
