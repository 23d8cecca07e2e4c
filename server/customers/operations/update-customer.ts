import { z } from "zod";
import type { Gate } from "../../balances/gate";
import { loadControlled } from "../../balances/load-controlled";
import { checkEffects } from "../../balances/usage-effects";
import { writeEffects } from "../../balances/write-effects";
import { CustomerOutput, viewCustomer } from "../../billing/customer-view";
import { gateCustomer } from "../../billing/gate-customer";
import { loadBillingState } from "../../billing/load-billing-state";
import type { Catalog } from "../../catalog/catalog";
import { patchControls, showStoredControls } from "../../catalog/controls";
import { currentCatalog } from "../../catalog/load-catalog";
import { audit } from "../../platform/audit";
import type { TxCtx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { externalId } from "../../platform/wire";
import { customerFieldsInput, customerReference } from "../customer-schema";
import { customerIdOf } from "../present";
import {
  type CustomerPatch,
  type CustomerRow,
  customerNotFound,
  listCustomersById,
  requireCustomer,
  updateCustomerRow,
} from "../rows";

const UpdateCustomerInput = z.object({
  customer_id: customerReference,
  ...customerFieldsInput,
  metadata: customerFieldsInput.metadata.describe(
    "Merged key by key: a null value removes its key, null instead of an object removes all.",
  ),
  new_customer_id: externalId.nullish().describe("The customer's id from now on."),
});

/** Changes a customer's own fields, its id included; an absent field stays as it is. */
export const updateCustomer = operation(
  {
    kind: "command",
    scope: "customers:write",
    summary: "Update a customer",
    input: UpdateCustomerInput,
    output: CustomerOutput,
    aliases: { id: "customer_id" },
    errors: ["customer_not_found", "customer_already_exists"],
    example: { customer_id: "user_123", name: "Ana Lima" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    return inTransaction(ctx, async (ctx) => {
      const { before, gate, billingControls } = await readBefore(ctx, catalog, input);
      const patch = { ...patchOf(input), ...billingControls };
      const stored = await updateCustomerRow(ctx, before.id, patch);
      const [after] = await listCustomersById(ctx, [before.id]);
      if (!stored || after === undefined) throw customerNotFound(input.customer_id);
      if (gate !== null) {
        await moveGate(ctx, catalog, gate, Boolean(input.billing_controls?.auto_topups));
      }
      if (Object.keys(patch).length > 0) {
        // The audit log outlives the customer, so it names what changed and never repeats it.
        await audit(ctx, {
          action: "customers.update",
          targetType: "customer",
          targetId: customerIdOf(after),
          before: { id: before.externalId, ...shownControls(catalog, before, billingControls) },
          after: {
            id: after.externalId,
            changed: Object.keys(patch),
            ...shownControls(catalog, after, billingControls),
          },
        });
      }
      return viewCustomer(ctx, catalog, after);
    });
  },
);

/** The customer and its controls as they shall be; changing them takes its gate. */
async function readBefore(
  ctx: TxCtx,
  catalog: Catalog,
  input: z.output<typeof UpdateCustomerInput>,
): Promise<{
  before: CustomerRow;
  gate: Gate | null;
  billingControls: Pick<CustomerPatch, "billingControls">;
}> {
  const { billing_controls } = input;
  if (!billing_controls) {
    const before = await requireCustomer(ctx, input.customer_id);
    return { before, gate: null, billingControls: {} };
  }
  const { customer, gate } = await gateCustomer(ctx, input.customer_id);
  const billingControls = patchControls(catalog, customer.billingControls, billing_controls);
  return { before: customer, gate, billingControls: { billingControls } };
}

/**
 * Makes a decision under way notice that its controls are outdated. Switching top-ups on asks for
 * those that are due already (domain §22).
 */
async function moveGate(
  ctx: TxCtx,
  catalog: Catalog,
  gate: Gate,
  withTopups: boolean,
): Promise<void> {
  const { customerId, recordedAt: now } = gate;
  let topups: ReturnType<typeof checkEffects>["topups"] = [];
  if (withTopups) {
    const { grants } = (await loadBillingState(ctx, catalog, customerId, now)).state;
    const subject = await loadControlled(ctx, { catalog, customerId, entityId: null, grants, now });
    topups = checkEffects(subject, [...catalog.featureById.values()]).topups;
  }
  await writeEffects(ctx, gate, { changes: [], events: [], topups });
}

function shownControls(
  catalog: Catalog,
  { billingControls }: CustomerRow,
  changed: Pick<CustomerPatch, "billingControls">,
) {
  if (changed.billingControls === undefined) return {};
  return { billing_controls: showStoredControls(catalog, billingControls) };
}

function patchOf(input: z.output<typeof UpdateCustomerInput>): CustomerPatch {
  return {
    ...(input.new_customer_id ? { externalId: input.new_customer_id } : {}),
    ...(input.email === undefined ? {} : { email: input.email }),
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.fingerprint === undefined ? {} : { fingerprint: input.fingerprint }),
    ...(input.currency === undefined ? {} : { currency: input.currency }),
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
    ...(input.send_email_receipts === undefined
      ? {}
      : { sendEmailReceipts: input.send_email_receipts }),
  };
}
