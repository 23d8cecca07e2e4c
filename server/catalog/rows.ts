import type { ModelRates } from "../core/balances/token-cost";
import { invariant } from "../core/invariant";
import type { ItemPrice } from "../core/plan";
import type { TxCtx } from "../platform/context";
import { sql } from "../platform/sql";
import type { CatalogFeature, FeatureDisplay, PlanContent } from "./catalog";
import { contentHash } from "./content/content-hash";
import type { StoredControls } from "./controls";
import { storedMarkups, storedMember } from "./credits/stored";

/** The editable columns of a feature. */
export type FeatureFields = Pick<
  CatalogFeature,
  "slug" | "name" | "type" | "consumable" | "eventNames" | "rollupKeys" | "creditItems" | "markups"
> & { readonly display: FeatureDisplay | null };

export async function insertFeature(ctx: TxCtx, feature: FeatureFields): Promise<void> {
  await ctx.db.query(sql`
    INSERT INTO feature (env_id, slug, name, type, consumable, display, event_names, credit_schema, markups,
                         rollup_keys, created_at)
    VALUES (${ctx.tenant.envId}, ${feature.slug}, ${feature.name}, ${feature.type},
            ${feature.consumable}, ${jsonOrNull(feature.display)}::jsonb,
            ${[...feature.eventNames]}::text[], ${storedSchema(feature)}::jsonb,
            ${storedOrNull(feature.markups)}::jsonb, ${[...feature.rollupKeys]}::text[], ${ctx.now})`);
}

export async function updateFeatureRow(
  ctx: TxCtx,
  id: number,
  feature: FeatureFields & { readonly archived: boolean },
): Promise<void> {
  const archivedAt = feature.archived ? ctx.now : null;
  await ctx.db.query(sql`
    UPDATE feature SET slug = ${feature.slug}, name = ${feature.name}, type = ${feature.type},
      consumable = ${feature.consumable}, display = ${jsonOrNull(feature.display)}::jsonb,
      event_names = ${[...feature.eventNames]}::text[],
      rollup_keys = ${[...feature.rollupKeys]}::text[],
      credit_schema = ${storedSchema(feature)}::jsonb,
      markups = ${storedOrNull(feature.markups)}::jsonb,
      archived_at = CASE WHEN ${feature.archived} THEN coalesce(archived_at, ${archivedAt}) END
    WHERE env_id = ${ctx.tenant.envId} AND id = ${id}`);
}

function storedSchema({ creditItems }: FeatureFields): string | null {
  return creditItems.length === 0 ? null : JSON.stringify(creditItems.map(storedMember));
}

function storedOrNull(markups: FeatureFields["markups"]): string | null {
  return markups === null ? null : JSON.stringify(storedMarkups(markups));
}

export async function deleteFeatureRow(ctx: TxCtx, id: number): Promise<void> {
  await ctx.db.query(sql`
    DELETE FROM feature WHERE env_id = ${ctx.tenant.envId} AND id = ${id}`);
}

/** Notes what a model costs from now on; null rates go back to the bundled ones. */
export async function insertModelRate(
  ctx: TxCtx,
  price: { readonly model: string; readonly rates: ModelRates | null },
): Promise<void> {
  await ctx.db.query(sql`
    INSERT INTO ai_model_rate (env_id, model, valid_from, rates, created_by, created_at)
    VALUES (${ctx.tenant.envId}, ${price.model}, ${ctx.now}, ${jsonOrNull(price.rates)}::jsonb,
            ${`${ctx.actor.kind}:${ctx.actor.id}`}, ${ctx.now})`);
}

/** The editable columns of a plan, apart from its content. */
export interface PlanFields {
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly groupKey: string;
  readonly isAddOn: boolean;
  readonly autoEnable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly billingControls: StoredControls | null;
  readonly archived: boolean;
}

