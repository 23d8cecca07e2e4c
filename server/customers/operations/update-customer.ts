import { z } from "zod";
import { CustomerOutput, viewCustomer } from "../../billing/customer-view";
import { currentCatalog } from "../../catalog/load-catalog";
import { audit } from "../../platform/audit";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { externalId } from "../../platform/wire";
import { customerFieldsInput, customerReference } from "../customer-schema";
import { customerIdOf } from "../present";
import {
  type CustomerPatch,
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
      const before = await requireCustomer(ctx, input.customer_id);
      const patch = patchOf(input);
      const stored = await updateCustomerRow(ctx, before.id, patch);
      const [after] = await listCustomersById(ctx, [before.id]);
      if (!stored || after === undefined) throw customerNotFound(input.customer_id);
      if (Object.keys(patch).length > 0) {
        // The audit log outlives the customer, so it names what changed and never repeats it.
        await audit(ctx, {
          action: "customers.update",
          targetType: "customer",
          targetId: customerIdOf(after),
          before: { id: before.externalId },
          after: { id: after.externalId, changed: Object.keys(patch) },
        });
      }
      return viewCustomer(ctx, catalog, after);
    });
  },
);

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
