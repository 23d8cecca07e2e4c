import { toPublicId } from "../core/id";
import type { Tenant } from "../platform/context";
import type { CustomerRow } from "./rows";

/** The customer's own wire fields; plans and balances are added by who knows them. */
export function presentCustomer(row: CustomerRow, tenant: Tenant) {
  return {
    id: row.externalId,
    internal_id: toPublicId("cus", row.id),
    name: row.name,
    email: row.email,
    created_at: row.createdAt.getTime(),
    fingerprint: row.fingerprint,
    stripe_id: null,
    env: tenant.envKind,
    metadata: row.metadata,
    send_email_receipts: row.sendEmailReceipts,
    currency: row.currency,
  };
}

/** How a customer is named where the wire demands an id: its own, else ours. */
export function customerIdOf(row: Pick<CustomerRow, "id" | "externalId">): string {
  return row.externalId ?? toPublicId("cus", row.id);
}