/** Stores a plan without versions; `activeVersion` must exist when the transaction ends. */
export async function insertPlan(
  ctx: TxCtx,
  plan: PlanFields,
  activeVersion: number,
): Promise<number> {
  const rows = await ctx.db.query<{ id: number }>(sql`
    INSERT INTO plan (env_id, slug, name, description, group_key, is_add_on, auto_enable, metadata,
                      billing_controls, active_version, archived_at, created_at)
    VALUES (${ctx.tenant.envId}, ${plan.slug}, ${plan.name}, ${plan.description}, ${plan.groupKey},
            ${plan.isAddOn}, ${plan.autoEnable}, ${JSON.stringify(plan.metadata)}::jsonb,
            ${jsonOrNull(plan.billingControls)}::jsonb, ${activeVersion}, ${plan.archived ? ctx.now : null}, ${ctx.now})
    RETURNING id`);
  return one(rows).id;
}

export async function updatePlanRow(
  ctx: TxCtx,
  id: number,
  plan: PlanFields & { readonly activeVersion: number },
): Promise<void> {
  const archivedAt = plan.archived ? ctx.now : null;
  await ctx.db.query(sql`
    UPDATE plan SET slug = ${plan.slug}, name = ${plan.name}, description = ${plan.description},
      group_key = ${plan.groupKey}, is_add_on = ${plan.isAddOn}, auto_enable = ${plan.autoEnable},
      metadata = ${JSON.stringify(plan.metadata)}::jsonb,
      billing_controls = ${jsonOrNull(plan.billingControls)}::jsonb, active_version = ${plan.activeVersion},
      archived_at = CASE WHEN ${plan.archived} THEN coalesce(archived_at, ${archivedAt}) END
    WHERE env_id = ${ctx.tenant.envId} AND id = ${id}`);
}

/** Makes `version` the one that new subscriptions take. */
export async function activateVersion(ctx: TxCtx, planId: number, version: number): Promise<void> {
  await ctx.db.query(sql`
    UPDATE plan SET active_version = ${version}
    WHERE env_id = ${ctx.tenant.envId} AND id = ${planId}`);
}

/** Removes a plan that has no versions left, with its draft. */
export async function deletePlanRow(ctx: TxCtx, id: number): Promise<void> {
  const { envId } = ctx.tenant;
  await ctx.db.query(sql`DELETE FROM plan_draft WHERE env_id = ${envId} AND plan_id = ${id}`);
  await ctx.db.query(sql`DELETE FROM plan WHERE env_id = ${envId} AND id = ${id}`);
}

/**
 * Stores a version with its items and prices, then publishes it: from then on the database refuses
 * to change it.
 */
export async function insertVersion(
  ctx: TxCtx,
  version: { readonly planId: number; readonly version: number; readonly content: PlanContent },
): Promise<bigint> {
  const { envId } = ctx.tenant;
  const { content } = version;
  const rows = await ctx.db.query<{ id: bigint }>(sql`
    INSERT INTO plan_version (env_id, plan_id, version, content_hash, created_at)
    VALUES (${envId}, ${version.planId}, ${version.version}, ${contentHash(content)}, ${ctx.now})
    RETURNING id`);
  const { id } = one(rows);
  const itemIds = await insertItems(ctx, id, content);
  await insertPrices(ctx, id, content, itemIds);
  await ctx.db.query(sql`
    UPDATE plan_version SET published_at = ${ctx.now} WHERE env_id = ${envId} AND id = ${id}`);
  return id;
}

