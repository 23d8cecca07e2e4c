import type { z } from "zod";
import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { DEFAULT_CURRENCY } from "../../catalog/default-currency";
import type { StandingSubscription } from "../../catalog/plan-eligibility";
import { plansThatUnblock } from "../../core/unblock";
import type { Ctx } from "../../platform/context";
import { sql } from "../../platform/sql";
import { presentProduct } from "./present-preview";
import type { PreviewObject } from "./preview-schema";

type Preview = z.input<typeof PreviewObject>;

/** A refused check, as far as its answer tells. */
export interface Refusal {
  readonly feature: CatalogFeature;
  /** Why, in a sentence. */
  readonly denial: string;
  /** Null when the customer has no balance that could answer. */
  readonly balance: { readonly next_reset_at: number | null } | null;
}

/**
 * The plans that a customer, or one of its entities, has or is about to have: what a suggestion
 * must know beyond what a check reads. Ids are the caller's own; nobody unknown has any.
 */
export async function loadStanding(
  ctx: Ctx,
  who: { readonly customerId: string; readonly entityId: string | null },
): Promise<readonly StandingRow[]> {
  return ctx.db.query<StandingRow>(sql`
    SELECT s.plan_id, s.plan_version_id, s.group_key, s.is_main, s.status, s.canceled_at,
      s.trial_ends_at
    FROM customer c JOIN subscription s ON s.env_id = c.env_id AND s.customer_id = c.id
    LEFT JOIN entity e ON e.customer_id = s.customer_id AND e.id = s.entity_id
    WHERE c.env_id = ${ctx.tenant.envId} AND c.external_id = ${who.customerId}
      AND c.deleted_at IS NULL AND s.status <> 'ended'
      AND (s.entity_id IS NULL OR e.external_id = ${who.entityId})`);
}

/** A subscription that has not ended. */
export interface StandingRow {
  readonly plan_id: number;
  readonly plan_version_id: bigint;
  readonly group_key: string;
  readonly is_main: boolean;
  readonly status: string;
  readonly canceled_at: Date | null;
  readonly trial_ends_at: Date | null;
}

/** Says what a refused customer could do: which plans give more of the feature (domain §17). */
export function previewUnlock(
  ctx: Ctx,
  catalog: Catalog,
  refusal: Refusal,
  rows: readonly StandingRow[],
): Preview {
  const { feature, balance } = refusal;
  const standing = rows.map((row) => standingOf(catalog, row));
  const offers = plansThatUnblock({
    offers: [...catalog.planById.values()].filter((plan) => !plan.archived).map((p) => p.active),
    held: standing.flatMap(({ version }) => (version === null ? [] : [version])),
    featureIds: new Set(
      [feature, ...(catalog.creditSystemsOf.get(feature.id) ?? [])].map(({ id }) => id),
    ),
    currency: DEFAULT_CURRENCY,
  });
  const plans = offers.flatMap(({ planId }) => catalog.planById.get(planId) ?? []);
  const names = plans.map(({ name }) => name);
  return {
    scenario: balance === null ? "feature_flag" : "usage_limit",
    title: balance === null ? `${feature.name} is not included` : `Not enough ${feature.name} left`,
    message: [refusal.denial, ...remedyOf(refusal, names)].join(" "),
    feature_id: feature.slug,
    feature_name: feature.name,
    recommended_plan: plans[0]?.slug ?? null,
    products: plans.map((plan) =>
      presentProduct(plan, { standing, tenant: ctx.tenant, now: ctx.now }),
    ),
  };
}

function standingOf(catalog: Catalog, row: StandingRow): StandingSubscription {
  return {
    planId: row.plan_id,
    version: catalog.versionById.get(row.plan_version_id) ?? null,
    groupKey: row.group_key,
    isMain: row.is_main,
    isScheduled: row.status === "scheduled",
    canceledAt: row.canceled_at,
    trialEndsAt: row.trial_ends_at,
  };
}

/** What would lift the refusal: time, or a plan. */
function remedyOf({ feature, balance }: Refusal, plans: readonly string[]): string[] {
  const renewal = balance?.next_reset_at ?? null;
  const last = plans.at(-1);
  const list =
    plans.length < 2 ? (last ?? "") : `${plans.slice(0, -1).join(", ")} or ${last ?? ""}`;
  return [
    ...(renewal === null ? [] : [`The balance renews on ${dayOf(renewal)}.`]),
    last === undefined
      ? `No other plan gives more ${feature.name}.`
      : `${list} ${balance === null ? "includes it" : "gives more"}.`,
  ];
}

function dayOf(instant: number): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(instant);
}
