import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { CustomerOutput, viewCustomer } from "../../billing/customer-view";
import { ensureCustomer } from "../../billing/ensure-customer";
import { currentCatalog } from "../../catalog/load-catalog";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import {
  customerReference,
  expandInput,
  newCustomerFields,
  newCustomerFieldsInput,
} from "../customer-schema";

const GetOrCreateCustomerInput = z
  .object({
    customer_id: customerReference.nullish(),
    ...newCustomerFieldsInput,
    expand: expandInput,
  })
  .refine(({ customer_id, email }) => Boolean(customer_id ?? email), {
    path: ["customer_id"],
    message: "Give a customer_id, an email, or both.",
  });

/** The customer with an id, made with its default plans when it does not exist (domain §6). */
export const getOrCreateCustomer = operation(
  {
    kind: "command",
    scope: "customers:write",
    summary: "Get or create a customer",
    description:
      "A new customer gets every plan that is given automatically. Of an existing one only a missing name or e-mail address is filled in and send_email_receipts is set; change the rest with customers.update.",
    input: GetOrCreateCustomerInput,
    output: CustomerOutput,
    errors: ["product_not_found", "not_supported"],
    example: { customer_id: "user_123", name: "Ana Lima", email: "ana@example.com" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    if (input.customer_id) await expireLocks(ctx, { externalId: input.customer_id });
    return inTransaction(ctx, async (ctx) => {
      const customer = await ensureCustomer(ctx, catalog, {
        externalId: input.customer_id ?? null,
        ...newCustomerFields(catalog, input),
      });
      return viewCustomer(ctx, catalog, customer, input.expand);
    });
  },
);
