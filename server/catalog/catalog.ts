import type { CreditItem } from "../core/balances/credit-cost";
import type { ModelRates } from "../core/balances/token-cost";
import type { FeatureType } from "../core/feature";
import type { BasePrice, PlanItem, PlanVersion } from "../core/plan";
import type { Quantity } from "../core/quantity";
import type { PlanControls, StoredControls } from "./controls";

/** A feature as compiled for decisions. `slug` is the wire's feature id. */
export interface CatalogFeature {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly type: FeatureType;
  /** Used up and reset (messages) rather than held (seats); false for boolean, true for credits. */
  readonly consumable: boolean;
  /** Event names whose tracks count against this feature. */
  readonly eventNames: readonly string[];
  /** Properties of its events whose values usage is summed by in advance. */
  readonly rollupKeys: readonly string[];
  /** Hidden from choices; existing balances keep working. */
  readonly archived: boolean;
  readonly display: FeatureDisplay | null;
  /** What its members cost; empty but for a credit system. */
  readonly creditItems: readonly CreditMember[];
  /** What is added to token prices; only an AI credit system has them. */
  readonly markups: Markups | null;
  readonly createdAt: Date;
}

/** A member of a credit system, with its name and those of its exceptions on the wire. */
export interface CreditMember extends CreditItem {
  readonly slug: string;
  readonly dimensions: readonly (CreditItem["dimensions"][number] & { readonly name: string })[];
  readonly multipliers: readonly (CreditItem["multipliers"][number] & { readonly name: string })[];
}

/** Percent on top of a token price: of the model, else of its provider, else for all. */
export interface Markups {
  readonly models: Readonly<Record<string, ModelMarkup>>;
  readonly providers: Readonly<Record<string, Quantity>>;
  readonly fallback: Quantity | null;
}

/** A markup with, for models of one's own, costs per million tokens. */
interface ModelMarkup {
  readonly markup: Quantity | null;
  readonly inputCost: Quantity | null;
  readonly outputCost: Quantity | null;
}

/** A token price from `validFrom` on; null rates go back to the list that comes with the product. */
export interface DatedRates {
  readonly validFrom: Date;
  readonly rates: ModelRates | null;
}

/** How one unit and several units of a feature are called. */
export interface FeatureDisplay {
  readonly singular: string | null;
  readonly plural: string | null;
}

/** One feature in a published plan version. */
export interface CatalogItem extends PlanItem {
  readonly feature: CatalogFeature;
  readonly entityFeature: CatalogFeature | null;
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
  /** The controls of customers that set none of their own. */
  readonly billingControls: StoredControls | null;
  /** The same in the words of the wire. */
  readonly shownControls: PlanControls;
  /** Left out of lists and refused for new attaches; those who have it keep it. */
  readonly archived: boolean;
  readonly createdAt: Date;
  /** The version that new subscriptions take. */
  readonly active: CatalogPlanVersion;
  readonly versions: readonly CatalogPlanVersion[];
}

/** The organization's choices that decisions about balances depend on (domain §31). */
interface BalanceSettings {
  /** A debt of a grant without a price is taken off its next period. */
  readonly persistFreeOverage: boolean;
  /** Grants that never reset are used before those that do, longer periods before shorter ones. */
  readonly reverseDeductionOrder: boolean;
}

/** Everything an environment sells and measures, compiled from one snapshot of its rows. */
export interface Catalog {
  readonly envId: number;
  /** `environment.catalog_version` of the same snapshot. */
  readonly version: number;
  readonly settings: BalanceSettings;
  readonly featureBySlug: ReadonlyMap<string, CatalogFeature>;
  readonly featureById: ReadonlyMap<number, CatalogFeature>;
  readonly featuresByEvent: ReadonlyMap<string, readonly CatalogFeature[]>;
  /** The credit systems that a feature is paid from, by feature id, oldest first. */
  readonly creditSystemsOf: ReadonlyMap<number, readonly CatalogFeature[]>;
  /** Token prices that the environment set itself, by `provider/model`, newest first. */
  readonly ownRates: ReadonlyMap<string, readonly DatedRates[]>;
  readonly planBySlug: ReadonlyMap<string, CatalogPlan>;
  readonly planById: ReadonlyMap<number, CatalogPlan>;
  readonly versionById: ReadonlyMap<bigint, CatalogPlanVersion>;
  /** The plan that a plan item of any version belongs to: what a grant's `plan_id` shows. */
  readonly planSlugByItem: ReadonlyMap<bigint, string>;
}
