import type { SubscriptionDraft } from "../core/billing-change";
import { WindfallError } from "../core/error";
import type { ReadCtx, TxCtx } from "../platform/context";
import { sql } from "../platform/sql";

/** A living subscription with the names that the wire shows. */
export interface SubscriptionRow {
  readonly id: string;
  readonly customerId: string;
  readonly entityId: string | null;
  readonly entityExternalId: string | null;
  readonly planId: number;
  readonly planSlug: string;
  readonly planVersion: number;
  readonly autoEnable: boolean;
  readonly groupKey: string;
  /** False for add-ons. */
  readonly isMain: boolean;
  readonly status: "active" | "past_due" | "scheduled";
  readonly pastDue: boolean;
  readonly quantity: number;
  readonly startedAt: Date;
  readonly endsAt: Date | null;
  readonly canceledAt: Date | null;
  readonly trialEndsAt: Date | null;
  readonly anchorAt: Date;
  readonly periodStart: Date | null;
  readonly periodEnd: Date | null;
  readonly externalRef: string | null;
}

/** The living subscriptions of customers and their entities, oldest first, by customer. */
export async function listSubscriptions(
  ctx: ReadCtx,
  customerIds: readonly string[],
): Promise<Map<string, SubscriptionRow[]>> {
  const rows = await ctx.db.query<SubscriptionRow>(sql`
    SELECT s.id, s.customer_id AS "customerId", s.entity_id AS "entityId",
      e.external_id AS "entityExternalId", s.plan_id AS "planId", p.slug AS "planSlug",
      v.version AS "planVersion", p.auto_enable AS "autoEnable", s.group_key AS "groupKey",
      s.is_main AS "isMain", s.status, s.past_due AS "pastDue", s.quantity,
      s.started_at AS "startedAt", s.ends_at AS "endsAt", s.canceled_at AS "canceledAt",
      s.trial_ends_at AS "trialEndsAt", s.anchor_at AS "anchorAt",
      s.period_start AS "periodStart", s.period_end AS "periodEnd",
      s.external_ref AS "externalRef"
    FROM subscription s
      JOIN plan p ON p.env_id = s.env_id AND p.id = s.plan_id
      JOIN plan_version v ON v.env_id = s.env_id AND v.id = s.plan_version_id
      LEFT JOIN entity e ON e.customer_id = s.customer_id AND e.id = s.entity_id
    WHERE s.env_id = ${ctx.tenant.envId} AND s.customer_id = ANY(${customerIds}::uuid[])
      AND s.status IN ('active', 'past_due', 'scheduled')
    ORDER BY s.customer_id, s.created_at, s.id`);
  const byCustomer = new Map<string, SubscriptionRow[]>(customerIds.map((id) => [id, []]));
  for (const row of rows) byCustomer.get(row.customerId)?.push(row);
  return byCustomer;
}

/** Stores a subscription that starts; `externalRef` is the caller's own id for it. */
export async function insertSubscription(
  ctx: TxCtx,
  customerId: string,
  draft: SubscriptionDraft,
  externalRef: string | null,
): Promise<void> {
  // The lock keeps an edit of the catalog from replacing the version while somebody takes it.
  const inserted = await ctx.db.query(sql`
    INSERT INTO subscription (customer_id, id, env_id, plan_id, plan_version_id, entity_id,
      group_key, is_main, status, started_at, anchor_at, external_ref, created_at)
    SELECT ${customerId}::uuid, ${draft.id}::uuid, v.env_id, v.plan_id, v.id,
      ${draft.entityId}::uuid, ${draft.groupKey}, ${draft.isMain}, ${draft.status},
      ${draft.startedAt}, ${draft.anchorAt}, ${externalRef}, ${draft.startedAt}
    FROM plan_version v
    WHERE v.env_id = ${ctx.tenant.envId} AND v.id = ${draft.planVersionId}
    FOR KEY SHARE
    RETURNING id`);
  if (inserted.length > 0) return;
  throw new WindfallError(
    "conflict",
    "plan_changed",
    "The plan was changed at this very moment. Send the request again.",
  );
}

/** Ends subscriptions at an instant; one that has ended already keeps its own. */
export async function endSubscriptions(
  ctx: TxCtx,
  customerId: string,
  ended: { readonly ids: readonly string[]; readonly at: Date },
): Promise<void> {
  if (ended.ids.length === 0) return;
  await ctx.db.query(sql`
    UPDATE subscription SET status = 'ended', ends_at = ${ended.at}
    WHERE env_id = ${ctx.tenant.envId} AND customer_id = ${customerId}::uuid
      AND id = ANY(${ended.ids}::uuid[]) AND status <> 'ended'`);
}
