import { z } from "zod";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { bumpCatalog } from "../../tenancy/rows";
import { addPlan } from "../add-plan";
import { PlanControlsInput, PlanOutput, planFields, unsupportedPlanFields } from "../plan-schema";
import { readCatalog } from "../read-catalog";

/** Creates a plan and publishes its version 1. */
export const createPlan = operation(
  {
    kind: "command",
    scope: "plans:write",
    summary: "Create a plan",
    description:
      "The plan is published at once as version 1. Amounts are in major units: 20 is $20.00.",
    input: z.object({
      ...planFields,
      billing_controls: PlanControlsInput,
      ...unsupportedPlanFields,
    }),
    output: PlanOutput,
    aliases: { id: "plan_id" },
    errors: ["product_already_exists", "feature_not_found"],
    example: {
      plan_id: "free",
      name: "Free",
      auto_enable: true,
      items: [{ feature_id: "messages", included: 100, reset: { interval: "month" } }],
    },
  },
  (ctx, input) =>
    inTransaction(ctx, async (ctx) => {
      await bumpCatalog(ctx);
      return addPlan(ctx, input, await readCatalog(ctx.db, ctx.tenant.envId));
    }),
);
