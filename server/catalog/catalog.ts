import type { BasePrice, PlanItem, PlanVersion } from "../core/plan";

/** A feature as compiled for decisions. `slug` is the wire's feature id. */
export interface CatalogFeature {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly type: "boolean" | "metered";
  /** Used up and reset (messages) rather than held (seats); always false for a boolean feature. */
  readonly consumable: boolean;
  /** Event names whose tracks count against this feature. */
  readonly eventNames: readonly string[];
  /** Hidden from choices; existing balances keep working. */
  readonly archived: boolean;
  readonly display: FeatureDisplay | null;
  readonly createdAt: Date;
}

/** How one unit and several units of a feature are called. */
export interface FeatureDisplay {
  readonly singular: string | null;
  readonly plural: string | null;
}

/** One feature in a published plan version. */
export interface CatalogItem extends PlanItem {
  readonly feature: CatalogFeature;
  /** For usage billed by the unit: at the period's end, or at once with every change. */
  readonly billingBehavior: "arrear" | "prorated" | null;
}

/** What a version sells, before it has row ids; never changes once it is published. */
export interface PlanContent {
  readonly price: BasePrice | null;
  readonly items: readonly ContentItem[];
}

export type ContentItem = Omit<CatalogItem, "id">;

/** An immutable published version of a plan, with the plan's editable names beside it. */
export interface CatalogPlanVersion extends PlanVersion {
  readonly items: readonly CatalogItem[];
  readonly publishedAt: Date;
  /** SHA-256 of the content: equal hashes sell the same. */
  readonly contentHash: string;
}

/** A plan and its version history, oldest version first. */
export interface CatalogPlan {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly groupKey: string;
  readonly isAddOn: boolean;
  readonly autoEnable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Left out of lists and refused for new attaches; those who have it keep it. */
  readonly archived: boolean;
  readonly createdAt: Date;
  /** The version that new subscriptions take. */
  readonly active: CatalogPlanVersion;
  readonly versions: readonly CatalogPlanVersion[];
}

/** Everything an environment sells and measures, compiled from one snapshot of its rows. */
export interface Catalog {
  readonly envId: number;
  /** `environment.catalog_version` of the same snapshot. */
  readonly version: number;
  readonly featureBySlug: ReadonlyMap<string, CatalogFeature>;
  readonly featureById: ReadonlyMap<number, CatalogFeature>;
  readonly featuresByEvent: ReadonlyMap<string, readonly CatalogFeature[]>;
  readonly planBySlug: ReadonlyMap<string, CatalogPlan>;
  readonly planById: ReadonlyMap<number, CatalogPlan>;
  readonly versionById: ReadonlyMap<bigint, CatalogPlanVersion>;
  /** The plan that a plan item of any version belongs to: what a grant's `plan_id` shows. */
  readonly planSlugByItem: ReadonlyMap<bigint, string>;
}
