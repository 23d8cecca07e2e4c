import { z } from "zod";
import { BalanceObject, FlagObject } from "../balances/balance-schema";
import { presentBalances } from "../balances/present";
import type { Catalog } from "../catalog/catalog";
import type { EntityControlsOutput } from "../catalog/controls-schema";
import { presentPlan } from "../catalog/present";
import type { Grant } from "../core/balances/grant";
import { invariant } from "../core/invariant";
import { customerOwnOutput } from "../customers/customer-schema";
import { presentCustomer } from "../customers/present";
import type { CustomerRow } from "../customers/rows";
import { EntityOwnOutput } from "../entities/entity-schema";
import { presentEntity } from "../entities/present";
import { listEntitiesOf } from "../entities/rows";
import type { ReadCtx, Tenant } from "../platform/context";
import { loadControlViews } from "./controls-view";
import { loadCustomerGrants } from "./load-billing-state";
import { PurchaseOutput, presentSubscription, SubscriptionOutput } from "./present";
import { listSubscriptions, type SubscriptionRow } from "./rows";

const nothingYet = z.array(z.record(z.string(), z.unknown())).optional();

/** A customer as every operation answers it: its own fields, its plans and what it may use. */
export const CustomerOutput = z.object({
  ...customerOwnOutput,
  subscriptions: z.array(SubscriptionOutput).describe("Plans of the customer and its entities."),
  purchases: z.array(PurchaseOutput),
  licenses: z.array(z.record(z.string(), z.unknown())),
  balances: z.record(z.string(), BalanceObject).describe("Metered features, by feature id."),
  flags: z.record(z.string(), FlagObject).describe("Boolean features, by feature id."),
  entities: z.array(EntityOwnOutput).optional().describe("With expand entities."),
  invoices: nothingYet,
  invoice_previews: nothingYet,
  trials_used: nothingYet,
  referrals: nothingYet,
  rewards: z.null().optional(),
  payment_method: z.null().optional(),
});

type CustomerView = z.input<typeof CustomerOutput>;

/** What a view of a customer or an entity shows besides its own fields. */
export interface Holdings {
  readonly subscriptions: readonly SubscriptionRow[];
  /** All living grants of the customer, whoever of its entities owns them. */
  readonly grants: readonly Grant[];
}

/**
 * Customers as the wire shows them, in the order given. However many there are, their plans, their
 * balances and their entities are each read in one statement.
 */
export async function viewCustomers(
  ctx: ReadCtx,
  catalog: Catalog,
  customers: readonly CustomerRow[],
  expand: ReadonlySet<string> = new Set(),
): Promise<CustomerView[]> {
  const ids = customers.map(({ id }) => id);
  const holdings = await loadHoldings(ctx, catalog, ids);
  const entities = expand.has("entities") ? await listEntitiesOf(ctx, ids) : null;
  const controls = await loadControlViews(ctx, catalog, ids);
  return customers.map((customer) => {
    const now = latest(ctx.now, customer.recordedAt);
    const own = { id: customer.id, controls: customer.billingControls };
    const billingControls = controls({ customer: own, entity: null, now }, holdings(customer.id));
    return {
      ...presentCustomer(customer, ctx.tenant),
      billing_controls: billingControls,
      ...presentHoldings(catalog, holdings(customer.id), {
        entityId: null,
        now,
        tenant: ctx.tenant,
        expand,
        controls: billingControls,
      }),
      licenses: [],
      ...presentNothing(expand),
      ...(entities === null
        ? {}
        : {
            entities: (entities.get(customer.id) ?? []).map((entity) =>
              presentEntity(entity, catalog, ctx.tenant),
            ),
          }),
    };
  });
}

/** One customer as the wire shows it. */
export async function viewCustomer(
  ctx: ReadCtx,
  catalog: Catalog,
  customer: CustomerRow,
  expand: ReadonlySet<string> = new Set(),
): Promise<CustomerView> {
  const [view] = await viewCustomers(ctx, catalog, [customer], expand);
  invariant(view !== undefined, "A view of one customer has one row.");
  return view;
}

/** Reads what customers hold, and answers for each of them. */
export async function loadHoldings(
  ctx: ReadCtx,
  catalog: Catalog,
  customerIds: readonly string[],
): Promise<(customerId: string) => Holdings> {
  const subscriptions = await listSubscriptions(ctx, customerIds);
  const grants = await loadCustomerGrants(ctx, catalog, customerIds);
  return (customerId) => ({
    subscriptions: subscriptions.get(customerId) ?? [],
    grants: grants.get(customerId) ?? [],
  });
}

/** Plans, balances and flags in the scope of a customer (`entityId` null) or one of its entities. */
export function presentHoldings(
  catalog: Catalog,
  holdings: Holdings,
  view: {
    readonly entityId: string | null;
    readonly now: Date;
    readonly tenant: Tenant;
    readonly expand: ReadonlySet<string>;
    /** Those that count, as they are shown. */
    readonly controls: z.input<typeof EntityControlsOutput>;
  },
) {
  const { entityId, now, tenant, expand, controls } = view;
  const overage = (controls.overage_allowed ?? []).map(
    ({ feature_id, enabled }) => [feature_id, enabled] as const,
  );
  const visible = holdings.subscriptions.filter(
    (row) => entityId === null || row.entityId === null || row.entityId === entityId,
  );
  return {
    subscriptions: visible.map((row) => ({
      ...presentSubscription(row),
      ...(expand.has("subscriptions.plan") ? expandPlan(catalog, row, tenant) : {}),
    })),
    purchases: [],
    ...presentBalances(catalog, holdings.grants, {
      entityId,
      now,
      overageAllowed: new Map(overage),
      expand: {
        balanceFeature: expand.has("balances.feature"),
        flagFeature: expand.has("flags.feature"),
      },
    }),
  };
}

/** The later of two instants: a view never lies before what the customer's ledger says. */
export function latest(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function expandPlan(catalog: Catalog, row: SubscriptionRow, tenant: Tenant) {
  const plan = catalog.planById.get(row.planId);
  const version = plan?.versions.find((candidate) => candidate.version === row.planVersion);
  if (plan === undefined || version === undefined) return {};
  return { plan: presentPlan(plan, version, tenant) };
}

/** Sub-objects that nobody can have yet are truthfully empty. */
function presentNothing(expand: ReadonlySet<string>) {
  const empty = { invoices: [], invoice_previews: [], trials_used: [], referrals: [] };
  const none = { rewards: null, payment_method: null };
  return Object.fromEntries(
    Object.entries({ ...empty, ...none }).filter(([word]) => expand.has(word)),
  );
}
