import { z } from "zod";
import { WindfallError } from "../../core/error";
import type { Ctx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { sql } from "../../platform/sql";
import type { Catalog } from "../catalog";
import { currentCatalog } from "../load-catalog";
import { planEligibility, type StandingSubscription } from "../plan-eligibility";
import { PlanOutput } from "../plan-schema";
import { presentPlan } from "../present";

const ExternalRef = z.string().min(1).max(256);

/** All plans at their active version, oldest first. */
export const listPlans = operation(
  {
    kind: "query",
    scope: "plans:read",
    summary: "List plans",
    description:
      "With customer_id, each plan says what attaching it would be for that customer or entity. For a customer that is not known yet, plans are listed without it.",
    input: z.object({
      customer_id: ExternalRef.nullish(),
      entity_id: ExternalRef.nullish().describe("An entity of that customer."),
      include_archived: z.boolean().nullish().describe("Also plans that are archived."),
      all_versions: z.boolean().nullish().describe("Every version, newest first, for each plan."),
    }),
    output: z.object({ list: z.array(PlanOutput) }),
    publishable: true,
    errors: ["entity_not_found"],
    example: { customer_id: "customer_1" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    const standing = await findStanding(ctx, catalog, input);
    const plans = [...catalog.planById.values()].filter(
      (plan) => input.include_archived === true || !plan.archived,
    );
    const list = plans.flatMap((plan) => {
      const eligibility =
        standing === null ? {} : { customer_eligibility: planEligibility(plan, standing, ctx.now) };
      const versions = input.all_versions === true ? [...plan.versions].reverse() : [plan.active];
      return versions.map((version) => ({
        ...presentPlan(plan, version, ctx.tenant),
        ...eligibility,
      }));
    });
    return { list };
  },
);

interface StandingRow {
  plan_id: number;
  plan_version_id: bigint;
  group_key: string;
  is_main: boolean;
  status: string;
  canceled_at: Date | null;
  trial_ends_at: Date | null;
}

/** What the named customer or entity has; null without a customer. */
async function findStanding(
  ctx: Ctx,
  catalog: Catalog,
  input: { customer_id?: string | null | undefined; entity_id?: string | null | undefined },
): Promise<StandingSubscription[] | null> {
  const entityRef = input.entity_id ?? null;
  const who = await findHolder(ctx, input.customer_id ?? null, entityRef);
  if (entityRef !== null && who?.entity_id == null) {
    throw new WindfallError("not_found", "entity_not_found", `Entity '${entityRef}' not found.`);
  }
  if (who === null) return null;
  const rows = await ctx.db.query<StandingRow>(sql`
    SELECT plan_id, plan_version_id, group_key, is_main, status, canceled_at, trial_ends_at
    FROM subscription
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ${who.customer_id}::uuid
      AND entity_id IS NOT DISTINCT FROM ${who.entity_id}::uuid AND status <> 'ended'`);
  return rows.map((row) => ({
    planId: row.plan_id,
    version: catalog.versionById.get(row.plan_version_id) ?? null,
    groupKey: row.group_key,
    isMain: row.is_main,
    isScheduled: row.status === "scheduled",
    canceledAt: row.canceled_at,
    trialEndsAt: row.trial_ends_at,
  }));
}

async function findHolder(
  ctx: Ctx,
  customerRef: string | null,
  entityRef: string | null,
): Promise<{ customer_id: string; entity_id: string | null } | null> {
  if (customerRef === null) return null;
  const [row] = await ctx.db.query<{ customer_id: string; entity_id: string | null }>(sql`
    SELECT c.id AS customer_id, e.id AS entity_id
    FROM customer c
    LEFT JOIN entity e ON e.customer_id = c.id AND e.external_id = ${entityRef}
      AND e.deleted_at IS NULL
    WHERE c.env_id = ${ctx.tenant.envId} AND c.external_id = ${customerRef}
      AND c.deleted_at IS NULL`);
  return row ?? null;
}
