import { gateCustomers } from "../balances/gate";
import { insertGate } from "../balances/rows";
import type { Catalog } from "../catalog/catalog";
import { decideAttach } from "../core/billing-change";
import { WindfallError } from "../core/error";
import { invariant } from "../core/invariant";
import { defaultVersions, type PlanVersion } from "../core/plan";
import { customerIdOf } from "../customers/present";
import {
  type CustomerFields,
  type CustomerRow,
  claimCustomer,
  fillCustomer,
  findClaimable,
  findCustomerByExternalId,
  insertCustomer,
} from "../customers/rows";
import { audit } from "../platform/audit";
import type { TxCtx } from "../platform/context";
import { newId } from "../platform/id";
import { applyChanges } from "./apply-change";
import { versionToAttach } from "./version-to-attach";

const ATTEMPTS = 3;

/** What a caller says about a customer that may not exist yet. */
export interface CustomerRequest extends Omit<CustomerFields, "sendEmailReceipts"> {
  /** Undefined keeps what is stored. */
  readonly sendEmailReceipts: boolean | undefined;
  /** The plan that a new customer gets instead of the default ones. */
  readonly autoEnablePlan: string | undefined;
}

/**
 * The customer with this id, or made now with its default plans, all in one transaction (domain §6).
 *
 * A customer without an id and with the same address is given the id. Of an existing customer only
 * a missing name or address is filled in. Of several callers at once one makes it; the others wait
 * and get what it made.
 */
export async function ensureCustomer(
  ctx: TxCtx,
  catalog: Catalog,
  request: CustomerRequest,
): Promise<CustomerRow> {
  // Another caller can make or take the customer between our look and our write: then look again.
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const known = await findKnown(ctx, request);
    if (known !== null) return fillIn(ctx, known, request);
    const made = await insertCustomer(ctx, {
      ...request,
      sendEmailReceipts: request.sendEmailReceipts ?? false,
    });
    if (made !== null) {
      await insertGate(ctx, made.id);
      await startPlans(ctx, catalog, made, request.autoEnablePlan);
      return made;
    }
  }
  throw new WindfallError(
    "provider_unavailable",
    "service_unavailable",
    "This customer is being created and deleted at the same moment. Retry in a second.",
  );
}

/** By id, then by the address of a customer without one, which is given the id. */
async function findKnown(ctx: TxCtx, request: CustomerRequest): Promise<CustomerRow | null> {
  const { externalId, email } = request;
  const known = externalId === null ? null : await findCustomerByExternalId(ctx, externalId);
  if (known !== null || email === null) return known;
  const nameless = await findClaimable(ctx, email);
  if (nameless === null || externalId === null) return nameless;
  if (!(await claimCustomer(ctx, { customerId: nameless.id, externalId }))) return null;
  await audit(ctx, {
    action: "customers.update",
    targetType: "customer",
    targetId: externalId,
    before: { id: null },
    after: { id: externalId },
  });
  return { ...nameless, externalId };
}

async function fillIn(
  ctx: TxCtx,
  known: CustomerRow,
  request: CustomerRequest,
): Promise<CustomerRow> {
  const { name, email, sendEmailReceipts } = request;
  const filled = [
    ...(known.name === null && name !== null ? ["name"] : []),
    ...(known.email === null && email !== null ? ["email"] : []),
    ...(sendEmailReceipts !== undefined && sendEmailReceipts !== known.sendEmailReceipts
      ? ["send_email_receipts"]
      : []),
  ];
  if (filled.length === 0) return known;
  await audit(ctx, {
    action: "customers.update",
    targetType: "customer",
    targetId: customerIdOf(known),
    after: { changed: filled },
  });
  return fillCustomer(ctx, known, { name, email, sendEmailReceipts });
}

/** Starts the default plans of a customer that was made in this transaction. */
async function startPlans(
  ctx: TxCtx,
  catalog: Catalog,
  customer: CustomerRow,
  autoEnablePlan: string | undefined,
): Promise<void> {
  const versions = versionsToStart(catalog, autoEnablePlan);
  await audit(ctx, {
    action: "customers.create",
    targetType: "customer",
    targetId: customerIdOf(customer),
    after: { plans: versions.map(({ slug, version }) => ({ plan_id: slug, version })) },
  });
  if (versions.length === 0) return;
  const gate = (await gateCustomers(ctx, [customer.id])).get(customer.id);
  invariant(gate !== undefined, "A customer was made without its gate.");
  // One plan a group at most, so none of them meets another: each is decided on an empty state.
  const changes = versions.map((version) =>
    decideAttach(
      { subscriptions: [], grants: [] },
      { version, entityId: null, entities: [], carryUsages: null, newId },
      customer.createdAt,
    ),
  );
  await applyChanges(ctx, gate, changes);
}

function versionsToStart(catalog: Catalog, autoEnablePlan: string | undefined): PlanVersion[] {
  if (autoEnablePlan !== undefined) return [versionToAttach(catalog, autoEnablePlan)];
  const offered = [...catalog.planBySlug.values()].filter((plan) => !plan.archived);
  return defaultVersions(offered.map((plan) => plan.active));
}
