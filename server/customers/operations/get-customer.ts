import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { CustomerOutput, viewCustomer } from "../../billing/customer-view";
import { currentCatalog } from "../../catalog/load-catalog";
import { operation } from "../../platform/operation";
import { customerReference, expandInput } from "../customer-schema";
import { requireCustomer } from "../rows";

/** One customer with its plans and balances. */
export const getCustomer = operation(
  {
    kind: "query",
    scope: "customers:read",
    publishable: true,
    summary: "Get a customer",
    input: z.object({ customer_id: customerReference, expand: expandInput }),
    output: CustomerOutput,
    errors: ["customer_not_found"],
    example: { customer_id: "user_123" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    await expireLocks(ctx, { externalId: input.customer_id });
    const customer = await requireCustomer(ctx, input.customer_id);
    return viewCustomer(ctx, catalog, customer, input.expand);
  },
);