/** Inserts the items and gives their row ids in the items' order. */
async function insertItems(ctx: TxCtx, versionId: bigint, content: PlanContent): Promise<bigint[]> {
  const rows = content.items.map((item, n) => ({
    n: n + 1,
    feature_id: item.feature.id,
    included: item.included,
    unlimited: item.unlimited,
    reset_unit: item.reset?.unit ?? null,
    reset_count: item.reset?.count ?? null,
    billing_behavior: item.billingBehavior,
    entity_feature_id: item.entityFeature?.id ?? null,
    pooled: item.pooled,
    rollover: item.rollover,
    reset_on_switch: item.resetOnSwitch,
  }));
  const stored = await ctx.db.query<{ id: bigint; n: number }>(sql`
    INSERT INTO plan_item (env_id, plan_version_id, n, feature_id, included, unlimited,
                           reset_unit, reset_count, billing_behavior, entity_feature_id, pooled,
                           rollover, reset_on_switch)
    SELECT ${ctx.tenant.envId}, ${versionId}, x.n, x.feature_id, x.included, x.unlimited,
           x.reset_unit, x.reset_count, x.billing_behavior, x.entity_feature_id, x.pooled,
           x.rollover, x.reset_on_switch
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x(n int, feature_id int,
      included numeric, unlimited boolean, reset_unit text, reset_count int, billing_behavior text,
      entity_feature_id int, pooled boolean, rollover jsonb, reset_on_switch boolean)
    RETURNING id, n`);
  return stored.sort((a, b) => a.n - b.n).map((row) => row.id);
}

async function insertPrices(
  ctx: TxCtx,
  versionId: bigint,
  content: PlanContent,
  itemIds: readonly bigint[],
): Promise<void> {
  const { price, items } = content;
  if (price !== null) {
    await insertPrice(ctx, versionId, null, {
      interval: price.interval,
      intervalCount: price.intervalCount,
      method: "base",
      tiers: [{ to: null, amounts: price.amounts.map((one) => ({ ...one, flatAmount: null })) }],
    });
  }
  for (const [n, item] of items.entries()) {
    if (item.price !== null) await insertPrice(ctx, versionId, itemIds[n] ?? null, item.price);
  }
}

/** A base price has the columns of an item's price at their defaults. */
type StoredPrice = Pick<ItemPrice, "interval" | "intervalCount" | "tiers"> &
  Partial<Omit<ItemPrice, "method">> & { readonly method: ItemPrice["method"] | "base" };

async function insertPrice(
  ctx: TxCtx,
  versionId: bigint,
  itemId: bigint | null,
  price: StoredPrice,
): Promise<void> {
  const { envId } = ctx.tenant;
  const rows = await ctx.db.query<{ id: bigint }>(sql`
    INSERT INTO price (env_id, plan_version_id, plan_item_id, interval, interval_count,
                       billing_units, method, tier_behavior, max_purchase, on_increase, on_decrease)
    VALUES (${envId}, ${versionId}, ${itemId}, ${price.interval}, ${price.intervalCount},
            ${(price.billingUnits ?? 1).toString()}::numeric, ${price.method},
            ${price.tierBehavior ?? "graduated"}, ${price.maxPurchase?.toString() ?? null}::numeric,
            ${price.onIncrease ?? "prorate_immediately"},
            ${price.onDecrease ?? "prorate_immediately"})
    RETURNING id`);
  const amounts = price.tiers.flatMap((tier, n) =>
    tier.amounts.map((step) => ({
      tier_no: n + 1,
      currency: step.currency,
      to_units: tier.to,
      amount: step.amount,
      flat: step.flatAmount,
    })),
  );
  await ctx.db.query(sql`
    INSERT INTO price_amount (env_id, price_id, currency, tier_no, to_units, amount, flat)
    SELECT ${envId}, ${one(rows).id}, x.currency, x.tier_no, x.to_units, x.amount, x.flat
    FROM jsonb_to_recordset(${JSON.stringify(amounts)}::jsonb) AS x(currency text, tier_no int,
      to_units numeric, amount numeric, flat numeric)`);
}

/** Stores a new draft; false when the plan has one already. */
export async function insertDraft(
  ctx: TxCtx,
  draft: { readonly id: string; readonly planId: number | null; readonly body: unknown },
): Promise<boolean> {
  const stored = await ctx.db.query(sql`
    INSERT INTO plan_draft (env_id, id, plan_id, body, updated_by, updated_at, created_at)
    VALUES (${ctx.tenant.envId}, ${draft.id}::uuid, ${draft.planId},
            ${JSON.stringify(draft.body)}::jsonb, ${editorOf(ctx)}::uuid, ${ctx.now}, ${ctx.now})
    ON CONFLICT DO NOTHING RETURNING id`);
  return stored.length > 0;
}

