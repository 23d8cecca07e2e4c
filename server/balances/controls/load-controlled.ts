import type { Catalog } from "../../catalog/catalog";
import type { StoredControls } from "../../catalog/controls";
import type { Grant } from "../../core/balances/grant";
import { customerIdOf } from "../../customers/present";
import type { ReadCtx } from "../../platform/context";
import { sql } from "../../platform/sql";
import type { AlertPlace, Subject } from "../hot/subject";
import { loadWindows } from "../usage-windows";
import type { ControlledSubject } from "./limit-view";
import { controlsFor } from "./resolve-controls";

/** Whose limits and alerts are decided on, behind the customer's gate. */
interface ControlledOwner {
  readonly catalog: Catalog;
  readonly customerId: string;
  readonly entityId: string | null;
  /** All living grants of the customer, due work applied. */
  readonly grants: readonly Grant[];
  readonly now: Date;
}

interface HoldersRow {
  external_id: string | null;
  controls: StoredControls | null;
  entity_external_id: string | null;
  entity_controls: StoredControls | null;
  plan_ids: number[];
}

/**
 * Reads what limits, alerts and top-ups are decided on, where no usage brought it along: controls,
 * plans held, counters, and when alerts and top-ups were last due. Call it behind the gate.
 */
export async function loadControlled(
  ctx: ReadCtx,
  owner: ControlledOwner,
): Promise<ControlledSubject & Pick<Subject, "topupSuppressedUntil">> {
  const { catalog, customerId, entityId, grants, now } = owner;
  const { envId } = ctx.tenant;
  const [row] = await ctx.db.query<HoldersRow>(sql`
    SELECT c.external_id, c.billing_controls AS controls, e.external_id AS entity_external_id,
      e.billing_controls AS entity_controls,
      ARRAY(SELECT s.plan_id FROM subscription s
        WHERE s.customer_id = c.id AND s.status IN ('active', 'past_due')
          AND (s.entity_id IS NULL OR s.entity_id = ${entityId}::uuid)
        ORDER BY s.started_at, s.id) AS plan_ids
    FROM customer c
      LEFT JOIN entity e ON e.customer_id = c.id AND e.id = ${entityId}::uuid
    WHERE c.env_id = ${envId} AND c.id = ${customerId}::uuid`);
  const fired = await ctx.db.query<AlertPlace & { firedAt: Date }>(sql`
    SELECT scope_id AS "scopeId", feature_id AS "featureId", key, fired_at AS "firedAt"
    FROM alert_state WHERE env_id = ${envId} AND customer_id = ${customerId}::uuid`);
  const topups = await ctx.db.query<{ featureId: number; until: Date | null }>(sql`
    SELECT feature_id AS "featureId", suppressed_until AS until
    FROM topup_state WHERE env_id = ${envId} AND customer_id = ${customerId}::uuid`);
  const windows = (await loadWindows(ctx, [customerId], now)).get(customerId) ?? [];
  const entity =
    entityId === null ? null : { id: entityId, externalId: row?.entity_external_id ?? entityId };
  return {
    catalog,
    customerId,
    customerExternalId: customerIdOf({ id: customerId, externalId: row?.external_id ?? null }),
    entity,
    now,
    grantsOf: (featureId) => grants.filter((grant) => grant.featureId === featureId),
    controlsOf: controlsFor({
      catalog,
      customer: { id: customerId, controls: row?.controls ?? null },
      entity: entity === null ? null : { id: entity.id, controls: row?.entity_controls ?? null },
      planIds: row?.plan_ids ?? [],
    }),
    windowsOf: (featureId) => windows.filter((window) => window.featureId === featureId),
    alertFiredAt: ({ scopeId, featureId, key }) =>
      fired.find((one) => one.scopeId === scopeId && one.featureId === featureId && one.key === key)
        ?.firedAt ?? null,
    topupSuppressedUntil: (featureId) =>
      topups.find((one) => one.featureId === featureId)?.until ?? null,
  };
}
