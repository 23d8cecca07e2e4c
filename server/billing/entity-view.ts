import { z } from "zod";
import { BalanceObject, FlagObject } from "../balances/balance-schema";
import type { Catalog } from "../catalog/catalog";
import { EntityControlsOutput } from "../catalog/controls-schema";
import { invariant } from "../core/invariant";
import { EntityOwnOutput } from "../entities/entity-schema";
import { presentEntity } from "../entities/present";
import type { EntityRow } from "../entities/rows";
import type { ReadCtx } from "../platform/context";
import { loadControlViews } from "./controls-view";
import { latest, loadHoldings, presentHoldings } from "./customer-view";
import { PurchaseOutput, SubscriptionOutput } from "./present";

/** An entity as every operation answers it: its own plans and balances and the customer's. */
export const EntityOutput = EntityOwnOutput.extend({
  subscriptions: z.array(SubscriptionOutput),
  purchases: z.array(PurchaseOutput),
  balances: z.record(z.string(), BalanceObject).describe("Metered features, by feature id."),
  flags: z.record(z.string(), FlagObject).describe("Boolean features, by feature id."),
  billing_controls: EntityControlsOutput,
});

type EntityView = z.input<typeof EntityOutput>;

/** Entities as the wire shows them, in the order given, with one read each for plans and balances. */
export async function viewEntities(
  ctx: ReadCtx,
  catalog: Catalog,
  entities: readonly EntityRow[],
): Promise<EntityView[]> {
  const customerIds = [...new Set(entities.map(({ customerId }) => customerId))];
  const holdings = await loadHoldings(ctx, catalog, customerIds);
  const controls = await loadControlViews(ctx, catalog, customerIds);
  return entities.map((entity) => {
    const now = latest(ctx.now, entity.recordedAt);
    const billingControls = controls(
      {
        customer: { id: entity.customerId, controls: entity.customerControls },
        entity: { id: entity.id, controls: entity.billingControls },
        now,
      },
      holdings(entity.customerId),
    );
    return {
      ...presentEntity(entity, catalog, ctx.tenant),
      ...presentHoldings(catalog, holdings(entity.customerId), {
        entityId: entity.id,
        now,
        tenant: ctx.tenant,
        expand: new Set(),
        controls: billingControls,
      }),
      billing_controls: billingControls,
    };
  });
}

/** One entity as the wire shows it. */
export async function viewEntity(
  ctx: ReadCtx,
  catalog: Catalog,
  entity: EntityRow,
): Promise<EntityView> {
  const [view] = await viewEntities(ctx, catalog, [entity]);
  invariant(view !== undefined, "A view of one entity has one row.");
  return view;
}
