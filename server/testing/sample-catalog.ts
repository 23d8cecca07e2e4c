import { afterEach, beforeEach, expect } from "vitest";
import { createFeature } from "../catalog/operations/create-feature";
import { createPlan } from "../catalog/operations/create-plan";
import { invariant } from "../core/invariant";
import { freezeClock } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { call, testOrganization } from "./ctx";
import { brokenInvariants } from "./ledger-invariants";

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
async function sampleFeatures(tenant: Tenant): Promise<void> {
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

/** A sandbox with the sample features, and the live environment beside it. */
export interface Samples {
  readonly tenant: Tenant;
  readonly live: Tenant;
}

/**
 * Gives each test of a file a sandbox of its own with the sample features, and checks after each
 * that the ledger's invariants hold.
 */
export function eachWithSamples(): Samples {
  let current: Samples | null = null;
  const now = (): Samples => {
    invariant(current !== null, "Samples exist inside a test only.");
    return current;
  };
  beforeEach(async () => {
    const organization = await testOrganization();
    current = { tenant: organization.sandbox, live: organization.live };
    await sampleFeatures(current.tenant);
  });
  afterEach(async () => {
    freezeClock(null);
    expect(await brokenInvariants(db())).toEqual([]);
  });
  return {
    get tenant() {
      return now().tenant;
    },
    get live() {
      return now().live;
    },
  };
}

/** Matches an error by the word that clients switch on. */
export function rejection(reason: string) {
  return expect.objectContaining({ reason });
}
