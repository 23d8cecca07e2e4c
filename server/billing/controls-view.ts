import type { z } from "zod";
import { presentControls } from "../balances/present-controls";
import { loadWindows } from "../balances/usage-windows";
import type { Catalog } from "../catalog/catalog";
import type { StoredControls } from "../catalog/controls";
import type { CustomerControlsOutput } from "../catalog/controls-schema";
import type { UsageWindow } from "../core/balances/controls";
import { isLive } from "../core/balances/grant";
import type { ReadCtx } from "../platform/context";
import type { Holdings } from "./customer-view";

/** Whose controls are shown; `entity` null is the customer itself. */
export interface ControlsOwner {
  readonly customer: { readonly id: string; readonly controls: StoredControls | null };
  readonly entity: { readonly id: string; readonly controls: StoredControls | null } | null;
  /** Never before what the customer's ledger says. */
  readonly now: Date;
}

/**
 * Reads the counters of the customers' usage limits, in one statement for all of them, and shows
 * the controls that count for each.
 */
export async function loadControlViews(
  ctx: ReadCtx,
  catalog: Catalog,
  customerIds: readonly string[],
): Promise<(owner: ControlsOwner, holdings: Holdings) => z.input<typeof CustomerControlsOutput>> {
  const windows: ReadonlyMap<string, UsageWindow[]> = await loadWindows(ctx, customerIds, ctx.now);
  return ({ customer, entity, now }, { subscriptions, grants }) =>
    presentControls({
      catalog,
      customer,
      entity,
      planIds: subscriptions.flatMap((held) =>
        held.status !== "scheduled" && (held.entityId === null || held.entityId === entity?.id)
          ? [held.planId]
          : [],
      ),
      grants: grants.filter((grant) => isLive(grant, now)),
      windows: windows.get(customer.id) ?? [],
      now,
    });
}
