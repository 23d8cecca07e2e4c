import { createFeature } from "../catalog/operations/create-feature";
import { createPlan } from "../catalog/operations/create-plan";
import type { Tenant } from "../platform/context";
import { call } from "./ctx";

/** One item of a sample plan: how much of which feature. */
export interface SampleItem {
  readonly feature_id: "messages" | "seats" | "sso";
  readonly included?: number;
  readonly unlimited?: boolean;
  readonly reset?: { readonly interval: "month" | "day" };
  readonly price?: {
    readonly amount: number;
    readonly interval: "month";
    readonly billing_method: "prepaid" | "usage_based";
    readonly max_purchase?: number;
  };
}

/** 100 messages a month, the item that most tests spend. */
export const monthlyMessages: SampleItem = {
  feature_id: "messages",
  included: 100,
  reset: { interval: "month" },
};

/** Makes the features of the samples: messages (used up), seats (held) and sso (on or off). */
export async function sampleFeatures(tenant: Tenant): Promise<void> {
  const create = (
    body: Parameters<
      typeof call<typeof createFeature.spec.input, typeof createFeature.spec.output>
    >[3],
  ) => call(createFeature, "features.create", tenant, body);
  await create({ feature_id: "messages", name: "Messages", type: "metered", consumable: true });
  await create({ feature_id: "seats", name: "Seats", type: "metered", consumable: false });
  await create({ feature_id: "sso", name: "Single sign-on", type: "boolean" });
}

/** Publishes a plan. */
export async function samplePlan(
  tenant: Tenant,
  plan: {
    readonly id: string;
    readonly items?: readonly SampleItem[];
    readonly group?: string;
    readonly auto?: boolean;
    readonly addOn?: boolean;
    readonly price?: { readonly amount: number; readonly interval: "month" };
  },
): Promise<void> {
  await call(createPlan, "plans.create", tenant, {
    plan_id: plan.id,
    name: plan.id,
    group: plan.group ?? "",
    auto_enable: plan.auto ?? false,
    add_on: plan.addOn ?? false,
    items: [...(plan.items ?? [])],
    ...(plan.price === undefined ? {} : { price: plan.price }),
  });
}
