import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { eraseLocksOf } from "../../balances/rows";
import { endHoldings } from "../../billing/end-holdings";
import { gateCustomer } from "../../billing/gate-customer";
import { currentCatalog } from "../../catalog/load-catalog";
import { buryEntities } from "../../entities/rows";
import { eraseEventsOf } from "../../events/erase-events";
import { audit } from "../../platform/audit";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { notSupported, successOutput } from "../../platform/wire";
import { customerReference } from "../customer-schema";
import { customerIdOf } from "../present";
import { buryCustomer } from "../rows";

/**
 * Deletes a customer with its entities: plans and balances end, personal fields and the properties of
 * its events are erased, the ledger stays and the id is free again (decision 20).
 */
export const deleteCustomer = operation(
  {
    kind: "command",
    scope: "customers:delete",
    summary: "Delete a customer",
    description:
      "Ends the customer's plans and balances and erases its personal fields and the properties of its events; where there are very many events, within minutes. Its ledger stays, and its id can be used again.",
    input: z.object({
      customer_id: customerReference,
      delete_in_stripe: notSupported("delete_in_stripe", false),
    }),
    output: successOutput,
    aliases: { id: "customer_id" },
    errors: ["customer_not_found"],
    example: { customer_id: "user_123" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    await expireLocks(ctx, { externalId: input.customer_id });
    return inTransaction(ctx, async (ctx) => {
      const gated = await gateCustomer(ctx, input.customer_id);
      const { customer } = gated;
      await endHoldings(ctx, catalog, gated, { of: "everybody", causeId: customer.id });
      await buryEntities(ctx, customer.id, "all");
      await buryCustomer(ctx, customer.id);
      await eraseLocksOf(ctx, customer.id);
      await eraseEventsOf(ctx, { customerId: customer.id, entityId: null });
      await audit(ctx, {
        action: "customers.delete",
        targetType: "customer",
        targetId: customerIdOf(customer),
      });
      return { success: true };
    });
  },
);
