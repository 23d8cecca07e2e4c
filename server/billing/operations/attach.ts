import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { currentCatalog } from "../../catalog/load-catalog";
import { decideAttach } from "../../core/billing-change";
import { customerIdOf } from "../../customers/present";
import { audit } from "../../platform/audit";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { applyChanges } from "../apply-change";
import { readAttach } from "../attach-request";
import { AttachInput, attachErrors, attachExample } from "../attach-schema";
import { gateCustomer } from "../gate-customer";
import { loadBillingState } from "../load-billing-state";
import { seatEntities } from "../seat-entities";

const AttachOutput = z.object({
  customer_id: z.string(),
  entity_id: z.string().optional(),
  payment_url: z.string().nullable().describe("null: nothing is left to pay, the plan is active."),
});

/** Puts a customer, or one of its entities, on a plan without a price (domain §9). */
export const attach = operation(
  {
    kind: "command",
    scope: "billing:write",
    summary: "Attach a plan",
    description:
      "Starts a plan without a price at once. A main plan replaces the current one of its group; an add-on stands beside.",
    input: AttachInput,
    output: AttachOutput,
    errors: attachErrors,
    example: attachExample,
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    await expireLocks(ctx, { externalId: input.customer_id });
    return inTransaction(ctx, async (ctx) => {
      const { customer, gate, now } = await gateCustomer(ctx, input.customer_id);
      const { request, entity } = await readAttach(ctx, catalog, customer.id, input);
      const { version } = request;
      const { state, due } = await loadBillingState(ctx, catalog, customer.id, now);
      const change = await seatEntities(ctx, {
        customerId: customer.id,
        version,
        state,
        change: decideAttach(state, request, now),
      });
      await applyChanges(ctx, gate, [change], { due, externalRef: input.subscription_id ?? null });
      await audit(ctx, {
        action: "billing.attach",
        targetType: "customer",
        targetId: customerIdOf(customer),
        before: { plans: change.end.subscriptions.map(({ planSlug }) => planSlug) },
        after: {
          plan_id: version.slug,
          version: version.version,
          entity_id: entity?.externalId ?? null,
        },
      });
      return {
        customer_id: customerIdOf(customer),
        ...(entity === null ? {} : { entity_id: entity.externalId }),
        payment_url: null,
      };
    });
  },
);
