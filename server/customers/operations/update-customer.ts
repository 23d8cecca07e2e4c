import { z } from "zod";
import { controlsChanged } from "../../balances/controls-changed";
import { expireLocks } from "../../balances/expire-locks";
import type { Gate } from "../../balances/gate";
import { CustomerOutput, viewCustomer } from "../../billing/customer-view";
import { gateCustomer } from "../../billing/gate-customer";
import type { Catalog } from "../../catalog/catalog";
import {
  type CounterSetting,
  patchControls,
  showStoredControls,
  splitCounters,
} from "../../catalog/controls";
import { ControlsChange } from "../../catalog/controls-schema";
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
  billing_controls: ControlsChange.nullish().describe(
    "Limits, alerts and top-ups. A list that is sent replaces the whole list, the others stay.",
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
    await expireLocks(ctx, { externalId: input.customer_id });
    return inTransaction(ctx, async (ctx) => {
      const { before, change, billingControls } = await readBefore(ctx, catalog, input);
      const patch = { ...patchOf(input), ...billingControls };
      const stored = await updateCustomerRow(ctx, before.id, patch);
      const [after] = await listCustomersById(ctx, [before.id]);
      if (!stored || after === undefined) throw customerNotFound(input.customer_id);
      if (change !== null) {
        const withTopups = input.billing_controls?.auto_topups !== undefined;
        const { gate, counters } = change;
        await controlsChanged(ctx, gate, { catalog, entityId: null, counters, withTopups });
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

/** The customer with what shall become of its controls; changing them takes its gate. */
interface Before {
  readonly before: CustomerRow;
  readonly billingControls: Pick<CustomerPatch, "billingControls">;
  /** Null when the controls stay. */
  readonly change: { readonly gate: Gate; readonly counters: readonly CounterSetting[] } | null;
}

async function readBefore(
  ctx: TxCtx,
  catalog: Catalog,
  { customer_id, billing_controls }: z.output<typeof UpdateCustomerInput>,
): Promise<Before> {
  if (!billing_controls) {
    const before = await requireCustomer(ctx, customer_id);
    return { before, billingControls: {}, change: null };
  }
  const { customer, gate } = await gateCustomer(ctx, customer_id);
  const stored = customer.billingControls;
  const { patch, counters } = splitCounters(catalog, stored, billing_controls);
  const billingControls = patchControls(catalog, stored, patch);
  return { before: customer, billingControls: { billingControls }, change: { gate, counters } };
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
