import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { DEFAULT_CURRENCY } from "../../catalog/default-currency";
import { currentCatalog } from "../../catalog/load-catalog";
import { decideAttach } from "../../core/billing-change";
import { customerIdOf } from "../../customers/present";
import { requireCustomer } from "../../customers/rows";
import { operation } from "../../platform/operation";
import { toInstant } from "../../platform/wire";
import { readAttach } from "../attach-request";
import { AttachInput, attachErrors, attachExample } from "../attach-schema";
import { latest } from "../customer-view";
import { loadBillingState } from "../load-billing-state";

const PlanChange = z.object({
  plan_id: z.string(),
  feature_quantities: z.array(z.object({ feature_id: z.string(), quantity: z.number() })),
  effective_at: z.number().nullable().describe("null: at once."),
  canceled_at: z.number().nullable(),
  expires_at: z.number().nullable(),
});

const PreviewAttachOutput = z.object({
  customer_id: z.string(),
  currency: z.string(),
  subtotal: z.number(),
  total: z.number(),
  line_items: z.array(z.record(z.string(), z.unknown())),
  incoming: z.array(PlanChange).describe("Plans that start."),
  outgoing: z.array(PlanChange).describe("Plans that end for it."),
  redirect_to_checkout: z.boolean(),
  checkout_type: z.null(),
});

/** Says what attaching a plan would do, by the same decision as the attach, and writes nothing. */
export const previewAttach = operation(
  {
    kind: "query",
    scope: "billing:read",
    summary: "Preview attaching a plan",
    input: AttachInput,
    output: PreviewAttachOutput,
    errors: attachErrors,
    example: attachExample,
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    await expireLocks(ctx, { externalId: input.customer_id });
    const customer = await requireCustomer(ctx, input.customer_id);
    const { request } = await readAttach(ctx, catalog, customer.id, input);
    const now = latest(ctx.now, customer.recordedAt);
    const { state } = await loadBillingState(ctx, catalog, customer.id, now);
    const change = decideAttach(state, request, now);
    return {
      customer_id: customerIdOf(customer),
      currency: customer.currency ?? DEFAULT_CURRENCY,
      subtotal: 0,
      total: 0,
      line_items: [],
      incoming: [presentChange(request.version.slug, null)],
      outgoing: change.end.subscriptions.map(({ planSlug }) => presentChange(planSlug, now)),
      redirect_to_checkout: false,
      checkout_type: null,
    };
  },
);

function presentChange(planSlug: string, expiresAt: Date | null): z.input<typeof PlanChange> {
  return {
    plan_id: planSlug,
    feature_quantities: [],
    effective_at: null,
    canceled_at: null,
    expires_at: toInstant(expiresAt),
  };
}