/** Saves a draft over the revision that its editor saw; false when that one is no more. */
export async function updateDraft(
  ctx: TxCtx,
  draft: { readonly id: string; readonly revision: number; readonly body: unknown },
): Promise<boolean> {
  const stored = await ctx.db.query(sql`
    UPDATE plan_draft SET body = ${JSON.stringify(draft.body)}::jsonb, revision = revision + 1,
      updated_by = ${editorOf(ctx)}::uuid, updated_at = ${ctx.now}
    WHERE env_id = ${ctx.tenant.envId} AND id = ${draft.id}::uuid AND revision = ${draft.revision}
    RETURNING id`);
  return stored.length > 0;
}

export async function lockDraft(ctx: TxCtx, id: string): Promise<void> {
  await ctx.db.query(sql`
    SELECT FROM plan_draft WHERE env_id = ${ctx.tenant.envId} AND id = ${id}::uuid FOR UPDATE`);
}

export async function deleteDraftRow(ctx: TxCtx, id: string): Promise<void> {
  await ctx.db.query(sql`
    DELETE FROM plan_draft WHERE env_id = ${ctx.tenant.envId} AND id = ${id}::uuid`);
}

/** Only people are remembered as a draft's editor. */
function editorOf(ctx: TxCtx): string | null {
  return ctx.actor.kind === "user" ? ctx.actor.id : null;
}

/** Drafts name features by their slug, so a renamed feature is renamed in them too. */
export async function renameInDrafts(
  ctx: TxCtx,
  slug: { readonly from: string; readonly to: string },
): Promise<void> {
  await ctx.db.query(sql`
    UPDATE plan_draft SET revision = revision + 1, body = jsonb_set(body, '{plan,items}', (
      SELECT jsonb_agg(CASE WHEN item->>'feature_id' = ${slug.from}
          THEN item || jsonb_build_object('feature_id', ${slug.to}::text) ELSE item END ORDER BY n)
      FROM jsonb_array_elements(body->'plan'->'items') WITH ORDINALITY AS items(item, n)))
    WHERE env_id = ${ctx.tenant.envId}
      AND body->'plan'->'items' @> ${JSON.stringify([{ feature_id: slug.from }])}::jsonb`);
}

/** Makes attaches of a version wait, and waits for those underway. */
export async function lockVersion(ctx: TxCtx, id: bigint): Promise<void> {
  await ctx.db.query(sql`
    SELECT FROM plan_version WHERE env_id = ${ctx.tenant.envId} AND id = ${id} FOR UPDATE`);
}

/** Removes versions that nobody ever held; the database refuses for others. */
export async function deleteVersions(ctx: TxCtx, ids: readonly bigint[]): Promise<void> {
  const { envId } = ctx.tenant;
  const list = ids.map(String);
  await ctx.db.query(sql`
    DELETE FROM price_amount a USING price p
    WHERE a.env_id = ${envId} AND p.env_id = a.env_id AND p.id = a.price_id
      AND p.plan_version_id = ANY(${list}::bigint[])`);
  await ctx.db.query(sql`
    DELETE FROM price WHERE env_id = ${envId} AND plan_version_id = ANY(${list}::bigint[])`);
  await ctx.db.query(sql`
    DELETE FROM plan_item WHERE env_id = ${envId} AND plan_version_id = ANY(${list}::bigint[])`);
  await ctx.db.query(sql`
    DELETE FROM plan_version WHERE env_id = ${envId} AND id = ANY(${list}::bigint[])`);
}

function one<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  invariant(row !== undefined, "An insert returned no row.");
  return row;
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
